"""The seams of the client: what it needs from the world, as small protocols. No I/O."""

from collections.abc import AsyncGenerator, AsyncIterator, Callable, Mapping
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol, runtime_checkable

from client.errors import TransportError, ValidationError
from client.events import ClientEvent
from client.timing import Timing


@dataclass(frozen=True, slots=True, kw_only=True)
class Timeouts:
    """How long each phase may take, in seconds; ``None`` waits for ever.

    Attributes:
        connect: until the connection stands.
        first_byte: from sending until all headers are there, however slowly they drip.
        idle: between two reads of a body. Comments keep a stream alive for up to twenty times
            as long.
        total: the whole call, however often it is sent.

    Raises:
        ValidationError: a bound is not a positive number.

    """

    connect: float | None = 5.0
    first_byte: float | None = 60.0
    idle: float | None = 30.0
    total: float | None = None

    def __post_init__(self) -> None:
        for phase in ("connect", "first_byte", "idle", "total"):
            if not _is_duration(getattr(self, phase)):
                raise ValidationError(f"The timeout `{phase}` must be positive seconds, or None.")


def _is_duration(value: object) -> bool:
    if value is None:
        return True
    return isinstance(value, int | float) and not isinstance(value, bool) and value > 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Cost:
    """What a request takes from the rate limits, as far as that can be told before.

    ``max_completion_tokens`` is ``None`` where the length of the answer is not bounded.
    ``image_tokens`` is a guess; it makes a request wait, but never too large to be sent.
    """

    input_tokens: int = 0
    image_tokens: int = 0
    max_completion_tokens: int | None = None
    audio_seconds: float = 0.0


class Source(Protocol):
    """Bytes that are read in pieces while they are sent."""

    @property
    def length(self) -> int | None:
        """How many there are, ``None`` when that is not known before."""

    @property
    def replayable(self) -> bool:
        """Whether they can be read again from the beginning."""

    def open(self) -> AsyncGenerator[bytes, None]:
        """The bytes from the beginning; closing it lets go of what it reads. Raises GroqError."""


class UploadBody(Source, Protocol):
    """The body of a request that is too large to be held."""

    @property
    def shown(self) -> bytes:
        """It as an observer or a recording sees it: with a note in place of what is large."""


class Delivery(Protocol):
    """Is told by a transport how the sending of a request gets on. Quick, and never raises."""

    def connected(
        self,
        *,
        reused: bool,
        name_lookup: float | None = None,
        tcp: float | None = None,
        tls: float | None = None,
    ) -> None:
        """There is a connection for it, whose making took so many seconds; as ConnectionReady."""

    def written(self) -> None:
        """Its last byte was handed to the operating system."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """One request, ready to be sent. ``headers`` may hold a key: they are in no repr.

    Attributes:
        exchange: the number that its events bear.
        model: the one it asks for, if any.
        cost: what it takes from the rate limits, ``None`` when nothing can be said.
        max_wait: seconds it may wait in all, for limits and between attempts; ``None`` leaves that
            to the policies.
        replayable: whether its body can be sent again.
        timing: stamps of the exchange; a transport that waits before it sends corrects ``sent``.
        delivery: is told how the sending gets on, ``None`` when nobody wants to know.

    """

    method: str
    url: str
    headers: Mapping[str, str] = field(repr=False)
    body: bytes | UploadBody | None = field(default=None, repr=False)
    streaming: bool = False
    timeouts: Timeouts = Timeouts()
    exchange: int = 0
    model: str | None = None
    cost: Cost | None = None
    max_wait: float | None = None
    replayable: bool = True
    timing: Timing | None = field(default=None, repr=False, compare=False)
    delivery: Delivery | None = field(default=None, repr=False, compare=False)

    @property
    def shown_body(self) -> bytes | None:
        """The body as an observer or a recording sees it."""
        return self.body if isinstance(self.body, bytes | None) else self.body.shown


class Response(Protocol):
    """An answer whose headers are there and whose body is still to be read."""

    @property
    def status(self) -> int:
        """The HTTP status."""

    @property
    def headers(self) -> Mapping[str, str]:
        """The headers, names in lower case."""

    def __aiter__(self) -> AsyncIterator[bytes]:
        """The body as it arrives, content encoding undone; errors are TransportErrors."""

    async def aclose(self) -> None:
        """Let go of the connection: at once, and closed unless the body was read to its end."""


class ReplaceableResponse(Response, Protocol):
    """An answer in whose place another may be put while nothing of it is there."""

    @property
    def replaceable(self) -> bool:
        """Whether that is still so."""

    async def replace(self, failure: TransportError) -> bool:
        """Whether another answer now stands in for this one; ``headers`` are then the other's."""


class Transport(Protocol):
    """Carries requests to the service."""

    async def send(self, request: Request) -> Response:
        """Send it and wait for the headers. Raises TransportError."""

    async def aclose(self) -> None:
        """Close every connection."""


class Auth(Protocol):
    """Says who is asking."""

    async def headers(self) -> Mapping[str, str]:
        """The headers that identify the caller."""


class Alarm(Protocol):
    """Something that a clock will do at a time."""

    def cancel(self) -> object:
        """Do not do it, if it is not done yet."""


class Clock(Protocol):
    """Time, and waiting."""

    def now(self) -> float:
        """Monotonic seconds, for everything that is measured."""

    def wall_time(self) -> float:
        """Unix seconds, for dates the service names."""

    async def sleep(self, seconds: float) -> None:
        """Wait."""

    def timeout(self, seconds: float | None) -> AbstractAsyncContextManager[object]:
        """Cancel the block after ``seconds``, raising the built-in TimeoutError."""

    def call_later(self, seconds: float, ring: Callable[[], object]) -> Alarm:
        """Call ``ring`` after ``seconds``, on the event loop; never before this returns."""


class Observer(Protocol):
    """Is told what happens. Called on the event loop: it must not block and must not raise."""

    def __call__(self, event: ClientEvent, /) -> None:
        """Take note."""


@runtime_checkable
class Reader(Protocol):
    """An open file, as far as reading needs one: ``open(path, "rb")``, ``io.BytesIO``."""

    def read(self, size: int, /) -> bytes:
        """The next bytes; none at the end."""


class Writer(Protocol):
    """A file that is being written."""

    async def write(self, data: bytes, at: int | None = None) -> None:
        """Write at its end, or over what stands at ``at``. Raises ValidationError."""

    async def source(self) -> Source:
        """What was written, to be read from its beginning."""


class Disk(Protocol):
    """Files, read and written while the event loop goes on."""

    async def source(self, file: Path | Reader) -> Source:
        """A file to read; an open one from where it stands. Raises ValidationError."""

    def writer(self, path: Path | None = None) -> AbstractAsyncContextManager[Writer]:
        """A file to write, there when the block ends well; without a path for the block only."""
