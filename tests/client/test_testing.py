"""The fakes behave as what they stand for."""

import asyncio
import json
from contextlib import AbstractAsyncContextManager
from typing import Any

import pytest

from client import GroqClient, GroqError, Timeouts, user
from client.adapters.clock import SystemClock
from client.ports import Clock, Request
from client.testing import (
    FakeClock,
    FakeResponse,
    FakeTransport,
    chat_reply,
    chunk,
    settle,
    text_chunk,
    tool_call,
)


class Bounds:
    """A bound that is over soon, by a real or by a fake clock."""

    def __init__(self, kind: str) -> None:
        self.fake = FakeClock() if kind == "fake" else None
        self.clock: Clock = self.fake or SystemClock()

    def timeout(self, seconds: float | None = 0.01) -> AbstractAsyncContextManager[object]:
        return self.clock.timeout(seconds)

    async def pass_time(self) -> None:
        """Let the bounds ring while somebody waits."""
        if self.fake is not None:
            await self.fake.advance(1)


@pytest.fixture(params=["fake", "system"])
def bounds(request: pytest.FixtureRequest) -> Bounds:
    return Bounds(request.param)


async def for_ever() -> None:
    await asyncio.Event().wait()


async def test_a_block_that_takes_too_long_ends_in_the_builtin_timeout(bounds: Bounds) -> None:
    async def wait() -> None:
        async with bounds.timeout():
            await for_ever()

    waiting = asyncio.create_task(wait())
    await bounds.pass_time()

    with pytest.raises(TimeoutError):
        await waiting
    assert waiting.cancelling() == 0


@pytest.mark.parametrize("seconds", [0.0, -1.0])
async def test_a_bound_that_is_over_already_rings_at_the_first_wait(
    bounds: Bounds, seconds: float
) -> None:
    with pytest.raises(TimeoutError):
        async with bounds.timeout(seconds):
            await for_ever()


async def test_a_block_that_never_waits_is_never_interrupted(bounds: Bounds) -> None:
    async with bounds.timeout(0.0):
        done = True

    assert done
    await settle()


async def test_no_bound_never_rings(bounds: Bounds) -> None:
    async with bounds.timeout(None):
        await settle()
        await bounds.pass_time()


async def test_a_cancellation_from_outside_stays_one(bounds: Bounds) -> None:
    async def wait() -> None:
        async with bounds.timeout(1000):
            await for_ever()

    waiting = asyncio.create_task(wait())
    await settle()
    waiting.cancel()

    with pytest.raises(asyncio.CancelledError):
        await waiting


async def test_a_task_that_was_cancelled_before_can_still_be_bounded(bounds: Bounds) -> None:
    async def clean_up() -> str:
        try:
            await for_ever()
        except asyncio.CancelledError:
            with pytest.raises(TimeoutError):
                async with bounds.timeout():
                    await for_ever()
        return "cleaned up"

    cleaning = asyncio.create_task(clean_up())
    await settle()
    cleaning.cancel()
    await settle()
    await bounds.pass_time()

    assert await cleaning == "cleaned up"


async def test_the_inner_of_two_bounds_rings_alone(bounds: Bounds) -> None:
    async def wait() -> str:
        async with bounds.timeout(1000):
            try:
                async with bounds.timeout():
                    await for_ever()
            except TimeoutError:
                return "inner"
        return "neither"

    waiting = asyncio.create_task(wait())
    await bounds.pass_time()

    assert await waiting == "inner"


async def test_another_error_in_the_block_passes(bounds: Bounds) -> None:
    with pytest.raises(KeyError):
        async with bounds.timeout():
            raise KeyError


# The clock


async def test_sleepers_wake_in_order_at_their_time() -> None:
    clock, woken = FakeClock(now=0.0), []

    async def sleep(seconds: float) -> None:
        await clock.sleep(seconds)
        woken.append((seconds, clock.now()))

    sleepers = [asyncio.create_task(sleep(seconds)) for seconds in (3, 1, 2, 0)]
    await clock.advance(2)
    assert woken == [(0, 0.0), (1, 1.0), (2, 2.0)]
    assert clock.waiting == 1
    await clock.advance(5)
    assert woken[-1] == (3, 3.0)
    assert clock.now() == 7.0
    await asyncio.gather(*sleepers)


