"""A fluent spelling of GroqConfig and the client's seams; no logic of its own."""

from collections.abc import Mapping
from typing import Self

from pydantic import SecretStr

from client.config import ConfigFields, Engine, GroqConfig, environment_fields
from client.groq import GroqClient
from client.ports import Auth, Clock, Observer, Timeouts, Transport
from client.resilience.circuit_breaker import CircuitBreakerPolicy
from client.resilience.rate_limit import RateLimitPolicy
from client.resilience.retry import RetryPolicy


class GroqClientBuilder:
    """Collects settings and builds a client: ``GroqClientBuilder().api_key(...).build()``.

    A builder may be kept and built from several times; each call returns the builder itself.
    """

    def __init__(self) -> None:
        self._fields: ConfigFields = {}
        self._transport: Transport | None = None
        self._auth: Auth | None = None
        self._clock: Clock | None = None
        self._observers: list[Observer] = []

    def from_environment(self, environ: Mapping[str, str]) -> Self:
        """Take what the environment sets; what was set before by hand stays."""
        self._fields = {**environment_fields(environ), **self._fields}
        return self

    def api_key(self, key: SecretStr | str) -> Self:
        """The key to authenticate with."""
        self._fields["api_key"] = key
        return self

    def base_url(self, url: str) -> Self:
        """The service's address."""
        self._fields["base_url"] = url
        return self

    def timeout(self, timeout: Timeouts | float) -> Self:
        """Bounds per phase, or on the whole call."""
        self._fields["timeout"] = timeout
        return self

    def retry(self, policy: RetryPolicy | None) -> Self:
        """When a failed request is sent again; ``None`` never."""
        self._fields["retry"] = policy
        return self

    def circuit_breaker(self, policy: CircuitBreakerPolicy | None) -> Self:
        """When a failing service is left alone for a while; ``None`` never."""
        self._fields["circuit_breaker"] = policy
        return self

    def rate_limit(self, policy: RateLimitPolicy | None) -> Self:
        """How long a request may wait for a rate limit; ``None`` sends it regardless."""
        self._fields["rate_limit"] = policy
        return self

    def engine(self, engine: Engine) -> Self:
        """What carries the bytes: ``httpx``, or ``aiohttp`` with the extra ``fast``."""
        self._fields["engine"] = engine
        return self

    def header(self, name: str, value: str) -> Self:
        """One more header for every request."""
        self._fields["headers"] = {**self._fields.get("headers", {}), name: value}
        return self

    def transport(self, transport: Transport) -> Self:
        """What carries the requests."""
        self._transport = transport
        return self

    def auth(self, auth: Auth) -> Self:
        """Who is asking."""
        self._auth = auth
        return self

    def clock(self, clock: Clock) -> Self:
        """What time it is."""
        self._clock = clock
        return self

    def observe(self, observer: Observer) -> Self:
        """One more observer."""
        self._observers.append(observer)
        return self

    def config(self) -> GroqConfig:
        """The settings so far. Raises ValidationError."""
        return GroqConfig(**self._fields)

    def build(self) -> GroqClient:
        """The client. Raises ValidationError."""
        return GroqClient(
            config=self.config(),
            transport=self._transport,
            auth=self._auth,
            clock=self._clock,
            observe=tuple(self._observers),
        )
