"""What is recorded, played and kept, as values: frozen, without I/O, known to every layer above."""
