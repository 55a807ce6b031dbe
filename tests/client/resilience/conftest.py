"""A client with every policy on, in virtual time and without chance."""

from collections.abc import Callable
from typing import Any

import pytest

from client import ClientEvent, GroqClient, Transport
from client.resilience.circuit_breaker import CircuitBreakerPolicy
from client.resilience.rate_limit import RateLimiter, RateLimitPolicy
from client.resilience.retry import RetryPolicy
from client.resilience.transport import ResilientTransport
from client.testing import FakeClock

# Fields and seams of GroqClient, which a test gives by name.
Connect = Callable[..., GroqClient]


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def events() -> list[ClientEvent]:
    return []


@pytest.fixture
def connect(clock: FakeClock, events: list[ClientEvent]) -> Connect:
    """Makes a client whose jitter is a half; ``None`` switches a policy off."""

    def make(transport: Transport, **fields: Any) -> GroqClient:
        chosen = {
            "api_key": "gsk_test",
            "retry": RetryPolicy(jitter=lambda: 0.5),
            "circuit_breaker": CircuitBreakerPolicy(),
            "rate_limit": RateLimitPolicy(),
            **fields,
        }
        return GroqClient(transport=transport, clock=clock, observe=events.append, **chosen)

    return make


@pytest.fixture
def limiter_of() -> Callable[[GroqClient, str], RateLimiter]:
    """Looks at what a client believes of a model's limits."""

    def find(groq: GroqClient, model: str) -> RateLimiter:
        transport = groq._wire.transport
        assert isinstance(transport, ResilientTransport)
        return transport._admissions[model].limiter

    return find
