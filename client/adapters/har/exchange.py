"""One recorded exchange, as a value. No I/O."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Self

from client.errors import GroqError


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """The error that an exchange ended in, by the name of its class."""

    type: str
    message: str
    phase: str = ""
    retryable: bool = False

    @classmethod
    def of(cls, error: Exception) -> Self:
        """The error as the client shows it; of a foreign one it shows the class alone."""
        if isinstance(error, GroqError):
            phase = str(getattr(error, "phase", ""))
            kind = type(error).__name__
            return cls(type=kind, message=str(error), phase=phase, retryable=error.retryable)
        message = f"The request could not be carried: {type(error).__name__}."
        return cls(type="ConnectionError", message=message, retryable=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordedConnection:
    """When there was a connection for a request, and the seconds that its making took."""

    at: float
    reused: bool
    name_lookup: float | None = None
    tcp: float | None = None
    tls: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordedExchange:
    """A request and what came of it.

    Attributes:
        started_at: when it was sent, Unix seconds.
        number: how many were sent before it in the same recording.
        connection: how it came by its connection, ``None`` where nobody said.
        written_at: when its last byte was sent, ``None`` where nobody said.
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
    connection: RecordedConnection | None = None
    written_at: float | None = None
    status: int = 0
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    body: bytes = field(default=b"", repr=False)
    chunks: Sequence[tuple[float, int]] = ()
    headers_at: float | None = None
    ended_at: float = 0.0
    left: bool = False
    failure: Failure | None = None

    def ended(self, at: float, error: BaseException | None = None) -> Self:
        """The exchange with its end: in order, by an error, or, with any other, by leaving."""
        failure = Failure.of(error) if isinstance(error, Exception) else None
        return replace(
            self, ended_at=at, failure=failure, left=error is not None and failure is None
        )
