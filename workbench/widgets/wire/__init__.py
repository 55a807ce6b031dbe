"""Rows of text of any number, of which only the visible ones are laid out and painted."""
