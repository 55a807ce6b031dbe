"""Requests that are sent a second time when the first is slow, in virtual time."""

import asyncio
from typing import Any

import pytest

from client import (
    ConnectionError,  # noqa: A004 - the client's
    GroqClient,
    HedgedTransport,
    Request,
    Response,
    user,
)
from client.testing import FakeClock, FakeResponse, settle


class Racing:
    """Answers each sending after a pause of its own, with a response or an error."""

    def __init__(self, clock: FakeClock, *answers: tuple[float, FakeResponse | Exception]) -> None:
        self._clock = clock
        self._answers = list(answers)
        self.sent: list[float] = []
        self.left = 0
        self.closed = False

    async def send(self, request: Request) -> FakeResponse:
        self.sent.append(self._clock.now())
        pause, answer = self._answers.pop(0)
        try:
            await self._clock.sleep(pause)
        except asyncio.CancelledError:
            self.left += 1
            raise
        if isinstance(answer, Exception):
            raise answer
        return answer

    async def aclose(self) -> None:
        self.closed = True


def reads(request: Request) -> float | None:
    return 1.0 if request.method == "GET" else None


def asked(method: str = "GET", **how: Any) -> Request:
    return Request(method=method, url="https://api.groq.com/openai/v1/models", headers={}, **how)


def answer(name: str) -> FakeResponse:
    return FakeResponse.json({"id": name, "data": []})


async def outcome(clock: FakeClock, racing: Racing, request: Request) -> Response:
    call = asyncio.create_task(HedgedTransport(racing, reads, clock).send(request))
    await clock.advance(20)
    await settle()
    return await call


async def test_what_is_answered_in_time_is_sent_once(clock: FakeClock) -> None:
    first = answer("first")
    racing = Racing(clock, (0.9, first))

    assert await outcome(clock, racing, asked()) is first
    assert len(racing.sent) == 1


async def test_what_is_slow_is_sent_again_and_the_faster_answer_counts(clock: FakeClock) -> None:
    second = answer("second")
    racing = Racing(clock, (9.0, answer("first")), (0.5, second))
    begun = clock.now()

    assert await outcome(clock, racing, asked()) is second
    assert racing.sent == [begun, begun + 1]
    assert racing.left == 1


async def test_the_first_may_still_be_faster(clock: FakeClock) -> None:
    first = answer("first")
    racing = Racing(clock, (1.5, first), (9.0, answer("second")))

    assert await outcome(clock, racing, asked()) is first
    assert racing.left == 1


async def test_an_answer_that_comes_in_the_same_moment_is_closed(clock: FakeClock) -> None:
    both, answers = asyncio.Event(), [answer("first"), answer("second")]
    left = list(answers)

    class Together:
        async def send(self, request: Request) -> FakeResponse:
            mine = left.pop(0)
            await both.wait()
            return mine

        async def aclose(self) -> None:
            pass

    call = asyncio.create_task(HedgedTransport(Together(), reads, clock).send(asked()))
    await clock.advance(2)
    both.set()
    taken = await call
    await settle()

    assert [one.closed for one in answers] == [one is not taken for one in answers]


async def test_an_error_of_one_leaves_the_other_its_chance(clock: FakeClock) -> None:
    second = answer("second")
    racing = Racing(clock, (1.5, ConnectionError("It broke.")), (5.0, second))

    assert await outcome(clock, racing, asked()) is second


async def test_an_early_error_is_no_reason_to_send_again(clock: FakeClock) -> None:
    racing = Racing(clock, (0.5, ConnectionError("It broke.")))

    with pytest.raises(ConnectionError, match="broke"):
        await outcome(clock, racing, asked())
    assert len(racing.sent) == 1


async def test_when_both_fail_the_first_error_is_told(clock: FakeClock) -> None:
    racing = Racing(clock, (3.0, ConnectionError("First.")), (0.5, ConnectionError("Second.")))

    with pytest.raises(ConnectionError, match="First"):
        await outcome(clock, racing, asked())


@pytest.mark.parametrize("request_", [asked("POST"), asked(replayable=False)])
async def test_what_is_not_to_be_repeated_is_sent_once(clock: FakeClock, request_: Request) -> None:
    racing = Racing(clock, (9.0, answer("first")))

    await outcome(clock, racing, request_)

    assert len(racing.sent) == 1


async def test_leaving_lets_go_of_both(clock: FakeClock) -> None:
    racing = Racing(clock, (9.0, answer("first")), (9.0, answer("second")))
    transport = HedgedTransport(racing, reads, clock)
    call = asyncio.create_task(transport.send(asked()))
    await clock.advance(2)
    call.cancel()

    with pytest.raises(asyncio.CancelledError):
        await call
    await transport.aclose()
    assert racing.left == 2
    assert racing.closed
    assert clock.waiting == 0


async def test_a_client_hedges_only_what_it_was_told_to(clock: FakeClock) -> None:
    reply = FakeResponse.json({"choices": [{"message": {"content": "Hi"}}]})
    racing = Racing(clock, (9.0, answer("first")), (0.5, answer("second")), (9.0, reply))
    async with GroqClient(
        api_key="gsk_test", clock=clock, transport=HedgedTransport(racing, reads, clock)
    ) as groq:
        listing = asyncio.create_task(groq.models.list())
        await clock.advance(2)
        await listing
        asking = asyncio.create_task(groq.chat.create(model="m", messages=[user("Hi")]))
        await clock.advance(10)
        assert (await asking).text == "Hi"

    assert len(racing.sent) == 3