async def test_a_sleep_that_follows_another_counts_from_its_end() -> None:
    clock, woken = FakeClock(now=0.0), []

    async def walk() -> None:
        for _ in range(3):
            await clock.sleep(1)
            woken.append(clock.now())

    walking = asyncio.create_task(walk())
    await clock.advance(10)
    await walking

    assert woken == [1.0, 2.0, 3.0]


async def test_a_cancelled_sleep_and_a_left_block_set_no_alarm() -> None:
    clock = FakeClock()
    sleeping = asyncio.create_task(clock.sleep(5))
    async with clock.timeout(5):
        await settle()
        assert clock.waiting == 2
    sleeping.cancel()
    await asyncio.wait([sleeping])

    assert clock.waiting == 0


async def test_wall_time_moves_with_the_clock() -> None:
    clock = FakeClock(now=5.0, wall_time=100.0)
    await clock.advance(2.5)

    assert (clock.now(), clock.wall_time()) == (7.5, 102.5)


def test_the_system_clock_is_monotonic_and_knows_the_date() -> None:
    clock = SystemClock()

    assert clock.now() <= clock.now()
    assert clock.wall_time() > 1_700_000_000


# The transport


async def test_answers_come_in_order_and_the_last_one_again() -> None:
    answers = [FakeResponse.json({"data": [{"id": name}]}) for name in "ab"]
    transport = FakeTransport(*answers)
    groq = GroqClient(api_key="gsk_test", transport=transport)

    names = [(await groq.models.list())[0].id for _ in range(3)]

    assert names == ["a", "b", "b"]
    assert [request.url.rpartition("/")[2] for request in transport.requests] == ["models"] * 3


async def test_an_answer_may_depend_on_the_request() -> None:
    def echo(request: Request) -> FakeResponse:
        return FakeResponse.json({"id": request.url.rpartition("/")[2]})

    groq = GroqClient(api_key="gsk_test", transport=FakeTransport(echo))

    assert (await groq.models.get("m")).id == "m"


async def test_a_request_tells_its_exchange_and_its_model() -> None:
    transport = FakeTransport(FakeResponse.json({"choices": [{"message": {"content": "a"}}]}))
    groq = GroqClient(api_key="gsk_test", transport=transport, timeout=Timeouts(idle=7))
    for model in ("m", "n"):
        await groq.chat.create(model=model, messages=[user("Hi")])

    assert [(r.exchange, r.model) for r in transport.requests] == [(1, "m"), (2, "n")]
    assert transport.requests[0].timeouts.idle == 7
    assert "gsk_test" not in repr(transport.requests)


async def test_a_script_without_answers_says_so() -> None:
    groq = GroqClient(api_key="gsk_test", transport=FakeTransport(), retry=None)

    with pytest.raises(GroqError):
        await groq.models.list()


def test_a_chunk_is_as_the_service_sends_it(shared: Any) -> None:
    recorded = (shared / "wire" / "braintrust-groq-v1-1" / "body.bin").read_text()
    real = json.loads(recorded.split("\n\n")[1].removeprefix("data: "))

    assert list(text_chunk("a")) == list(real) == list(chunk())
    assert list(text_chunk("a")["choices"][0]) == list(real["choices"][0])  # type: ignore[index]


async def test_a_whole_reply_is_made_in_one_line() -> None:
    calling = chat_reply(None, reasoning="Hm", tool_calls=[tool_call("weather", {"city": "Oslo"})])
    transport = FakeTransport(FakeResponse.reply("Hi"), FakeResponse.json(calling))
    groq = GroqClient(api_key="gsk_test", transport=transport)

    said = await groq.chat.create(model="m", messages=[user("Hi")])
    called = await groq.chat.create(model="m", messages=[user("Hi")])

    assert (said.text, said.finish_reason, said.usage.total_tokens) == ("Hi", "stop", 15)
    assert (said.request_id, said.model) == ("req_test", "openai/gpt-oss-20b")
    assert (called.text, called.reasoning, called.finish_reason) == ("", "Hm", "tool_calls")
    assert called.tool_calls[0].parse_arguments() == {"city": "Oslo"}


def test_a_whole_reply_is_as_the_service_sends_it(shared: Any) -> None:
    real = json.loads((shared / "wire" / "tidyllm-completions-2a2aa4" / "body.bin").read_text())

    assert set(chat_reply("a")) <= set(real)
    assert set(chat_reply("a")["choices"][0]) == set(real["choices"][0])  # type: ignore[index]
