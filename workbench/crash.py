"""What is left of a crash: a log without local variables and without the key, and one line."""

import os
import traceback
from pathlib import Path


def write_crash_log(error: BaseException, log: Path, *, secret: str | None) -> Path | None:
    """Append the error to a log that only its owner can read; ``None`` when that is impossible.

    The values of variables are never part of it, and ``secret`` is replaced wherever it occurs.
    """
    text = redact("".join(traceback.format_exception(error)), secret)
    try:
        log.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        flags = os.O_WRONLY | os.O_CREAT | os.O_APPEND | getattr(os, "O_NOFOLLOW", 0)
        file = os.open(log, flags, 0o600)
        with os.fdopen(file, "w", encoding="utf-8", errors="replace") as lines:
            lines.write(text + "\n")
    except OSError:
        return None
    return log


def redact(text: str, secret: str | None) -> str:
    """The text without the secret."""
    return text.replace(secret, "[key]") if secret else text


def crash_line(error: BaseException, log: Path | None) -> str:
    """One line for the terminal: what kind of error, and where to read more."""
    where = f"The details are in {log}" if log else "No log could be written"
    return f"The workbench crashed: {type(error).__name__}. {where}"
