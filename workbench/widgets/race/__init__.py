"""Lanes side by side: their figures as a table, their answers as columns that grow."""
