"""Files kept by the service. No I/O."""

from client.types.base import Unspecified, WireValue


class File(WireValue):
    """A file that was uploaded, or that a batch left; ``created_at`` is Unix seconds."""

    id: str
    object: str = "file"
    bytes: int | None = None
    created_at: int | None = None
    filename: str | None = None
    purpose: str | None = None


class FileList(WireValue):
    """The answer to ``GET /files``; it is not paged."""

    object: str = "list"
    data: tuple[File, ...]


class FileDeleted(WireValue):
    """The answer to deleting a file."""

    id: str
    object: str = "file"
    deleted: bool = True
    error: Unspecified = None
