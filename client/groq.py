"""The client: composes its parts, opens, closes, and says how it is."""

import os
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property
from os import PathLike
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Literal, Self

from typing_extensions import Unpack

from client.chat import Chat
from client.config import DEFAULT_BASE_URL, ConfigFields, GroqConfig, environment_fields
from client.errors import GroqError, ValidationError
from client.events import ClientEvent, HeadersReceived
from client.models import Models
from client.ports import Auth, Clock, Disk, Observer, Transport
from client.types.rate_limits import RateLimits
from client.wire import Wire

if TYPE_CHECKING:
    from client.audio import Audio
    from client.batches import Batches
    from client.files import Files


@dataclass(frozen=True, slots=True, kw_only=True)
class Health:
    """How the service answered just now.

    ``latency`` is seconds for the whole question, measured here; ``error`` is ``None`` when all is
    well.
    """

    host: str
    latency: float
    models: int | None
    error: GroqError | None

    @property
    def ok(self) -> bool:
        """Whether the service was reached and the key accepted."""
        return self.error is None


class GroqClient:
    """A client of the Groq API.

    Fields not given come from the environment (``GROQ_API_KEY``, ``GROQ_BASE_URL``,
    ``GROQ_CUSTOM_HEADERS``); with ``config=`` nothing is read from there. The seams
    ``transport``, ``auth``, ``clock`` and ``observe`` replace what touches the world.

    Raises:
        ValidationError: a field is wrong, or there is no key for a service that needs one.

    """

    def __init__(
        self,
        *,
        config: GroqConfig | None = None,
        transport: Transport | None = None,
        auth: Auth | None = None,
        clock: Clock | None = None,
        observe: Observer | Iterable[Observer] | None = None,
        **fields: Unpack[ConfigFields],
    ) -> None:
        self.config = _one_of(config, fields)
        clock = clock or _default_clock()
        self._wire = Wire(
            base_url=self.config.base_url,
            headers=self.config.headers,
            timeouts=self.config.timeouts,
            transport=_bounded(transport or _default_transport(self.config), clock),
            auth=auth or _default_auth(self.config),
            clock=clock,
        )
        self._wire.transport = _resilient(self._wire, self.config)
        if observe is not None:
            self._wire.observers += [observe] if callable(observe) else observe
        self.chat = Chat(self._wire)
        self.models = Models(self._wire)

    @classmethod
    def recording_to(
        cls,
        file: str | PathLike[str],
        *,
        overwrite: bool = False,
        config: GroqConfig | None = None,
        auth: Auth | None = None,
        clock: Clock | None = None,
        observe: Observer | Iterable[Observer] | None = None,
        **fields: Unpack[ConfigFields],
    ) -> Self:
        """A client that writes every exchange to a HAR file; see ``RecordingTransport``.

        Raises:
            ValidationError: a field is wrong, or the file is there already.

        """
        from client.adapters.har.recording import RecordingTransport

        config = _one_of(config, fields)
        transport = RecordingTransport(
            _default_transport(config), Path(file), clock=clock, overwrite=overwrite
        )
        return cls(config=config, transport=transport, auth=auth, clock=clock, observe=observe)

    @classmethod
    def replaying(
        cls,
        file: str | PathLike[str],
        *,
        speed: float = 1.0,
        match: Literal["strict", "loose"] = "strict",
        clock: Clock | None = None,
        observe: Observer | Iterable[Observer] | None = None,
        **fields: Unpack[ConfigFields],
    ) -> Self:
        """A client that answers from a recording, without network or key; see ``ReplayTransport``.

        It asks at the address that was recorded. Nothing is read from the environment.

        Raises:
            ValidationError: a field is wrong, or the file is no recording.

        """
        from client.adapters.har.replay import ReplayTransport

        transport = ReplayTransport(Path(file), speed=speed, clock=clock, match=match)
        offline: ConfigFields = {
            "api_key": "gsk_of_a_replay",
            "base_url": transport.base_url or DEFAULT_BASE_URL,
            **fields,
        }
        return cls(config=GroqConfig(**offline), transport=transport, clock=clock, observe=observe)

    # What a chat does without is loaded when it is first asked for.

    @cached_property
    def audio(self) -> "Audio":
        """Speech to text, and text to speech."""
        from client.audio import Audio

        return Audio(self._wire, _default_disk())

    @cached_property
    def files(self) -> "Files":
        """Files kept by the service."""
        from client.files import Files

        return Files(self._wire, _default_disk())

    @cached_property
    def batches(self) -> "Batches":
        """Many requests at once."""
        from client.batches import Batches

        return Batches(self._wire)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        await self.aclose()

    async def aclose(self) -> None:
        """Close every connection, for good; what still runs ends with a typed error."""
        await self._wire.aclose()

    def observe(self, observer: Observer) -> None:
        """Tell ``observer`` of everything from now on."""
        self._wire.observers.append(observer)

    def unobserve(self, observer: Observer) -> None:
        """Tell it no more; one that is not told anyway is no error."""
        with suppress(ValueError):
            self._wire.observers.remove(observer)

    def now(self) -> float:
        """The clock of every stamp this client hands out: monotonic seconds."""
        return self._wire.clock.now()

    def rate_limits(self, model: str) -> RateLimits | None:
        """The limits last seen for a model, ``None`` before its first answer."""
        return self._wire.rate_limits.get(model)

    async def health(self) -> Health:
        """Ask the service for its models, and say how that went. Never raises a GroqError."""
        clock = self._wire.clock
        begun = clock.now()
        count, problem = None, None
        try:
            count = len(await self.models.list())
        except GroqError as error:
            problem = error
        return Health(
            host=self.config.host, latency=clock.now() - begun, models=count, error=problem
        )


