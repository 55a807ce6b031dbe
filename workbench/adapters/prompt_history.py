"""The prompts of earlier, in a file that only its owner can read."""

import json
import os
from collections import deque
from pathlib import Path
from typing import Final

_KEPT: Final = 1_000


class PromptHistoryFile:
    """Prompts as lines of JSON; appended as they are asked, cut to the last thousand on start."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._entries: deque[str] = deque(_read(path), maxlen=_KEPT)

    def entries(self) -> tuple[str, ...]:
        """The prompts, oldest first."""
        return tuple(self._entries)

    def add(self, prompt: str) -> None:
        """Remember a prompt, unless it is the last one again."""
        if self._entries and self._entries[-1] == prompt:
            return
        self._entries.append(prompt)
        try:
            self._path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            flags = os.O_WRONLY | os.O_CREAT | os.O_APPEND | getattr(os, "O_NOFOLLOW", 0)
            file = os.open(self._path, flags, 0o600)
        except OSError:
            return
        with os.fdopen(file, "w", encoding="utf-8", errors="replace") as lines:
            lines.write(json.dumps(prompt, ensure_ascii=False) + "\n")


def _read(path: Path) -> list[str]:
    try:
        lines = path.read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return []
    prompts = []
    for line in lines:
        try:
            prompt = json.loads(line)
        except ValueError:  # half a line, of a process that was killed
            continue
        if isinstance(prompt, str):
            prompts.append(prompt)
    return prompts
