"""An entry of an HTTP archive (HAR 1.2) as an exchange, whoever wrote it. No I/O."""

import base64
import binascii
from datetime import datetime
from math import isfinite
from urllib.parse import urlsplit

from client.adapters.har.exchange import Failure, RecordedConnection, RecordedExchange
from client.errors import ValidationError


def decode_entry(entry: object) -> RecordedExchange:
    """The exchange of an entry, whoever wrote it; one without ``_chunks`` comes in one piece.

    Raises:
        ValidationError: a field that replaying needs is missing or of another kind.

    """
    fields = _Fields(entry)
    request, response = _Fields(fields.get("request")), _Fields(fields.get("response"))
    timings = _Fields(fields.get("timings", {}))
    waited = sum(timings.seconds(phase) for phase in ("blocked", "dns", "connect", "send", "wait"))
    total = max(fields.seconds("time"), waited)
    status = int(response.number("status", 0))
    body, missing = _decode_content(_Fields(response.get("content", {})))
    left, failure = _decode_error(fields.get("_error", None))
    if missing and failure is None:
        failure = Failure(type="ProtocolError", message="The recording holds no body for this.")
    ended_at = fields.number("_ended_at", total)
    return RecordedExchange(
        method=request.text("method"),
        url=_checked_url(request.text("url")),
        started_at=_timestamp(fields.get("startedDateTime", "")),
        number=int(fields.number("_number", 0)),
        request_headers=_decode_headers(request.get("headers", [])),
        request_body=_decode_post(request.get("postData", None)),
        connection=_decode_connection(fields.get("_connection", None)),
        written_at=fields.moment("_written_at"),
        status=max(status, 0),
        headers=_decode_headers(response.get("headers", [])),
        body=body,
        chunks=_decode_chunks(fields.get("_chunks", None), size=len(body), at=ended_at),
        headers_at=fields.number("_headers_at", waited) if status > 0 else None,
        ended_at=ended_at,
        left=left,
        failure=failure,
    )


class _Fields:
    """A JSON object that says what it lacks."""

    def __init__(self, value: object) -> None:
        if not isinstance(value, dict):
            raise ValidationError("An entry of the recording is not of HAR's form.")
        self._value = value

    def get(self, name: str, *default: object) -> object:
        """A member, or the default; ``null`` counts as absent."""
        found = self._value.get(name)
        if found is not None:
            return found
        if not default:
            raise ValidationError(f"An entry of the recording lacks `{name}`.")
        return default[0]

    def text(self, name: str) -> str:
        return str(self.get(name))

    def number(self, name: str, default: float) -> float:
        found = self._value.get(name)
        valid = isinstance(found, int | float) and found == found and abs(found) < 1e12
        return found if valid and isinstance(found, int | float) else default

    def moment(self, name: str) -> float | None:
        """Seconds, ``None`` where there are none."""
        found = self.number(name, -1.0)
        return found if found >= 0 else None

    def seconds(self, name: str) -> float:
        """Milliseconds as seconds; HAR's -1 means that a phase did not happen."""
        return max(self.number(name, 0.0), 0.0) / 1000


def _checked_url(url: str) -> str:
    try:
        urlsplit(url)
    except ValueError:
        raise ValidationError("An entry of the recording names no valid address.") from None
    return url


def _decode_headers(listed: object) -> dict[str, str]:
    """Names in lower case; repeated ones joined; those of HTTP/2's own left out."""
    headers: dict[str, str] = {}
    for item in listed if isinstance(listed, list) else ():
        fields = _Fields(item)
        name, value = fields.text("name").lower(), str(fields.get("value", ""))
        if name and not name.startswith(":"):
            headers[name] = f"{headers[name]}, {value}" if name in headers else value
    return headers


def _decode_post(post: object) -> bytes | None:
    if post is None:
        return None
    fields = _Fields(post)
    return _decode_bytes(fields.get("text", ""), fields.get("_encoding", ""))


def _decode_content(content: _Fields) -> tuple[bytes, bool]:
    """The body, and whether it was left out of the recording."""
    text = content.get("text", None)
    if text is None:
        return b"", content.number("size", 0) > 0
    return _decode_bytes(text, content.get("encoding", "")), False


def _decode_bytes(text: object, encoding: object) -> bytes:
    if encoding == "base64":
        try:
            return base64.b64decode(str(text))
        except (binascii.Error, ValueError):
            raise ValidationError("A body of the recording is not the base64 it says.") from None
    return str(text).encode(errors="replace")


def _decode_chunks(listed: object, *, size: int, at: float) -> tuple[tuple[float, int], ...]:
    if not isinstance(listed, list):
        return ((at, size),) if size else ()
    try:
        chunks = tuple((float(offset), max(int(length), 0)) for offset, length in listed)
        if not all(isfinite(offset) for offset, _ in chunks):
            raise ValueError
    except (TypeError, ValueError, OverflowError):
        raise ValidationError("`_chunks` is not a list of [seconds, bytes].") from None
    return chunks


def _decode_connection(connection: object) -> RecordedConnection | None:
    if connection is None:
        return None
    fields = _Fields(connection)
    return RecordedConnection(
        at=fields.moment("at") or 0.0,
        reused=bool(fields.get("reused", False)),
        name_lookup=fields.moment("name_lookup"),
        tcp=fields.moment("tcp"),
        tls=fields.moment("tls"),
    )


def _decode_error(error: object) -> tuple[bool, Failure | None]:
    if not error:
        return False, None
    if not isinstance(error, dict):  # a browser's own words
        return False, Failure(type="ConnectionError", message=str(error), retryable=True)
    fields = _Fields(error)
    kind = fields.text("type")
    if kind == "left":
        return True, None
    return False, Failure(
        type=kind,
        message=str(fields.get("message", "")),
        phase=str(fields.get("phase", "")),
        retryable=bool(fields.get("retryable", False)),
    )


def _timestamp(date: object) -> float:
    try:
        return datetime.fromisoformat(str(date)).timestamp()
    except (ValueError, OverflowError):
        return 0.0
