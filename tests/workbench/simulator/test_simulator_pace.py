import asyncio
import json
import time
from typing import Any

import httpx
import pytest

from workbench.simulator.clock import SystemClock
from workbench.simulator.pace import paced
from workbench.simulator.reply import Step

CHAT = {
    "model": "openai/gpt-oss-20b",
    "messages": [{"role": "user", "content": "Why is the sky blue?"}],
    "stream": True,
}


class SlowClock:
    """Oversleeps every time, as a loaded machine does."""

    def __init__(self, late: float) -> None:
        self.at = 0.0
        self.late = late
        self.slept = 0

    def now(self) -> float:
        return self.at

    def monotonic(self) -> float:
        return self.at

    async def sleep_until(self, deadline: float) -> None:
        self.slept += 1
        self.at = max(self.at, deadline) + self.late


async def test_oversleeping_does_not_add_up() -> None:
    clock = SlowClock(late=0.005)
    steps = [Step(kind="content", text="x")] * 1000
    seen = [clock.at async for _ in paced(steps, 1000, clock)]
    assert len(seen) == 1000
    assert seen[-1] == pytest.approx(1.0, abs=0.011)
    assert clock.slept < 400


async def test_a_step_of_many_tokens_takes_as_long_as_they_do() -> None:
    clock = SlowClock(late=0.0)
    steps = [Step(kind="silent", tokens=50), Step(kind="call", tokens=30)]
    seen = [clock.at async for _ in paced(steps, 100, clock)]
    assert seen == [pytest.approx(0.5), pytest.approx(0.8)]


async def test_endless_speed_still_lets_others_run() -> None:
    turns = 0

    async def other() -> None:
        nonlocal turns
        while True:
            turns += 1
            await asyncio.sleep(0)

    task = asyncio.create_task(other())
    steps = [Step(kind="content", text="x")] * 3200
    count = [step async for step in paced(steps, float("inf"), SystemClock())]
    task.cancel()
    assert len(count) == 3200
    assert turns >= 90


async def test_usage_reports_what_really_happened(simulate: Any) -> None:
    async with simulate(speed=1) as http:
        began = time.monotonic()
        async with http.stream("POST", "/chat/completions", json=CHAT) as answer:
            stamps = [
                (time.monotonic() - began, json.loads(line[6:]))
                async for line in answer.aiter_lines()
                if line.startswith("data: {")
            ]
    usage = stamps[-1][1]["usage"]
    first, last = stamps[0][0], stamps[-1][0]
    assert first == pytest.approx(usage["queue_time"] + usage["prompt_time"], abs=0.2)
    assert last - first == pytest.approx(usage["completion_time"], abs=0.2)
    planned = usage["completion_tokens"] / 1000
    assert planned * 0.99 <= usage["completion_time"] < planned + 0.3


async def test_each_token_is_an_event_of_its_own(http: httpx.AsyncClient) -> None:
    text = (await http.post("/chat/completions", json=CHAT)).text
    events = [json.loads(line[6:]) for line in text.splitlines() if line.startswith("data: {")]
    shown = [e["choices"][0]["delta"] for e in events if e["choices"][0]["delta"]]
    usage = events[-1]["usage"]
    assert len(shown) == pytest.approx(usage["completion_tokens"], abs=12)


async def test_a_client_that_leaves_stops_the_generation(simulate: Any, held_clock: Any) -> None:
    class Watched:
        """A clock that can be seen to stand still."""

        sleeps = 0

        def now(self) -> float:
            return time.time()

        def monotonic(self) -> float:
            return time.monotonic()

        async def sleep_until(self, deadline: float) -> None:
            self.sleeps += 1
            await asyncio.sleep(max(0.0, deadline - time.monotonic()))

    clock = Watched()
    essay = {**CHAT, "messages": [{"role": "user", "content": "a long essay"}]}
    async with simulate(clock=clock, speed=1) as http:
        async with http.stream("POST", "/chat/completions", json=essay) as answer:
            async for _ in answer.aiter_lines():
                break
        # A second request settles after the first one, so the first one has ended by then.
        quick = {**CHAT, "messages": [{"role": "user", "content": "Reply with exactly OK."}]}
        booked = (await http.post("/chat/completions", json=quick)).headers
        before = clock.sleeps
        await http.get("/models")
        assert clock.sleeps == before
    assert int(booked["x-ratelimit-remaining-tokens"]) > 249_500
