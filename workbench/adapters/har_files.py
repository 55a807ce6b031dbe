"""Recordings on disk: HAR files, and folders of one exchange each. Blocks: call it in a thread."""

import json
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Final

from client import RecordedExchange, ValidationError, read_recording, write_recording

_HOST: Final = "https://api.groq.com"
_REQUEST: Final = "request.json"
_MOST_FOLDERS: Final = 1000
_MOST_BYTES: Final = 32 * 1024 * 1024


def load(path: Path) -> tuple[RecordedExchange, ...]:
    """The exchanges of a HAR file, of a folder with one exchange, or of a folder of such folders.

    A folder holds ``request.json`` (method, path, headers, body), ``response.json`` (status,
    headers) and ``body.bin``, the bytes of the answer. Such a recording knows no times.

    Raises:
        ValidationError: it cannot be read, or is no recording.

    """
    path = path.expanduser()
    if not path.is_dir():
        return read_recording(path)
    folders = [path] if (path / _REQUEST).is_file() else sorted(_folders(path))
    if not folders:
        raise ValidationError(f"{path} holds no recording: {_REQUEST} is expected in it.")
    return tuple(_exchange(folder, number) for number, folder in enumerate(folders))


def save(path: Path, exchanges: tuple[RecordedExchange, ...]) -> None:
    """A HAR file with these exchanges; one that is there is never overwritten.

    Raises:
        ValidationError: the file is there already, or cannot be written.

    """
    write_recording(path.expanduser(), exchanges)


def _folders(path: Path) -> list[Path]:
    return [inner.parent for inner in path.glob(f"*/{_REQUEST}")][:_MOST_FOLDERS]


def _exchange(folder: Path, number: int) -> RecordedExchange:
    try:
        request = _object(folder / _REQUEST)
        response = _object(folder / "response.json")
        body = (folder / "body.bin").read_bytes()[:_MOST_BYTES]
    except OSError as error:
        raise ValidationError(f"{folder} cannot be read: {error.strerror}.") from None
    asked = request.get("body")
    status = response.get("status")
    return RecordedExchange(
        method=str(request.get("method", "POST")),
        url=_HOST + str(request.get("path", "/")),
        started_at=_date(response.get("recorded")),
        number=number,
        request_headers=_headers(request.get("headers")),
        request_body=None if asked is None else _bytes(asked),
        status=status if isinstance(status, int) else 0,
        headers=_headers(response.get("headers")),
        body=body,
    )


def _object(path: Path) -> dict[str, object]:
    try:
        value = json.loads(path.read_text(encoding="utf-8"))
    except (ValueError, RecursionError):
        raise ValidationError(f"{path} is not JSON.") from None
    if not isinstance(value, dict):
        raise ValidationError(f"{path} holds no object.")
    return value


def _bytes(body: object) -> bytes:
    text = body if isinstance(body, str) else json.dumps(body, ensure_ascii=False)
    return text.encode("utf-8", "replace")


def _headers(value: object) -> dict[str, str]:
    if not isinstance(value, dict):
        return {}
    return {str(name).lower(): str(text) for name, text in value.items()}


def _date(value: object) -> float:
    """Unix seconds of a date as HTTP writes it, with or without a remark behind it; 0 unknown."""
    try:
        return parsedate_to_datetime(str(value).partition(" (")[0]).timestamp()
    except (ValueError, OverflowError):
        return 0.0
