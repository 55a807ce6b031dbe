"""Files of tool definitions, and the file of what was approved of them."""

import json
import os
import secrets
from collections.abc import Mapping
from pathlib import Path
from typing import Final

_LARGEST: Final = 4 * 1024 * 1024
_MOST_APPROVALS: Final = 2_000


def read_text(path: Path) -> str:
    """A file's text. Blocks. Raises OSError, also for one above 4 MiB or that is no text."""
    with path.expanduser().open("rb") as file:
        data = file.read(_LARGEST + 1)
    if len(data) > _LARGEST:
        raise OSError(27, "it is larger than 4 MiB")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise OSError(22, "it is no UTF-8 text") from None


class ApprovalFile:
    """What was approved, by the tools' identities; only the newest are kept.

    The file is read when it is first asked; writing it replaces it as a whole.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._approved: dict[str, Mapping[str, object]] | None = None

    def get(self, identity: str) -> Mapping[str, object] | None:
        """What was written down of it, ``None`` when nothing was."""
        return self._all().get(identity)

    def put(self, identity: str, approved: Mapping[str, object]) -> None:
        """Write it down. Never raises: what cannot be written is asked for again next time."""
        approvals = self._all()
        approvals.pop(identity, None)
        approvals[identity] = approved
        while len(approvals) > _MOST_APPROVALS:
            del approvals[next(iter(approvals))]
        new = self._path.with_name(f".{self._path.name}.{secrets.token_hex(4)}")
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_NOFOLLOW", 0)
        try:
            self._path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            with os.fdopen(os.open(new, flags, 0o600), "w", encoding="utf-8") as file:
                json.dump(approvals, file)
            new.replace(self._path)
        except OSError:
            return

    def _all(self) -> dict[str, Mapping[str, object]]:
        if self._approved is None:
            self._approved = _read(self._path)
        return self._approved


def _read(path: Path) -> dict[str, Mapping[str, object]]:
    try:
        value = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        return {}
    if not isinstance(value, dict):
        return {}
    return {name: approved for name, approved in value.items() if isinstance(approved, dict)}
