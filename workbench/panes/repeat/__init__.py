"""The bench's pane: what to ask how often, and what came of it."""
