"""Recordings: HTTP archives (HAR 1.2) of what was said, with the moment of every read."""
