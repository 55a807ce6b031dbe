"""The values that cross the client's border, one module per noun. No I/O."""
