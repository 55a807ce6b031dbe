"""A race: the same prompt to several models in the same instant, and what the figures mean."""
