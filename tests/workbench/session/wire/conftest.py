"""A client with a wire log, on a transport that answers from a script."""

from collections.abc import Callable
from dataclasses import dataclass

import pytest

from client import GroqClient, RetryPolicy
from client.testing import FakeClock, FakeResponse, FakeTransport
from workbench.session.wire.log import WireLog

KEY = "gsk_canary_0123456789abcdef"


@dataclass
class Wired:
    groq: GroqClient
    log: WireLog
    clock: FakeClock
    transport: FakeTransport


@pytest.fixture
def wired() -> Callable[..., Wired]:
    """Makes a client that answers from a script and a log that hears it."""

    def make(*answers: FakeResponse | Exception, retry: bool = False, **bounds: int) -> Wired:
        log, clock, transport = WireLog(**bounds), FakeClock(), FakeTransport(*answers)
        groq = GroqClient(
            transport=log.tap(transport),
            clock=clock,
            api_key=KEY,
            retry=RetryPolicy() if retry else None,
            circuit_breaker=None,
            rate_limit=None,
        )
        log.follow(groq)
        return Wired(groq, log, clock, transport)

    return make
