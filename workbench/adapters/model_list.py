"""The last list of models of a service, in a file: read when the service cannot be reached."""

import asyncio
import json
import os
import secrets
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Final
from zlib import crc32

from pydantic import ValidationError

from client import Model
from workbench.listing import ModelListing

_LATEST: Final = 1e11
"""Unix seconds of no date that a calendar can show."""
MAX_BYTES: Final = 8 * 1024 * 1024
"""A larger file is not ours, and is not read."""


class ModelListFile:
    """One service's list as JSON, in the service's own words with every field that it sent.

    ``folder`` holds one file for each service; it is made when the first list is kept.
    """

    def __init__(self, folder: Path, *, service: str) -> None:
        self._service = service
        self.path = folder / _name_for(service)

    async def load(self) -> ModelListing | None:
        """The list as it was kept, ``None`` without one or where the file cannot be read."""
        return await asyncio.to_thread(self._read)

    async def save(self, listing: ModelListing) -> None:
        """Keep this list; what was there stays whole until it is written."""
        await asyncio.to_thread(self._write, listing)

    def _read(self) -> ModelListing | None:
        try:
            if self.path.stat().st_size > MAX_BYTES:
                return None
            kept = json.loads(self.path.read_text(encoding="utf-8"))
        except (OSError, ValueError, RecursionError):
            return None
        if not isinstance(kept, Mapping) or kept.get("service") != self._service:
            return None
        at, data = kept.get("listed_at"), kept.get("data")
        if not isinstance(at, int | float) or not 0 < at < _LATEST or not isinstance(data, list):
            return None
        try:
            return ModelListing(models=tuple(Model.model_validate(one) for one in data), at=at)
        except ValidationError:
            return None

    def _write(self, listing: ModelListing) -> None:
        text = json.dumps(
            {
                "service": self._service,
                "listed_at": listing.at,
                "data": [one.model_dump(mode="json", exclude_unset=True) for one in listing.models],
            },
            ensure_ascii=False,
        )
        temporary = self.path.with_name(f".{self.path.name}.{secrets.token_hex(4)}")
        try:
            self.path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            file = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(file, "w", encoding="utf-8", errors="replace") as writing:
                writing.write(text)
            temporary.replace(self.path)
        except OSError:
            with suppress(OSError):
                temporary.unlink()


def _name_for(service: str) -> str:
    """A file name in which two services are never the same."""
    plain = "".join(char if char.isascii() and char.isalnum() else "-" for char in service)[:60]
    return f"{plain.strip('-') or 'service'}-{crc32(service.encode()):08x}.json"
