"""What the end of a call says of the service's health. No I/O."""

from functools import lru_cache
from typing import Final
from urllib.parse import urlsplit

from client.errors import (
    APIError,
    ConnectionError,  # noqa: A004 - ours: the design's name
    GroqError,
    RedirectError,
    ResponseTooLargeError,
    StreamError,
    StreamInterruptedError,
    TimeoutError,  # noqa: A004 - ours: it names the phase
    TransportError,
    UnexpectedContentTypeError,
)
from client.resilience.circuit_breaker import Outcome

_NO_SIGN: Final = (429, 498)  # the service is well and says no


def outcome_of(error: BaseException | None) -> Outcome:
    """What an error counts as for the circuit breaker; ``None`` is success (hardening 2.4).

    Failures are connections that failed, timeouts, 5xx but 501 and 505, and streams that broke.
    What the caller did, and limits, say nothing. Any other answer proves that somebody is there.
    """
    match error:
        case None:
            return "success"
        case APIError():
            return _outcome_of_status(error.status)
        case TransportError():
            return _outcome_of_transport(error)
        case StreamInterruptedError():
            cause = error.__cause__
            local = isinstance(cause, GroqError) and outcome_of(cause) == "neutral"
            return "neutral" if local else "failure"
        case StreamError():
            return outcome_of(error.error)
        case _:
            return "neutral"


def _outcome_of_transport(error: TransportError) -> Outcome:
    match error:
        case TimeoutError(phase="pool" | "total"):
            return "neutral"
        case ConnectionError(retryable=False):
            return "neutral"  # closed by us, or a certificate: no breaker helps, its words do
        case TimeoutError(phase="connect") | ConnectionError(phase="connect"):
            return "connect failure"
        case RedirectError() | UnexpectedContentTypeError() | ResponseTooLargeError():
            return "success"
        case _:
            return "failure"


def _outcome_of_status(status: int) -> Outcome:
    if status in _NO_SIGN:
        return "neutral"
    return "failure" if status >= 500 and status not in (501, 505) else "success"


def nothing_was_sent(error: BaseException) -> bool:
    """Whether an error came before the first byte of the request."""
    return isinstance(error, ConnectionError | TimeoutError) and error.phase in ("connect", "pool")


def reason_of(error: GroqError) -> str:
    """What went wrong, in a few words for a screen."""
    match error:
        case APIError(status=429):
            return "a rate limit is reached"
        case APIError(status=498):
            return "the service has no capacity"
        case APIError():
            return f"the service answered with status {error.status}"
        case TimeoutError(phase=phase):
            return f"no answer in time ({phase})" if phase else "no answer in time"
        case ConnectionError(phase="connect"):
            return "no connection"
        case _:
            return "the connection broke"


@lru_cache(maxsize=256)
def circuit_key(url: str) -> tuple[str, str]:
    """The host of an address and the family of its endpoint, such as ``chat`` or ``audio``.

    The family is what follows the version in the path, for a service may be ill in one part only.
    """
    parts = urlsplit(url)
    segments = [segment for segment in parts.path.split("/") if segment]
    for index, segment in enumerate(segments[:-1]):
        if segment[0] == "v" and segment[1:].isdecimal():
            return parts.netloc, segments[index + 1]
    return parts.netloc, segments[0] if segments else ""
