"""Where the API key is: the environment, the system's keyring, or a file of one's own.

Nothing here prints or logs a key.
"""

import os
import stat
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from pydantic import SecretStr

_SERVICE: Final = "groq-workbench"
_ENTRY: Final = "api-key"


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundKey:
    """A key and where it was found, in words; ``warning`` says what is wrong with that place."""

    key: SecretStr
    source: str
    warning: str = ""


def find_key(environ: Mapping[str, str], file: Path) -> FoundKey | None:
    """The key in ``GROQ_API_KEY``, else the keyring, else the file; ``None`` without any."""
    if key := environ.get("GROQ_API_KEY", "").strip():
        return FoundKey(key=SecretStr(key), source="GROQ_API_KEY")
    if stored := _in_keyring():
        return FoundKey(key=SecretStr(stored), source="the system keyring")
    return _in_file(file)


def _in_keyring() -> str | None:
    """The keyring's entry, where the extra is installed and a keyring is running."""
    try:
        import keyring
    except ImportError:
        return None
    try:
        stored = keyring.get_password(_SERVICE, _ENTRY)
    except Exception:  # noqa: BLE001 - its backends raise whatever their systems raise
        return None
    return str(stored) if stored else None


def _in_file(file: Path) -> FoundKey | None:
    try:
        key = file.read_text(encoding="ascii", errors="replace").strip()
        mode = stat.S_IMODE(file.stat().st_mode)
    except OSError:
        return None
    if not key:
        return None
    exposed = os.name == "posix" and mode & 0o077
    warning = f"{file} can be read by others: chmod 600 it." if exposed else ""
    return FoundKey(key=SecretStr(key), source=str(file), warning=warning)
