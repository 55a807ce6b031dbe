"""Sound as numbers: reading files, finding speech, cutting, resampling, FLAC.

Imports numpy and soundfile: import it when sound is at hand, not before. Everything here blocks;
call it in a thread.
"""
