"""Where the time of a request went, drawn on one time axis."""
