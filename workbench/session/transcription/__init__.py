"""Sound into text: from a file to a transcript with times, however long the file is.

``session`` is the door: it runs a transcription and keeps what came of it. No screen, no disk of
its own: files are read through the ports.
"""
