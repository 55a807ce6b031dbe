"""Pictures of a race. Look at each before accepting it."""

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime

import pytest
from textual.app import App
from textual.pilot import Pilot
from textual.widgets import Input, TextArea

from tests.race_stage import RaceActor, RaceStage
from tests.stage import LIMITS, refusal
from workbench.widgets.transcript.lag import LagMeter

Compare = Callable[..., bool]
Play = Callable[[RaceActor], Awaitable[None]]
Picture = Callable[[RaceStage, Play, tuple[int, int]], bool]

NARROW, WIDE = (80, 24), (120, 36)
BOTH = pytest.mark.parametrize("size", [NARROW, WIDE], ids=["80x24", "120x36"])
# in the order of the list; the chat's model, the third one, is marked from the beginning
LLAMA, GPT_120B, SAFEGUARD, QWEN, ALLAM = 0, 1, 3, 4, 5


@pytest.fixture
def picture(snap_compare: Compare, monkeypatch: pytest.MonkeyPatch) -> Picture:
    """Whether the race looks as it did when its picture was accepted."""
    # How long frames take is real; the clock of these pictures is not.
    monkeypatch.setattr(LagMeter, "displayed", lambda *_: False)
    monkeypatch.chdir("/")

    def compare(stage: RaceStage, play: Play, size: tuple[int, int]) -> bool:
        async def perform(pilot: Pilot[None]) -> None:
            await pilot.pause()
            await play(RaceActor(stage, pilot))
            hold_still(stage.app)
            await pilot.pause()

        return snap_compare(stage.app, run_before=perform, terminal_size=size)

    return compare


def hold_still(app: App[None]) -> None:
    for screen in app.screen_stack:
        for box in screen.query("Input, TextArea").results(Input | TextArea):
            box.cursor_blink = False


def fast_and_slow(**more: int) -> RaceStage:
    """Models as fast as they are documented, each round a little different."""
    stage = RaceStage()
    speeds = {
        "openai/gpt-oss-20b": (1003, 0.061),
        "openai/gpt-oss-120b": (498, 0.084),
        "openai/gpt-oss-safeguard-20b": (999, 0.072),
        "qwen/qwen3.8-27b": (449, 0.093),
        "llama-3.3-70b-versatile": (281, 0.118),
        "allam-2-7b": (1187, 0.055),
    }
    for model, (speed, first) in speeds.items():
        stage.lanes[model] = varied(stage, speed, first, **more)
    return stage


def varied(stage: RaceStage, speed: float, first: float, **more: int) -> Callable[..., object]:
    """An answer that is a little faster or slower each time, always in the same way."""
    times = iter(range(1000))

    def answer(request: object) -> object:
        wobble = (0.0, 0.012, -0.007, 0.004, -0.011)[next(times) % 5]
        made = stage.lane(speed=speed * (1 + wobble), first=first * (1 - wobble), **more)
        return made(request)  # type: ignore[arg-type]

    return answer


def racing(*marks: int) -> Play:
    async def play(actor: RaceActor) -> None:
        await actor.open_race(*marks)
        await actor.press("ctrl+r")
        await actor.finished()

    return play


def on_the_way(*marks: int) -> Play:
    async def play(actor: RaceActor) -> None:
        await actor.open_race(*marks)
        await actor.press("ctrl+r")
        await actor.until(lambda: "writing" in actor.screen)
        await actor.pilot.pause(0.05)
        actor.race._watch.look()

    return play


@BOTH
def test_race_setup(picture: Picture, size: tuple[int, int]) -> None:
    async def play(actor: RaceActor) -> None:
        await actor.open_race(GPT_120B, QWEN)

    assert picture(fast_and_slow(), play, size)


def test_race_setup_beyond_the_limits(picture: Picture) -> None:
    async def play(actor: RaceActor) -> None:
        await actor.ask("Why?")
        await actor.answered()
        await actor.open_race(GPT_120B)
        actor.race.query_one("#race-rounds").focus()
        await actor.press(*"20")

    assert picture(fast_and_slow(), play, NARROW)


