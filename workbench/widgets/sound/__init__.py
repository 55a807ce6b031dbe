"""What sound looks like: its level, its shape over time, and the words in it."""
