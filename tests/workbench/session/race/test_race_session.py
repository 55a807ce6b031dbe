"""Races against a service that answers from a script."""

import asyncio
import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import aclosing

import pytest

from client import GroqClient, Request
from client.testing import (
    FakeClock,
    FakeResponse,
    FakeTransport,
    Stall,
    finish_chunk,
    reasoning_chunk,
    settle,
    text_chunk,
)
from workbench.session.race.race import Race
from workbench.session.race.setup import RaceSetup
from workbench.session.race.updates import (
    LaneFinished,
    LaneLeft,
    LaneTextArrived,
    LinedUp,
    RaceFinished,
    RaceUpdate,
    RoundBegan,
    RoundDelayed,
    RoundFinished,
)

Answer = Callable[[], FakeResponse] | Exception


def limits(*, tokens: int, of: int = 8000, requests: int = 900) -> dict[str, str]:
    return {
        "x-ratelimit-limit-requests": "1000",
        "x-ratelimit-remaining-requests": str(requests),
        "x-ratelimit-reset-requests": f"{(1000 - requests) * 86.4}s",
        "x-ratelimit-limit-tokens": str(of),
        "x-ratelimit-remaining-tokens": str(tokens),
        "x-ratelimit-reset-tokens": f"{(of - tokens) * 60 / of}s",
    }


class Track:
    """A race whose lanes are answered as told, and what it said."""

    def __init__(
        self, lanes: Mapping[str, Answer], *, rounds: int = 1, start: str = "together", **more: int
    ) -> None:
        self.clock = FakeClock()
        self.lanes = dict(lanes)
        self.sent: list[str] = []
        self.waits: list[float] = []
        self.groq = GroqClient(
            transport=FakeTransport(self._answer),
            clock=self.clock,
            api_key="gsk_test_0123456789",
            circuit_breaker=None,
        )
        setup = RaceSetup(models=tuple(lanes), prompt="Why?", rounds=rounds, start=start, **more)  # type: ignore[arg-type]
        self.race = Race(self.groq, setup, sleep=self._sleep)
        self.updates: list[RaceUpdate] = []

    async def _sleep(self, seconds: float) -> None:
        if seconds > 0.1:  # a breath before every round is none
            self.waits.append(seconds)
        self.clock._now += seconds

    def _answer(self, request: Request) -> FakeResponse:
        if request.url.endswith("/models"):
            return FakeResponse.json({"object": "list", "data": []})
        model = str(json.loads(request.body or b"{}")["model"])
        self.sent.append(model)
        answer = self.lanes[model]
        if isinstance(answer, Exception):
            raise answer
        return answer()

    def answer(
        self,
        tokens: int,
        *,
        seconds: float,
        reasoning: int = 0,
        headers: Mapping[str, str] | None = None,
    ) -> Callable[[], FakeResponse]:
        """So many tokens, one in each chunk, evenly over so many seconds."""

        def body() -> Iterator[bytes]:
            for place in range(tokens):
                self.clock._now += seconds / (tokens - 1) if place else 0.1
                piece = reasoning_chunk("hm ") if place < reasoning else text_chunk("yes ")
                yield _event(piece)
            usage = {"completion_tokens": tokens, "completion_time": seconds, "queue_time": 0.01}
            yield _event(finish_chunk(usage=usage))
            yield b"data: [DONE]\n\n"

        def respond() -> FakeResponse:
            return FakeResponse(
                headers={"content-type": "text/event-stream", **(headers or {})}, body=body()
            )

        return respond

    async def run(self) -> list[RaceUpdate]:
        self.updates = [update async for update in self.race.run()]
        return self.updates

    def told(self, *kinds: type[RaceUpdate]) -> list[RaceUpdate]:
        return [update for update in self.updates if isinstance(update, kinds)]


def _event(value: Mapping[str, object]) -> bytes:
    return b"data: " + json.dumps(value).encode() + b"\n\n"


def refused(status: int, message: str, **headers: str) -> Callable[[], FakeResponse]:
    error = {"message": message, "type": "invalid_request_error"}
    return lambda: FakeResponse.json({"error": error}, status=status, headers=headers)


def stalled() -> FakeResponse:
    return FakeResponse.stream(text_chunk("so "), text_chunk("far"), Stall(), done=False)


