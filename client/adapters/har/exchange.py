"""One recorded exchange, as a value. No I/O."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """The error that an exchange ended in, by the name of its class."""

    type: str
    message: str
    phase: str = ""
    retryable: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordedExchange:
    """A request and what came of it.

    Attributes:
        started_at: when it was sent, Unix seconds.
        number: how many were sent before it in the same recording.
        status: of the answer, 0 when none began.
        chunks: for every read of the body, when it came and how many bytes it brought.
        headers_at: when the answer began, ``None`` when it did not.
        ended_at: when the body ended, broke or was left.
        left: whether the caller left before the end.
        failure: the error it ended in, if any.

    """

    method: str
    url: str
    started_at: float
    number: int = 0
    request_headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    request_body: bytes | None = field(default=None, repr=False)
    status: int = 0
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    body: bytes = field(default=b"", repr=False)
    chunks: Sequence[tuple[float, int]] = ()
    headers_at: float | None = None
    ended_at: float = 0.0
    left: bool = False
    failure: Failure | None = None
