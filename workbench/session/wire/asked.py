"""What a recorded request asks for, read back from its bytes. No I/O."""

import json
import re
from dataclasses import dataclass, field
from email.parser import BytesParser
from email.policy import HTTP
from typing import Final, Literal, TypeAlias
from urllib.parse import unquote, urlsplit

from client import DEFAULT_BASE_URL, RecordedExchange

Kind: TypeAlias = Literal[
    "chat", "models", "model", "speech", "transcription", "translation", "other"
]

_ENDPOINTS: Final[tuple[tuple[str, str, Kind], ...]] = (
    ("POST", "/chat/completions", "chat"),
    ("POST", "/audio/speech", "speech"),
    ("POST", "/audio/transcriptions", "transcription"),
    ("POST", "/audio/translations", "translation"),
    ("GET", "/models", "models"),
)
_OWN_HEADERS: Final = frozenset(
    {"accept", "accept-encoding", "content-length", "content-type", "host", "user-agent"}
    | {"connection", "authorization"}
)
_BOUNDARY: Final = re.compile(r'boundary="?([^";,\s]+)')
_MASKED: Final = "REDACTED"


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A request as a program would make it.

    Attributes:
        kind: which endpoint it is for; ``other`` can only be sent as it is.
        base_url: the API's address; the path is behind it.
        path: behind the base, with its query.
        body: the JSON object of the body, ``None`` when it is none.
        raw: the body's text; for a form, with a note in place of the file.
        form: the fields of a form, in their order.
        filename: of the file in a form, "" without one.
        model_id: which model is asked after, for ``model``.
        headers: those that are the caller's own, masked ones left out.

    """

    kind: Kind
    method: str
    base_url: str
    path: str
    body: dict[str, object] | None = None
    raw: str = ""
    form: tuple[tuple[str, str], ...] = ()
    filename: str = ""
    model_id: str = ""
    headers: dict[str, str] = field(default_factory=dict)

    @property
    def url(self) -> str:
        """The whole address."""
        return self.base_url + self.path

    @property
    def streaming(self) -> bool:
        """Whether a stream is asked for."""
        return bool(self.body) and self.body is not None and self.body.get("stream") is True

    @property
    def sdk_base_url(self) -> str | None:
        """The official SDK's base URL, ``None`` where that cannot reach the address.

        It adds ``/openai/v1`` to each path itself (groq-api 1).
        """
        root = self.base_url.removesuffix("/openai/v1")
        return None if root == self.base_url else root

    @property
    def usual(self) -> bool:
        """Whether it goes to the service's own address."""
        return self.base_url == DEFAULT_BASE_URL


def asked(exchange: RecordedExchange) -> Asked:
    """What the request of an exchange asks for."""
    base, path = _divided(exchange.url)
    raw = (exchange.request_body or b"").decode("utf-8", "replace")
    kind = _kind(exchange.method, path)
    content_type = exchange.request_headers.get("content-type", "")
    form, filename = _form(content_type, exchange.request_body or b"")
    return Asked(
        kind=kind,
        method=exchange.method,
        base_url=base,
        path=path,
        body=_object(raw),
        raw=raw,
        form=form,
        filename=filename,
        model_id=unquote(path.removeprefix("/models/")) if kind == "model" else "",
        headers={
            name: value
            for name, value in exchange.request_headers.items()
            if name not in _OWN_HEADERS and not value.startswith(_MASKED)
        },
    )


def _divided(url: str) -> tuple[str, str]:
    """The base and the rest, cut where the API's own paths begin."""
    parts = urlsplit(url)
    whole = parts.path + (f"?{parts.query}" if parts.query else "")
    for mark in ("/chat/", "/models", "/audio/", "/files", "/batches", "/responses"):
        before, found, after = whole.partition(mark)
        if found:
            return f"{parts.scheme}://{parts.netloc}{before}", found + after
    return f"{parts.scheme}://{parts.netloc}", whole


def _kind(method: str, path: str) -> Kind:
    for wanted, endpoint, kind in _ENDPOINTS:
        if method == wanted and path == endpoint:
            return kind
    return "model" if method == "GET" and path.startswith("/models/") else "other"


def _object(raw: str) -> dict[str, object] | None:
    try:
        value = json.loads(raw)
    except (ValueError, RecursionError):
        return None
    return value if isinstance(value, dict) else None


def _form(content_type: str, body: bytes) -> tuple[tuple[tuple[str, str], ...], str]:
    """The fields of a multipart form and the name of its file."""
    if not _BOUNDARY.search(content_type):
        return (), ""
    head = f"content-type: {content_type}\r\n\r\n".encode()
    message = BytesParser(policy=HTTP).parsebytes(head + body)
    fields, filename = [], ""
    for part in message.iter_parts():
        if (name := part.get_filename()) is not None:
            filename = name
            continue
        field = part.get_param("name", header="content-disposition")
        payload = part.get_payload(decode=True)
        text = payload.decode("utf-8", "replace") if isinstance(payload, bytes) else ""
        fields.append((str(field), text))
    return tuple(fields), filename
