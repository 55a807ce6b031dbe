"""Generations that the service would not take, opened up: where they break, why, and what next."""
