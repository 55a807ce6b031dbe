"""Which recorded exchange answers a request, and what differs where none does. No I/O."""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Final, TypeAlias
from urllib.parse import urlsplit

from client.adapters.har.exchange import RecordedExchange
from client.adapters.har.redacted import redact_url
from client.ports import Request
from client.redaction import Redactor

Content: TypeAlias = object
"""A body to compare: parsed JSON, or bytes."""

SHOWN_DIFFERENCES: Final = 5
_SHOWN_CHARACTERS: Final = 60
_BOUNDARY: Final = re.compile(r"""(?i)\bboundary="?([^";,\s]+)""")


class Question:
    """A request, or a recorded one, as matching sees it."""

    __slots__ = ("content", "method", "path", "query")

    def __init__(
        self, method: str, url: str, headers: Mapping[str, str], body: bytes | None
    ) -> None:
        parts = urlsplit(url)
        self.method = method.upper()
        self.path = parts.path
        self.query = parts.query
        self.content = _content(headers.get("content-type", ""), body)

    @classmethod
    def asked(cls, request: Request, redactor: Redactor) -> "Question":
        """A request of now, without the secrets that the recording does not hold either."""
        headers = {name.lower(): value for name, value in request.headers.items()}
        body = request.shown_body
        body = None if body is None else redactor.data(body)
        return cls(request.method, redact_url(request.url, redactor), headers, body)

    @classmethod
    def recorded(cls, exchange: RecordedExchange) -> "Question":
        """A request of then."""
        return cls(exchange.method, exchange.url, exchange.request_headers, exchange.request_body)

    def alike(self, other: "Question") -> bool:
        """Whether both go to the same place."""
        return (self.method, self.path) == (other.method, other.path)

    def same(self, other: "Question") -> bool:
        """Whether both ask the same; the order of keys in JSON does not matter."""
        alike = self.alike(other) and self.query == other.query
        return alike and self.content == other.content


def differences(recorded: Question, asked: Question) -> list[str]:
    """What a person would have to change for ``asked`` to be ``recorded``; the first few."""
    found = []
    if not recorded.alike(asked):
        found.append(
            f"{recorded.method} {recorded.path} was recorded, {asked.method} {asked.path} is asked"
        )
    if recorded.query != asked.query:
        found.append(_difference("the query", recorded.query, asked.query))
    if isinstance(recorded.content, bytes) and isinstance(asked.content, bytes):
        if recorded.content != asked.content:
            sizes = f"{len(recorded.content):,} bytes then, {len(asked.content):,} now"
            found.append(f"the body differs ({sizes})")
    else:
        found += _walk("", recorded.content, asked.content)
    return found


def nearest(recorded: Sequence[Question], asked: Question) -> Question | None:
    """The recorded request that differs least from ``asked``."""
    alike = [question for question in recorded if question.alike(asked)] or recorded
    return min(alike, key=lambda question: len(differences(question, asked)), default=None)


def _content(kind: str, body: bytes | None) -> Content:
    if not body:
        return None
    if "json" in kind or body[:1] in b"{[":
        try:
            return json.loads(body)
        except (ValueError, RecursionError):
            return body
    if boundary := _BOUNDARY.search(kind):
        # A multipart body is cut at a line that is another one each time.
        return body.replace(boundary[1].encode(), b"boundary")
    return body


def _walk(place: str, recorded: object, asked: object) -> Iterator[str]:
    """Where two JSON values differ, each place once."""
    if isinstance(recorded, dict) and isinstance(asked, dict):
        for name in sorted({*recorded, *asked}):
            inner = f"{place}.{name}" if place else str(name)
            if name not in asked:
                yield f"{inner}: recorded, but not asked"
            elif name not in recorded:
                yield f"{inner}: asked, but not recorded"
            else:
                yield from _walk(inner, recorded[name], asked[name])
    elif isinstance(recorded, list) and isinstance(asked, list):
        for index, (then, now) in enumerate(zip(recorded, asked, strict=False)):
            yield from _walk(f"{place}[{index}]", then, now)
        if len(recorded) != len(asked):
            yield f"{place or 'the body'}: {len(recorded)} items then, {len(asked)} now"
    elif recorded != asked:
        yield _difference(place or "the body", recorded, asked)


def _difference(place: str, recorded: object, asked: object) -> str:
    return f"{place}: {_shown(recorded)} then, {_shown(asked)} now"


def _shown(value: object) -> str:
    text = repr(value)
    return text if len(text) <= _SHOWN_CHARACTERS else f"{text[:_SHOWN_CHARACTERS]}..."
