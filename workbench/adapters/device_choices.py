"""Which microphone and loudspeaker were chosen, in a small file: by name, never by number."""

import contextlib
import json
import os
import secrets
from dataclasses import asdict
from pathlib import Path
from typing import Any

from workbench.audio.devices import DeviceChoice, Direction


class DeviceChoicesFile:
    """The choices, read once and written when they change."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._chosen = _read(path)

    def get(self, direction: Direction) -> DeviceChoice | None:
        """The remembered one, ``None`` for the system's default."""
        return self._chosen.get(direction)

    def put(self, direction: Direction, choice: DeviceChoice | None) -> None:
        """Remember another; a file that cannot be written is forgotten at the end."""
        if choice is None:
            self._chosen.pop(direction, None)
        else:
            self._chosen[direction] = choice
        said = {name: asdict(chosen) for name, chosen in self._chosen.items()}
        new = self._path.with_name(f".{self._path.name}.{secrets.token_hex(4)}")
        with contextlib.suppress(OSError):
            self._path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            with os.fdopen(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
                json.dump(said, file)
            new.replace(self._path)


def _read(path: Path) -> dict[Direction, DeviceChoice]:
    try:
        said: Any = json.loads(path.read_text(encoding="utf-8"))  # anything may stand there
    except (OSError, ValueError):
        return {}
    chosen: dict[Direction, DeviceChoice] = {}
    for direction in ("input", "output"):
        one = said.get(direction) if isinstance(said, dict) else None
        if isinstance(one, dict):
            name, api = one.get("name"), one.get("api")
            if isinstance(name, str) and isinstance(api, str):
                chosen["input" if direction == "input" else "output"] = DeviceChoice(
                    name=name, api=api
                )
    return chosen
