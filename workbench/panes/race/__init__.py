"""The panes of a race: what is to be raced, and the race itself."""