def _one_of(config: GroqConfig | None, fields: ConfigFields) -> GroqConfig:
    if config is None:
        return _config(fields)
    if fields:
        raise ValidationError("Give either `config` or its fields, not both.")
    return config


def _config(fields: ConfigFields) -> GroqConfig:
    unknown = set(fields) - set(ConfigFields.__annotations__)
    if unknown:
        names = ", ".join(f"`{name}`" for name in sorted(unknown))
        raise ValidationError(f"{names}: no such field. There are {', '.join(_FIELDS)}.")
    merged: ConfigFields = {**environment_fields(os.environ), **fields}
    return GroqConfig(**merged)


_FIELDS = tuple(ConfigFields.__annotations__)


def _default_transport(config: GroqConfig) -> Transport:
    from client.adapters.http import HttpTransport

    return HttpTransport.to(config.base_url, engine=config.engine)


def _bounded(transport: Transport, clock: Clock) -> Transport:
    from client.adapters.bounded import BoundedTransport

    return BoundedTransport(transport, clock)


def _resilient(wire: Wire, config: GroqConfig) -> Transport:
    if not (config.retry or config.circuit_breaker or config.rate_limit):
        return wire.transport
    from client.resilience.transport import ResilientTransport

    def tell(event: ClientEvent) -> None:
        # The answer to an attempt that is repeated reaches nobody else.
        if isinstance(event, HeadersReceived) and event.model and event.rate_limits:
            wire.rate_limits[event.model] = event.rate_limits
        wire.tell(event)

    return ResilientTransport(
        wire.transport,
        retry=config.retry,
        circuit_breaker=config.circuit_breaker,
        rate_limit=config.rate_limit,
        clock=wire.clock,
        tell=tell,
    )


def _default_auth(config: GroqConfig) -> Auth:
    from client.adapters.auth import BearerAuth, NoAuth

    if config.key is not None:
        return BearerAuth(config.key)
    if config.on_loopback:
        return NoAuth()
    raise ValidationError(
        "There is no API key. Set GROQ_API_KEY, or pass api_key=...; "
        "keys are made at https://console.groq.com/keys."
    )


def _default_clock() -> Clock:
    from client.adapters.clock import SystemClock

    return SystemClock()


def _default_disk() -> Disk:
    from client.adapters.disk import SystemDisk

    return SystemDisk()
