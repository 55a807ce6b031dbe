"""Asks the same many times, over models and seeds, and says how often the answer is as wanted."""
