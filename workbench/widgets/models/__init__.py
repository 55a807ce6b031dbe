"""The table of models, and what stands above it."""