async def test_every_lane_is_asked_the_same_and_its_answer_arrives() -> None:
    track = Track({"a": stalled, "b": stalled})
    track.lanes = {"a": track.answer(11, seconds=0.1), "b": track.answer(11, seconds=0.5)}

    updates = await track.run()

    assert isinstance(updates[0], LinedUp)
    assert updates[1] == RoundBegan(round=1, order=(0, 1))
    assert isinstance(updates[-2], RoundFinished)
    assert updates[-1] == RaceFinished(stopped=False)
    assert track.race.answer(0).text == "yes " * 11
    texts = [one.text for one in updates if isinstance(one, LaneTextArrived) and one.lane == 1]
    assert "".join(texts) == "yes " * 11
    assert sorted(track.sent) == ["a", "b"]


async def test_speed_is_counted_in_the_service_s_tokens_reasoning_included() -> None:
    track = Track({"a": stalled, "b": stalled}, start="in turns")
    track.lanes = {
        "a": track.answer(101, seconds=0.5, reasoning=40),
        "b": track.answer(51, seconds=0.5),
    }

    await track.run()

    first, second = track.race.results
    assert first.latency.tokens_per_second == pytest.approx(200.0)
    assert second.latency.tokens_per_second == pytest.approx(100.0)
    assert first.latency.server_tokens_per_second == pytest.approx(202.0)
    assert not first.latency.tokens_estimated
    assert first.latency.time_to_first_content == pytest.approx(0.1 + 40 * 0.005)
    reasoning = [one for one in track.updates if isinstance(one, LaneTextArrived) and one.reasoning]
    assert len(reasoning) == 40


async def test_results_name_their_exchange_and_how_late_they_were_sent() -> None:
    track = Track({"a": stalled, "b": stalled})
    track.lanes = {"a": track.answer(3, seconds=0.1), "b": track.answer(3, seconds=0.1)}

    await track.run()

    one, two = track.race.results
    assert one.exchange is not None
    assert two.exchange is not None
    assert one.exchange != two.exchange
    assert sorted([one.sent_after, two.sent_after]) == [0.0, 0.0]  # type: ignore[type-var]


async def test_a_refused_lane_does_not_stop_the_others() -> None:
    track = Track({"a": refused(401, "Invalid API Key"), "b": stalled}, rounds=2)
    track.lanes["b"] = track.answer(5, seconds=0.1)

    await track.run()

    ends = [(result.round, result.model, result.end) for result in track.race.results]
    assert sorted(ends) == [(1, "a", "failed"), (1, "b", "completed"), (2, "b", "completed")]
    failed = next(result for result in track.race.results if result.end == "failed")
    assert failed.problem is not None
    assert failed.problem.title == "The API key was not accepted"
    assert track.told(LaneLeft) == [LaneLeft(lane=0, reason="It would fail again")]


async def test_a_cut_answer_fails_its_lane_and_is_tried_again_in_the_next_round() -> None:
    cut = FakeResponse.stream(text_chunk("so "), text_chunk("far"), done=False)
    answers = iter([lambda: cut])
    track = Track({"a": stalled, "b": stalled}, rounds=2)
    good = track.answer(5, seconds=0.1)
    track.lanes = {"a": lambda: next(answers, good)(), "b": good}

    await track.run()

    of_a = [result for result in track.race.results if result.model == "a"]
    assert [result.end for result in of_a] == ["failed", "completed"]
    assert of_a[0].problem is not None
    assert of_a[0].problem.title == "The answer broke off"


async def test_a_rate_limited_lane_is_not_sent_again_behind_the_race_s_back() -> None:
    refusal = refused(429, "Rate limit reached", **{"retry-after": "6"})
    answers = iter([refusal])
    track = Track({"a": stalled, "b": stalled}, rounds=2)
    good = track.answer(5, seconds=0.1)
    track.lanes = {"a": lambda: next(answers, good)(), "b": good}

    await track.run()

    assert sorted(track.sent[:2]) == ["a", "b"]
    delayed = track.told(RoundDelayed)
    assert len(delayed) == 1
    assert isinstance(delayed[0], RoundDelayed)
    assert (delayed[0].round, delayed[0].model) == (2, "a")
    assert 5 < track.waits[0] < 6.2
    assert [result.end for result in track.race.results if result.model == "a"] == [
        "failed",
        "completed",
    ]


async def test_a_round_waits_until_the_limits_admit_it() -> None:
    track = Track({"a": stalled, "b": stalled}, rounds=2, max_completion_tokens=1000)
    rich = track.answer(5, seconds=0.1, headers=limits(tokens=7000))
    poor = track.answer(5, seconds=0.1, headers=limits(tokens=200))
    track.lanes = {"a": rich, "b": poor}

    await track.run()

    delayed = track.told(RoundDelayed)
    assert [one.model for one in delayed if isinstance(one, RoundDelayed)] == ["b"]
    needed = track.race.setup.admission_tokens
    assert track.waits[0] == pytest.approx((needed - 200) * 60 / 8000, abs=0.6)
    assert [result.end for result in track.race.results] == ["completed"] * 4


