"""The tools that are offered to a model: whence they come, whether they are sound, and trust."""
