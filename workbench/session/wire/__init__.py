"""The wire: every exchange with the service as it was, byte by byte, with the secrets masked."""
