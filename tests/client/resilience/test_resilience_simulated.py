"""A client with every policy on against the simulator, over real sockets and in real time."""

import asyncio
import time

import pytest

from client import ClientEvent, GroqClient, HeadersReceived, RateLimitError, user
from client.events import AdmissionDelayed, AttemptStarted, RetryScheduled
from client.resilience.circuit_breaker import CircuitBreakerPolicy
from client.resilience.rate_limit import RateLimitPolicy
from client.resilience.retry import RetryPolicy
from workbench.simulator import Limits, Simulator, SimulatorSettings

MODEL = "openai/gpt-oss-20b"


def connected(simulator: Simulator, events: list[ClientEvent], retry: RetryPolicy) -> GroqClient:
    return GroqClient(
        base_url=simulator.base_url,
        api_key="gsk_test",
        retry=retry,
        circuit_breaker=CircuitBreakerPolicy(minimum_calls=1000),
        rate_limit=RateLimitPolicy(),
        observe=events.append,
    )


async def test_every_call_gets_through_a_service_that_fails_every_second_time() -> None:
    settings = SimulatorSettings(speed=1000, seed=7, plan="developer", fault="status=503; rate=0.5")
    events: list[ClientEvent] = []
    policy = RetryPolicy(attempts=12, base=0.001, budget=None)
    async with Simulator(settings) as simulator, connected(simulator, events, policy) as groq:

        async def ask(number: int) -> str:
            messages = [user(f"Question {number}?")]
            if number % 2:
                return (await groq.chat.create(model=MODEL, messages=messages)).text
            return (await groq.chat.stream(model=MODEL, messages=messages).reply()).text

        answers = await asyncio.gather(*(ask(number) for number in range(20)))
    assert all(answers)
    statuses = [event.status for event in events if isinstance(event, HeadersReceived)]
    assert statuses.count(200) == 20
    retries = [event for event in events if isinstance(event, RetryScheduled)]
    assert statuses.count(503) == len(retries) > 5


async def test_a_429_is_waited_out_before_the_next_attempt() -> None:
    events: list[ClientEvent] = []
    policy = RetryPolicy(attempts=2)
    async with (
        Simulator(SimulatorSettings(speed=1000, seed=7)) as simulator,
        connected(simulator, events, policy) as groq,
    ):
        begun = time.monotonic()
        with pytest.raises(RateLimitError) as refused:
            await groq.chat.create(
                model=MODEL,
                messages=[user("Why?")],
                extra_headers={"x-simulate": "status=429; retry-after=1"},
            )
        assert 1.0 <= time.monotonic() - begun < 5.0
    assert refused.value.retry_after == 1
    (scheduled,) = (event for event in events if isinstance(event, RetryScheduled))
    (started,) = (event for event in events if isinstance(event, AttemptStarted))
    assert 1.0 <= scheduled.delay <= 1.25
    assert started.at - scheduled.at >= 1.0


async def test_a_wait_for_a_429_ends_at_once_when_it_is_cancelled() -> None:
    events: list[ClientEvent] = []
    async with (
        Simulator(SimulatorSettings(speed=1000, seed=7)) as simulator,
        connected(simulator, events, RetryPolicy()) as groq,
    ):
        waiting = asyncio.Event()
        groq.observe(lambda event: waiting.set() if isinstance(event, RetryScheduled) else None)
        call = asyncio.create_task(
            groq.chat.create(
                model=MODEL,
                messages=[user("Why?")],
                extra_headers={"x-simulate": "status=429; retry-after=30"},
            )
        )
        await asyncio.wait_for(waiting.wait(), 5)
        begun = time.monotonic()
        call.cancel()
        with pytest.raises(asyncio.CancelledError):
            await call
        assert time.monotonic() - begun < 1


async def test_calls_that_share_a_limit_wait_for_each_other_instead_of_being_refused() -> None:
    limits = Limits(requests_per_day=1000, tokens_per_minute=6000)
    settings = SimulatorSettings(speed=1000, seed=7, limits=limits)
    events: list[ClientEvent] = []
    async with (
        Simulator(settings) as simulator,
        connected(simulator, events, RetryPolicy()) as groq,
    ):

        async def ask() -> str:
            question = [user("Say yes.")]
            reply = await groq.chat.create(
                model=MODEL, messages=question, max_completion_tokens=2000, max_wait=120
            )
            return reply.text

        await ask()
        answers = await asyncio.gather(*(ask() for _ in range(8)))
    assert len(answers) == 8
    statuses = [event.status for event in events if isinstance(event, HeadersReceived)]
    assert statuses == [200] * 9, "not one was refused"
    assert [event for event in events if isinstance(event, AdmissionDelayed)]
