"""Puts the client, the adapters, the sessions and the screens together."""
