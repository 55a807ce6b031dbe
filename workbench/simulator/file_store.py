"""Files in memory, each organisation's own, with a bound. No I/O."""

from dataclasses import dataclass

from workbench.simulator.wire import JSONObject

#: What is kept of all files together; the service forgets after 30 days, this when it is full.
MOST_BYTES = 256 * 1024 * 1024
MOST_FILES = 2000


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredFile:
    """A file and what is told of it; `created_at` in whole seconds since the epoch."""

    id: str
    organisation: str
    filename: str
    purpose: str
    created_at: int
    data: bytes

    def as_json(self) -> JSONObject:
        """The object of `GET /files`."""
        return {
            "id": self.id,
            "object": "file",
            "bytes": len(self.data),
            "created_at": self.created_at,
            "filename": self.filename,
            "purpose": self.purpose,
        }


class FileStore:
    """The files of all organisations; the oldest are forgotten when there are too many."""

    def __init__(self, *, most_bytes: int = MOST_BYTES, most_files: int = MOST_FILES) -> None:
        self._files: dict[str, StoredFile] = {}
        self._most_bytes = most_bytes
        self._most_files = most_files
        self._bytes = 0

    def add(self, file: StoredFile) -> None:
        """Keep a file."""
        self._files[file.id] = file
        self._bytes += len(file.data)
        while len(self._files) > 1 and not self._fits():
            self._forget(next(iter(self._files)))

    def get(self, organisation: str, file_id: str) -> StoredFile | None:
        """A file of this organisation."""
        file = self._files.get(file_id)
        return file if file is not None and file.organisation == organisation else None

    def of(self, organisation: str) -> list[StoredFile]:
        """The files of an organisation, the newest first."""
        return [
            file for file in reversed(self._files.values()) if file.organisation == organisation
        ]

    def delete(self, file: StoredFile) -> None:
        """Forget a file."""
        if file.id in self._files:
            self._forget(file.id)

    def _fits(self) -> bool:
        return self._bytes <= self._most_bytes and len(self._files) <= self._most_files

    def _forget(self, file_id: str) -> None:
        self._bytes -= len(self._files.pop(file_id).data)