@BOTH
def test_race_streaming(picture: Picture, size: tuple[int, int]) -> None:
    stage = fast_and_slow(stall_at=88, reasoning=12)
    assert picture(stage, on_the_way(GPT_120B, QWEN), size)


def test_race_of_six(picture: Picture) -> None:
    stage = fast_and_slow(stall_at=88)
    play = on_the_way(LLAMA, GPT_120B, SAFEGUARD, QWEN, ALLAM)
    assert picture(stage, play, NARROW)


@BOTH
def test_race_finished(picture: Picture, size: tuple[int, int]) -> None:
    assert picture(fast_and_slow(), racing(GPT_120B, QWEN), size)


def test_race_within_the_noise(picture: Picture) -> None:
    assert picture(fast_and_slow(), racing(SAFEGUARD), NARROW)


def test_race_in_the_light(picture: Picture) -> None:
    async def play(actor: RaceActor) -> None:
        await racing(GPT_120B, QWEN)(actor)
        await actor.press("f8")

    assert picture(fast_and_slow(), play, WIDE)


def test_race_with_failures(picture: Picture) -> None:
    stage = fast_and_slow()
    limit = (
        "Rate limit reached for model `qwen/qwen3.8-27b` in organization `org_01` service tier "
        "`on_demand` on requests per day (RPD): Limit 1000, Used 1000, Requested 1. Please try "
        "again in 14m24s."
    )
    stage.lanes["qwen/qwen3.8-27b"] = lambda _: refusal(
        429, limit, headers={**LIMITS, "retry-after": "864"}
    )
    stage.lanes["openai/gpt-oss-120b"] = stage.lane(speed=498, cut_at=60)
    assert picture(stage, racing(GPT_120B, QWEN), WIDE)


def test_race_waiting_for_the_limits(picture: Picture) -> None:
    stage = fast_and_slow()
    low = {**LIMITS, "x-ratelimit-remaining-tokens": "100", "x-ratelimit-reset-tokens": "59.25s"}
    stage.lanes["openai/gpt-oss-120b"] = stage.lane(speed=498, headers=low)

    async def play(actor: RaceActor) -> None:
        await actor.open_race(GPT_120B)
        await actor.press("ctrl+r")
        await actor.until(lambda: "waits for the limits" in actor.screen)

    assert picture(stage, play, NARROW)


def test_race_stopped(picture: Picture) -> None:
    async def play(actor: RaceActor) -> None:
        await on_the_way(GPT_120B)(actor)
        await actor.press("escape")
        await actor.finished()

    assert picture(fast_and_slow(stall_at=88), play, NARROW)


def test_race_export(picture: Picture) -> None:
    async def play(actor: RaceActor) -> None:
        await racing(GPT_120B)(actor)
        actor.race._watch.begun = datetime(2026, 11, 23, 17, 21, 50, tzinfo=UTC)
        await actor.press("e")

    assert picture(fast_and_slow(), play, NARROW)


def test_race_answer(picture: Picture) -> None:
    async def play(actor: RaceActor) -> None:
        await racing(GPT_120B)(actor)
        await actor.press("enter")
        await actor.until(lambda: "splits the list" in actor.screen)

    assert picture(fast_and_slow(reasoning=20), play, NARROW)


def test_race_help(picture: Picture) -> None:
    async def play(actor: RaceActor) -> None:
        await actor.open_race(GPT_120B)
        await actor.press("f1")

    assert picture(fast_and_slow(), play, WIDE)


def test_race_thinking(picture: Picture) -> None:
    async def play(actor: RaceActor) -> None:
        await actor.open_race(GPT_120B, QWEN)
        await actor.press("ctrl+r")
        await actor.until(lambda: "thinking" in actor.screen)
        await actor.pilot.pause(0.05)
        actor.race._watch.look()

    assert picture(fast_and_slow(stall_at=40, reasoning=60), play, NARROW)
