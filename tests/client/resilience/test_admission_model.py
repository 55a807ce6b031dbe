"""Two thousand requests, most of them cancelled at any moment: nothing is lost (scenario 49)."""

import asyncio
import random
from collections import Counter
from contextlib import suppress

import pytest

from client import GroqError, Request
from client.events import AdmissionDelayed, ClientEvent
from client.ports import Cost
from client.resilience.responses import TrackedResponse
from client.resilience.transport import ResilientTransport
from client.testing import FakeClock, FakeResponse
from client.types.usage import Usage

REQUESTS = 2000
SHARE_CANCELLED = 0.58
LIMIT = 60_000


class Service:
    """Answers after a while, with the exact levels of its own bucket in the headers."""

    def __init__(self, clock: FakeClock, chance: random.Random) -> None:
        self._clock = clock
        self._chance = chance
        self.level = float(LIMIT)
        self.refused = 0
        self.sent = 0
        self._at = clock.now()

    def _refill(self) -> None:
        now = self._clock.now()
        self.level = min(LIMIT, self.level + (now - self._at) * LIMIT / 60)
        self._at = now

    async def send(self, request: Request) -> FakeResponse:
        assert request.cost is not None
        self._refill()
        self.sent += 1
        need = request.cost.input_tokens
        if self.level + 1e-3 < need:
            self.refused += 1
        self.level -= need
        headers = {
            "x-ratelimit-limit-tokens": str(LIMIT),
            "x-ratelimit-remaining-tokens": str(max(0, int(self.level))),
            "x-ratelimit-reset-tokens": f"{(LIMIT - self.level) * 60 / LIMIT:.9f}s",
        }
        await self._clock.sleep(self._chance.uniform(0, 2))
        return FakeResponse(headers=headers, body=[b"{}"])

    async def aclose(self) -> None:
        """Nothing is open."""


@pytest.mark.parametrize("seed", [1, 2, 3])
async def test_after_two_thousand_requests_everything_is_as_before(
    clock: FakeClock, seed: int
) -> None:
    chance = random.Random(seed)
    service = Service(clock, chance)
    events: list[ClientEvent] = []
    transport = ResilientTransport(service, clock=clock, tell=events.append, circuit_breaker=None)
    ends: Counter[str] = Counter()

    async def call(size: int, number: int) -> None:
        request = Request(
            method="POST",
            url="https://api.groq.com/openai/v1/chat/completions",
            headers={},
            model="m",
            exchange=number,
            cost=Cost(input_tokens=size, max_completion_tokens=0),
            max_wait=chance.choice([None, 30.0, float("inf")]),
        )
        try:
            response = await transport.send(request)
        except GroqError as error:
            ends[type(error).__name__] += 1
            return
        assert isinstance(response, TrackedResponse)
        try:
            await clock.sleep(chance.uniform(0, 1))
            async for _ in response:
                pass
            response.settle(Usage(total_tokens=size, completion_tokens=0))
            ends["answered"] += 1
        finally:
            await response.aclose()

    tasks: list[asyncio.Task[None]] = []

    def begin(number: int) -> None:
        task = asyncio.get_running_loop().create_task(call(chance.randint(1, 700), number))
        tasks.append(task)
        if chance.random() < SHARE_CANCELLED:
            # Half of them in a tick in which others are admitted, half at any moment.
            delay = chance.choice([0.0, chance.uniform(0, 2)])
            clock.call_at(clock.now() + delay, task.cancel)

    for number in range(REQUESTS):
        clock.call_at(clock.now() + chance.uniform(0, 400), lambda n=number: begin(n))
    await clock.advance(2000)
    for task in tasks:
        with suppress(asyncio.CancelledError):
            await task

    limiter = transport._admissions["m"].limiter
    bucket = limiter.buckets["TPM"]
    bucket.refill(clock.now())
    cancelled = sum(task.cancelled() for task in tasks)
    assert len(tasks) == REQUESTS
    assert cancelled > REQUESTS / 3
    assert ends["answered"] > REQUESTS / 20
    assert len([event for event in events if isinstance(event, AdmissionDelayed)]) > 200
    assert bucket.level == bucket.capacity == LIMIT
    assert (limiter.in_flight, limiter.queued) == (0, 0)
    assert not transport._admissions["m"]._waiting
    assert service.refused == 0, "it never sends what the service has no room for"