async def test_who_would_wait_for_hours_leaves_the_race() -> None:
    track = Track({"a": stalled, "b": stalled}, rounds=2)
    used_up = {**limits(tokens=8000, requests=0), "x-ratelimit-limit-requests": "100"}
    track.lanes = {
        "a": track.answer(5, seconds=0.1, headers=used_up),
        "b": track.answer(5, seconds=0.1),
    }

    await track.run()

    assert track.told(LaneLeft) == [LaneLeft(lane=0, reason="Its rate limit is used up")]
    assert sorted(track.sent) == ["a", "b", "b"]
    assert track.waits == []


async def test_stopping_ends_all_lanes_and_keeps_what_came() -> None:
    track = Track({"a": stalled, "b": stalled}, rounds=3)
    updates: list[RaceUpdate] = []
    async for update in track.race.run():
        updates.append(update)
        if sum(isinstance(one, LaneTextArrived) for one in updates) == 4:
            track.race.stop()

    assert [result.end for result in track.race.results] == ["stopped", "stopped"]
    assert updates[-1] == RaceFinished(stopped=True)
    assert track.race.answer(0).text == "so far"
    assert len(track.sent) == 2


async def test_stopping_in_turns_sends_nobody_else() -> None:
    track = Track({"a": stalled, "b": stalled}, start="in turns")
    async for update in track.race.run():
        if isinstance(update, LaneTextArrived):
            track.race.stop()

    assert track.sent == ["a"]
    assert [(one.model, one.end) for one in track.race.results] == [
        ("a", "stopped"),
        ("b", "stopped"),
    ]


async def test_a_pause_ends_when_the_race_is_stopped() -> None:
    track = Track({"a": stalled, "b": stalled}, rounds=2, max_completion_tokens=1000)
    poor = track.answer(5, seconds=0.1, headers=limits(tokens=10))
    track.lanes = {"a": poor, "b": poor}

    async def for_ever(seconds: float) -> None:
        if seconds > 0.1:
            await asyncio.Event().wait()

    track.race._sleep = for_ever
    async for update in track.race.run():
        track.updates.append(update)
        if isinstance(update, RoundDelayed):
            asyncio.get_running_loop().call_soon(track.race.stop)

    assert track.updates[-1] == RaceFinished(stopped=True)
    assert len(track.race.results) == 2


async def test_nothing_is_sent_when_it_is_stopped_before_the_first_request() -> None:
    track = Track({"a": stalled, "b": stalled})
    async for update in track.race.run():
        track.updates.append(update)
        if isinstance(update, RoundBegan):
            track.race.stop()

    assert track.sent == []
    assert track.updates[-1] == RaceFinished(stopped=True)


async def test_leaving_the_iteration_closes_every_stream() -> None:
    track = Track({"a": stalled, "b": stalled})
    before = len(asyncio.all_tasks())

    async with aclosing(track.race.run()) as updates:
        async for update in updates:
            if isinstance(update, LaneTextArrived):
                break
    await settle()

    assert len(asyncio.all_tasks()) == before
    assert not track.groq._wire.open


async def test_the_order_of_sending_changes_from_round_to_round() -> None:
    track = Track({"a": stalled, "b": stalled, "c": stalled}, rounds=3, start="in turns")
    track.lanes = dict.fromkeys("abc", track.answer(3, seconds=0.01))

    await track.run()

    assert "".join(track.sent) == "abc" + "cba" + "bca"


async def test_an_answer_without_usage_is_counted_in_pieces_and_says_so() -> None:
    bare = FakeResponse.stream(text_chunk("a"), text_chunk("b"), finish_chunk())
    track = Track({"a": lambda: bare, "b": stalled})
    track.lanes["b"] = track.answer(3, seconds=0.1)

    await track.run()

    finished = {
        one.result.model: one.result for one in track.updates if isinstance(one, LaneFinished)
    }
    assert finished["a"].latency.tokens_estimated
    assert not finished["b"].latency.tokens_estimated


def test_a_race_needs_two_to_six_models_and_a_prompt() -> None:
    def problem(*models: str, prompt: str = "Why?", rounds: int = 5) -> str:
        return RaceSetup(models=models, prompt=prompt, rounds=rounds).problem

    assert problem("a", "b") == ""
    assert problem("a") == "Mark at least two models."
    assert problem(*"abcdefg") == "At most 6 models can race."
    assert problem("a", "a") == "A model can race once only."
    assert problem("a", "b", prompt=" ") == "Write a prompt."
    assert problem("a", "b", rounds=0) == "There can be 1 to 50 rounds."
