"""An exchange as an entry of an HTTP archive (HAR 1.2). No I/O.

What the format has no field for is in fields of our own, which begin with an underscore as it asks:
``_chunks``, ``_connection``, ``_written_at``, ``_headers_at``, ``_ended_at``, ``_number``,
``_error``. Their times are seconds since the request was sent.
"""

import base64
from collections.abc import Mapping
from dataclasses import asdict
from datetime import UTC, datetime
from http.client import responses as reasons
from typing import Final, TypeAlias
from urllib.parse import parse_qsl, urlsplit

from client.adapters.har.exchange import RecordedExchange

Entry: TypeAlias = dict[str, object]

_HTTP_VERSION: Final = "HTTP/1.1"  # what our transport speaks
_MICROSECONDS: Final = 6


def encode_entry(exchange: RecordedExchange) -> Entry:
    """The entry for an exchange, with every field that HAR 1.2 requires."""
    entry: Entry = {
        "startedDateTime": _date(exchange.started_at),
        "time": _milliseconds(exchange.ended_at),
        "request": _encode_request(exchange),
        "response": _encode_response(exchange),
        "cache": {},
        "timings": _encode_timings(exchange),
        "_number": exchange.number,
        "_ended_at": round(exchange.ended_at, _MICROSECONDS),
        "_chunks": [[round(at, _MICROSECONDS), size] for at, size in exchange.chunks],
    }
    if exchange.connection is not None:
        entry["_connection"] = asdict(exchange.connection)
    if exchange.written_at is not None:
        entry["_written_at"] = round(exchange.written_at, _MICROSECONDS)
    if exchange.headers_at is not None:
        entry["_headers_at"] = round(exchange.headers_at, _MICROSECONDS)
    if exchange.left:
        entry["_error"] = {"type": "left", "message": "The caller left before the end."}
    if exchange.failure is not None:
        entry["_error"] = {
            "type": exchange.failure.type,
            "message": exchange.failure.message,
            "phase": exchange.failure.phase,
            "retryable": exchange.failure.retryable,
        }
    return entry


def _encode_timings(exchange: RecordedExchange) -> Entry:
    """Milliseconds of each phase, one after the other; HAR counts TLS as part of connecting."""
    answered = exchange.ended_at if exchange.headers_at is None else exchange.headers_at
    timings: Entry = {}
    sent = 0.0
    if (made := exchange.connection) is not None:
        dialled = (made.name_lookup or 0.0) + (made.tcp or 0.0) + (made.tls or 0.0)
        timings["blocked"] = _milliseconds(made.at - dialled)
        if not made.reused:
            timings["dns"] = _phase(made.name_lookup)
            timings["connect"] = _phase(
                None if made.tcp is None else dialled - (made.name_lookup or 0)
            )
            timings["ssl"] = _phase(made.tls)
        sent = made.at
    written = sent if exchange.written_at is None else exchange.written_at
    timings["send"] = _milliseconds(written - sent)
    timings["wait"] = _milliseconds(answered - written)
    timings["receive"] = _milliseconds(exchange.ended_at - answered)
    return timings


def _phase(seconds: float | None) -> float:
    """Milliseconds, or HAR's -1 for what did not happen."""
    return -1 if seconds is None else _milliseconds(seconds)


def _encode_request(exchange: RecordedExchange) -> Entry:
    body = exchange.request_body
    query = parse_qsl(urlsplit(exchange.url).query, keep_blank_values=True)
    request: Entry = {
        "method": exchange.method,
        "url": exchange.url,
        "httpVersion": _HTTP_VERSION,
        "cookies": [],
        "headers": _encode_headers(exchange.request_headers),
        "queryString": [{"name": name, "value": value} for name, value in query],
        "headersSize": -1,
        "bodySize": len(body or b""),
    }
    if body is not None:
        kind = exchange.request_headers.get("content-type", "application/octet-stream")
        text, encoding = _encode_bytes(body)
        request["postData"] = {"mimeType": kind, "text": text}
        if encoding:
            request["postData"] = {"mimeType": kind, "text": text, "_encoding": encoding}
    return request


def _encode_response(exchange: RecordedExchange) -> Entry:
    text, encoding = _encode_bytes(exchange.body)
    content: Entry = {
        "size": len(exchange.body),
        "mimeType": exchange.headers.get("content-type", "x-unknown"),
        "text": text,
    }
    if encoding:
        content["encoding"] = encoding
    return {
        "status": exchange.status,
        "statusText": reasons.get(exchange.status, ""),
        "httpVersion": _HTTP_VERSION,
        "cookies": [],
        "headers": _encode_headers(exchange.headers),
        "content": content,
        "redirectURL": exchange.headers.get("location", ""),
        "headersSize": -1,
        "bodySize": -1,
    }


def _encode_headers(headers: Mapping[str, str]) -> list[Entry]:
    return [{"name": name, "value": value} for name, value in headers.items()]


def _encode_bytes(data: bytes) -> tuple[str, str]:
    try:
        return data.decode(), ""
    except UnicodeDecodeError:
        return base64.standard_b64encode(data).decode(), "base64"


def _date(seconds: float) -> str:
    moment = datetime.fromtimestamp(seconds, UTC)
    return moment.isoformat(timespec="microseconds").replace("+00:00", "Z")


def _milliseconds(seconds: float) -> float:
    return round(max(seconds, 0.0) * 1000, 3)
