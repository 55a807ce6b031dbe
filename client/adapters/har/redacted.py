"""What of an exchange may be written down. No I/O."""

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Final
from urllib.parse import urlsplit, urlunsplit

from client.adapters.har.exchange import RecordedExchange
from client.redaction import Redactor

REQUEST_HEADERS: Final = frozenset(
    {"accept", "accept-encoding", "content-length", "content-type", "host"}
    | {"user-agent", "x-simulate"}
)
RESPONSE_HEADERS: Final = frozenset(
    {"age", "alt-svc", "cache-control", "cf-cache-status", "cf-ray", "connection", "date"}
    | {"content-disposition", "content-encoding", "content-length", "content-type", "etag"}
    | {"location", "retry-after", "retry-after-ms", "server", "strict-transport-security"}
    | {"transfer-encoding", "vary", "via", "x-groq-region", "x-request-id", "x-should-retry"}
)
RESPONSE_PREFIXES: Final = ("x-ratelimit-", "access-control-")
_NEVER: Final = frozenset({"cookie", "set-cookie", "set-cookie2"})
_MASK: Final = "REDACTED"
_SECRET_PARAMETER: Final = re.compile(
    r"(?i)(?<=[?&])((?:[\w-]*(?:key|token|secret|password|signature))=)[^&]+"
)


def redact_exchange(exchange: RecordedExchange, redactor: Redactor) -> RecordedExchange:
    """The exchange without secrets, every length as it was.

    Headers are kept by an allow-list: of others only the name is left, and of cookies nothing.
    Everywhere else the redactor's secrets and ids are masked by value; so are user and password
    in an address.
    """
    body = exchange.request_body
    # A model can only repeat, piece by piece, a key that it was told.
    told = body is not None and redactor.finds(body)
    failure = exchange.failure
    return replace(
        exchange,
        url=redact_url(exchange.url, redactor),
        request_headers=_request_headers(exchange.request_headers, redactor),
        request_body=None if body is None else redactor.data(body),
        headers=_response_headers(exchange.headers, redactor),
        body=redactor.event_stream(exchange.body) if told else redactor.data(exchange.body),
        failure=failure and replace(failure, message=redactor.text(failure.message)),
    )


def redact_url(url: str, redactor: Redactor) -> str:
    """An address without user, password, and what its parameters call a key."""
    try:
        parts = urlsplit(url)
        bare = urlunsplit(parts._replace(netloc=parts.netloc.rpartition("@")[2]))
    except ValueError:  # no address at all
        return _MASK
    return redactor.text(_SECRET_PARAMETER.sub(rf"\1{_MASK}", bare))


def _request_headers(headers: Mapping[str, str], redactor: Redactor) -> dict[str, str]:
    return {
        name.lower(): redactor.text(value) if name.lower() in REQUEST_HEADERS else _MASK
        for name, value in headers.items()
        if name.lower() not in _NEVER
    }


def _response_headers(headers: Mapping[str, str], redactor: Redactor) -> dict[str, str]:
    kept = {
        name.lower(): value if _is_harmless(name.lower()) else _MASK
        for name, value in headers.items()
        if name.lower() not in _NEVER
    }
    if "location" in kept:
        kept["location"] = redact_url(kept["location"], redactor)
    return {name: redactor.text(value) for name, value in kept.items()}


def _is_harmless(name: str) -> bool:
    return name in RESPONSE_HEADERS or name.startswith(RESPONSE_PREFIXES)
