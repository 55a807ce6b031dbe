"""Where the client touches the world: sockets, clocks, keys."""
