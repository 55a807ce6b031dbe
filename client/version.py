"""The version of the distribution."""

VERSION = "0.1.0"
"""As in the name of the installed distribution."""
