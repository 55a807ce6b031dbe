"""The recorder: a program of its own that records, plays and lists devices, and may be killed.

The sound system's C code prints where it likes, waits as long as it likes and hangs when its server
does. Here it does so in a process that nobody waits for. Run as ``python -m workbench.recorder``.
"""
