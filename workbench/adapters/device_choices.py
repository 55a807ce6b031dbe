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
    if not isinstance(said, dict):
        return {}
    directions: tuple[Direction, ...] = ("input", "output")
    made = {direction: _made(said.get(direction)) for direction in directions}
    return {direction: choice for direction, choice in made.items() if choice is not None}


def _made(one: object) -> DeviceChoice | None:
    """A choice from what stands in the file; ``None`` when that makes no sense."""
    if not isinstance(one, dict):
        return None
    name, api, label = one.get("name"), one.get("api"), one.get("label", "")
    if isinstance(name, str) and isinstance(api, str) and isinstance(label, str):
        return DeviceChoice(name=name, api=api, label=label)
    return None
