"""Pictures of waterfalls. Look at each before accepting it."""

from collections.abc import Awaitable, Callable

import pytest
from textual.pilot import Pilot

from client import ConnectionReady, Usage
from tests.race_stage import RaceActor, RaceStage
from tests.stage import refusal
from workbench.widgets.transcript import ScreenLag
from workbench.widgets.transcript.lag import LagMeter

Compare = Callable[..., bool]
Play = Callable[[RaceActor], Awaitable[None]]
Picture = Callable[[RaceStage, Play, tuple[int, int]], bool]

NARROW, WIDE = (80, 24), (120, 36)
BOTH = pytest.mark.parametrize("size", [NARROW, WIDE], ids=["80x24", "120x36"])


@pytest.fixture
def picture(snap_compare: Compare, monkeypatch: pytest.MonkeyPatch) -> Picture:
    """Whether the waterfall looks as it did when its picture was accepted."""
    # How long frames take is real; the clock of these pictures is not.
    shown = ScreenLag(median=0.012, p99=0.024, first=0.011, last=0.018)
    monkeypatch.setattr(LagMeter, "lag", shown)
    monkeypatch.setattr(LagMeter, "displayed", lambda *_: False)

    def compare(stage: RaceStage, play: Play, size: tuple[int, int]) -> bool:
        async def perform(pilot: Pilot[None]) -> None:
            await pilot.pause()
            await play(RaceActor(stage, pilot))
            await pilot.pause()

        return snap_compare(stage.app, run_before=perform, terminal_size=size)

    return compare


def answering(**how: int) -> RaceStage:
    stage = RaceStage()
    stage.lanes = {
        "openai/gpt-oss-20b": stage.lane(speed=1000, first=0.121, tokens=412, **how),
    }
    return stage


def asked(**changes: object) -> Play:
    """An answered question whose times are then told as they would be over a network."""

    async def play(actor: RaceActor) -> None:
        await actor.ask("Write a merge sort")
        await actor.until(lambda: actor.pane.ready)
        times = actor.stage.stopwatch.latest_chat
        assert times is not None
        times.parsing, times.parsed_first = 0.0094, 0.0002
        for name, value in changes.items():
            setattr(times, name, value)
        sent = times.sent
        if "connection" not in changes:
            times.connection = ConnectionReady(exchange=times.exchange, at=sent, reused=True)
            times.written = sent + 0.0006
            times.headers = sent + (0.049 if times.first_event is None else 0.118)
        if times.first_event is None:
            times.parsing, times.last_event = None, None
            times.end = sent + 0.0495
        await actor.open_waterfall("ctrl+t")

    return play


def over_a_new_connection(actor: RaceActor) -> None:
    times = actor.stage.stopwatch.latest_chat
    assert times is not None
    times.connection = ConnectionReady(
        exchange=times.exchange,
        at=times.sent + 0.047,
        reused=False,
        name_lookup=0.006,
        tcp=0.014,
        tls=0.025,
    )
    times.written, times.headers = times.sent + 0.0478, times.sent + 0.118
    times.parsing = 0.0094


@BOTH
def test_waterfall(picture: Picture, size: tuple[int, int]) -> None:
    assert picture(answering(), asked(), size)


@BOTH
def test_waterfall_over_a_new_connection(picture: Picture, size: tuple[int, int]) -> None:
    async def play(actor: RaceActor) -> None:
        await actor.ask("Write a merge sort")
        await actor.until(lambda: actor.pane.ready)
        over_a_new_connection(actor)
        await actor.open_waterfall("ctrl+t")

    assert picture(answering(reasoning=160), play, size)


def test_waterfall_that_cannot_be(picture: Picture) -> None:
    impossible = Usage(
        queue_time=0.09, prompt_time=0.02, completion_time=0.52, completion_tokens=412
    )
    assert picture(answering(), asked(usage=impossible), NARROW)


def test_waterfall_of_a_service_that_says_nothing(picture: Picture) -> None:
    assert picture(answering(), asked(usage=None), NARROW)


def test_waterfall_of_a_refusal(picture: Picture) -> None:
    stage = RaceStage()
    stage.lanes = {"openai/gpt-oss-20b": lambda _: refusal(429, "Rate limit reached for model")}
    assert picture(stage, asked(), NARROW)


def test_waterfall_in_the_light(picture: Picture) -> None:
    async def play(actor: RaceActor) -> None:
        await asked()(actor)
        await actor.press("f8")

    assert picture(answering(), play, NARROW)
