"""Everything that can be done, declared once: keys, key bar, command palette and help read this."""
