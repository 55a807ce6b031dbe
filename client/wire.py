"""The way to the service that all requests of a client take."""

import itertools
import logging
from collections.abc import Mapping
from typing import Protocol

from client.errors import ConnectionError, GroqError  # noqa: A004 - ours: the design's name
from client.events import ClientEvent
from client.ports import Auth, Clock, Observer, Timeouts, Transport
from client.types.rate_limits import RateLimits
from client.version import VERSION

_log = logging.getLogger(__name__)


class Abortable(Protocol):
    """What is under way, and can be ended from outside."""

    async def abort(self, error: GroqError) -> None:
        """End it with an error."""


class Wire:
    """The way to the service that all of a client's requests take."""

    def __init__(
        self,
        *,
        base_url: str,
        headers: Mapping[str, str],
        timeouts: Timeouts,
        transport: Transport,
        auth: Auth,
        clock: Clock,
    ) -> None:
        self.base_url = base_url
        self.headers = {"user-agent": f"groq-workbench/{VERSION}", **headers}
        self.timeouts = timeouts
        self.transport = transport
        self.auth = auth
        self.clock = clock
        self.observers: list[Observer] = []
        self.rate_limits: dict[str, RateLimits] = {}
        self.numbers = itertools.count(1)
        self.open: set[Abortable] = set()
        self.closed = False

    def tell(self, event: ClientEvent) -> None:
        """Tell every observer; one that raises is logged and does not disturb the request."""
        for observer in tuple(self.observers):
            try:
                observer(event)
            except Exception:  # noqa: BLE001 - a foreign observer may raise anything
                _log.exception("An observer failed on %s", type(event).__name__)

    async def aclose(self) -> None:
        """Close every connection; exchanges under way end with a typed error."""
        self.closed = True
        for exchange in tuple(self.open):
            await exchange.abort(closed_error())
        await self.transport.aclose()


def closed_error() -> ConnectionError:
    """What a request of a closed client ends with."""
    error = ConnectionError("The client is closed.")
    error.retryable = False
    return error
