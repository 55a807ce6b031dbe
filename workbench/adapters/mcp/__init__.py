"""MCP servers over stdio and streamable HTTP, by the official SDK (the extra ``mcp``)."""
