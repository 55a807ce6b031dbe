"""Pictures of the states that a person would recognise. Look at each before accepting it."""

from collections.abc import Awaitable, Callable

import pytest
from textual.app import App
from textual.pilot import Pilot
from textual.widgets import Input, TextArea

from client import ConnectionError as ConnectionLost
from client.testing import Stall
from tests.stage import USAGE, Actor, Stage, refusal, tool_call
from workbench.session.service import Service
from workbench.widgets.transcript.lag import LagMeter

Compare = Callable[..., bool]
Play = Callable[[Actor], Awaitable[None]]

NARROW, WIDE = (80, 24), (160, 50)

CODE = """\
A **token bucket** refills at a constant rate and never holds more than its capacity:

```python
@dataclass
class Bucket:
    capacity: float
    rate: float  # tokens per second
    level: float = 0.0

    def take(self, amount: float, elapsed: float) -> bool:
        self.level = min(self.capacity, self.level + elapsed * self.rate)
        if self.level < amount:
            return False
        self.level -= amount
        return True
```

| bucket | capacity | window |
|---|---:|---|
| requests | 1,000 | a day |
| tokens | 8,000 | a minute |

1. Refill *before* you take.
2. Refuse what is larger than the capacity; `429` will not help it.
"""
THOUGHTS = (
    "The user wants a limiter. A token bucket is the usual choice. ",
    "It must refill continuously, so keep the time of the last look. ",
    "Show a class, then the two buckets of the service as a table.",
)
RATE_LIMIT = (
    "Rate limit reached for model `openai/gpt-oss-20b` in organization `org_01` service tier "
    "`on_demand` on tokens per minute (TPM): Limit 8000, Used 6577, Requested 2112. Please try "
    "again in 5.1675s."
)
LOW = {
    "x-ratelimit-limit-requests": "1000",
    "x-ratelimit-remaining-requests": "128",
    "x-ratelimit-reset-requests": "20h55m40.8s",
    "x-ratelimit-limit-tokens": "8000",
    "x-ratelimit-remaining-tokens": "260",
    "x-ratelimit-reset-tokens": "58.05s",
    "retry-after": "6",
}


@pytest.fixture
def picture(
    snap_compare: Compare, monkeypatch: pytest.MonkeyPatch
) -> Callable[[Stage, Play, tuple[int, int]], bool]:
    """Whether the app looks as it did when its picture was accepted."""
    # How long frames take is real; the clock of these pictures is not.
    monkeypatch.setattr(LagMeter, "displayed", lambda *_: False)

    def compare(stage: Stage, play: Play, size: tuple[int, int]) -> bool:
        async def perform(pilot: Pilot[None]) -> None:
            await pilot.pause()
            hold_still(stage.app)
            actor = Actor(stage, pilot)
            await play(actor)
            hold_still(stage.app)
            await pilot.pause()

        return snap_compare(stage.app, run_before=perform, terminal_size=size)

    return compare


def hold_still(app: App[None]) -> None:
    """Stop every cursor from blinking."""
    for screen in app.screen_stack:
        for box in screen.query("Input, TextArea").results(Input | TextArea):
            box.cursor_blink = False


def streaming(*parts: object, **how: object) -> Stage:
    stage = Stage()
    stage.play(stage.streamed(*parts, **how))  # type: ignore[arg-type]
    return stage


async def nothing(actor: Actor) -> None:
    await actor.pilot.pause()


async def asked(actor: Actor) -> None:
    await actor.ask("Write a rate limiter")
    await actor.answered()


def pieces(text: str) -> list[str]:
    return [text[start : start + 4] for start in range(0, len(text), 4)]


@pytest.mark.parametrize("size", [NARROW, WIDE], ids=["80x24", "160x50"])
def test_empty_chat(picture, size) -> None:  # noqa: ANN001
    assert picture(Stage(), nothing, size)


def test_empty_chat_of_the_real_service(picture) -> None:  # noqa: ANN001
    service = Service(name="api.groq.com", simulated=False, key_source="GROQ_API_KEY")
    assert picture(Stage(service=service), nothing, NARROW)


@pytest.mark.parametrize("size", [NARROW, WIDE], ids=["80x24", "160x50"])
def test_streaming(picture, size) -> None:  # noqa: ANN001
    stage = streaming(*pieces(CODE[:330]), Stall(), pace=0.004)

    async def play(actor: Actor) -> None:
        await actor.ask("Write a rate limiter")
        await actor.until(lambda: "elapsed * self." in actor.conversation)
        stage.app.chat_screen._watch_answer.look()

    assert picture(stage, play, size)


def test_reasoning_open(picture) -> None:  # noqa: ANN001
    stage = streaming(Stall(), reasoning=THOUGHTS)

    async def play(actor: Actor) -> None:
        await actor.ask("Write a rate limiter")
        await actor.until(lambda: "as a table" in actor.conversation)
        stage.app.chat_screen._watch_answer.look()

    assert picture(stage, play, NARROW)


def test_reasoning_folded(picture) -> None:  # noqa: ANN001
    stage = streaming("Use a token bucket.", reasoning=THOUGHTS)
    assert picture(stage, asked, NARROW)


@pytest.mark.parametrize("size", [NARROW, WIDE], ids=["80x24", "160x50"])
def test_finished_answer_with_code_and_table(picture, size) -> None:  # noqa: ANN001
    stage = streaming(*pieces(CODE), reasoning=THOUGHTS, pace=0.003)
    assert picture(stage, asked, size)


def test_finished_answer_in_the_light(picture) -> None:  # noqa: ANN001
    stage = streaming(*pieces(CODE), reasoning=THOUGHTS, pace=0.003)

    async def play(actor: Actor) -> None:
        await actor.press("f8")
        await asked(actor)

    assert picture(stage, play, (110, 40))


def test_scrolled_up(picture) -> None:  # noqa: ANN001
    stage = streaming(*pieces(CODE), pace=0.003)

    async def play(actor: Actor) -> None:
        await asked(actor)
        await actor.press("pageup")
        await actor.until(lambda: " below" in actor.screen)

    assert picture(stage, play, NARROW)


def test_stopped_answer_and_a_draft(picture) -> None:  # noqa: ANN001
    stage = streaming(*pieces(CODE[:86]), Stall())

    async def play(actor: Actor) -> None:
        await actor.ask("Write a rate limiter")
        await actor.until(lambda: "capacity:" in actor.conversation)
        await actor.type("shorter, please\nand in Rust")
        await actor.press("enter", "escape")
        await actor.answered()

    assert picture(stage, play, NARROW)


def test_refused_while_answering(picture) -> None:  # noqa: ANN001
    stage = streaming(*pieces(CODE[:86]), Stall())

    async def play(actor: Actor) -> None:
        await actor.ask("Write a rate limiter")
        await actor.until(lambda: "capacity:" in actor.conversation)
        await actor.type("and in Rust")
        await actor.press("enter")
        stage.app.chat_screen._watch_answer.look()

    assert picture(stage, play, NARROW)


def test_tool_call(picture) -> None:  # noqa: ANN001
    arguments = '{"city": "Lisbon", "days": 3, "units": "metric"}'
    stage = streaming(
        tool_call("get_weather", arguments),
        reasoning=("The user asks for the weather: call the tool.",),
        finish="tool_calls",
        usage={**USAGE, "completion_tokens": 34, "completion_time": 0.034, "total_tokens": 112},
        pace=0.033,  # the call arrives at once, after the time that its tokens took
    )
    assert picture(stage, asked, NARROW)


def test_error(picture) -> None:  # noqa: ANN001
    assert picture(Stage(refusal(401, "Invalid API Key", code="invalid_api_key")), asked, NARROW)


def test_model_gone(picture) -> None:  # noqa: ANN001
    message = "The model `openai/gpt-oss-20b` does not exist or you do not have access to it."
    assert picture(Stage(refusal(404, message, code="model_not_found")), asked, NARROW)


def test_cut_stream(picture) -> None:  # noqa: ANN001
    stage = streaming(*pieces(CODE[:86]), ConnectionLost("reset by peer"), finish=None)
    assert picture(stage, asked, NARROW)


@pytest.mark.parametrize("size", [NARROW, WIDE], ids=["80x24", "160x50"])
def test_rate_limited(picture, size) -> None:  # noqa: ANN001
    stage = Stage(refusal(429, RATE_LIMIT, code="rate_limit_exceeded", headers=LOW))
    assert picture(stage, asked, size)


@pytest.mark.parametrize("size", [NARROW, WIDE], ids=["80x24", "160x50"])
def test_model_picker(picture, size) -> None:  # noqa: ANN001
    stage = streaming(*pieces(CODE), pace=0.003)

    async def play(actor: Actor) -> None:
        await asked(actor)
        await actor.press("ctrl+o")
        await actor.until(lambda: "gpt-oss-120b" in actor.screen)

    assert picture(stage, play, size)


def test_model_picker_filtered(picture) -> None:  # noqa: ANN001
    async def play(actor: Actor) -> None:
        await actor.until(lambda: actor.stage.app.chat_screen._models.chat_models)
        await actor.press("ctrl+o")
        await actor.type("gpt2")

    assert picture(Stage(), play, NARROW)


def test_model_picker_offline(picture) -> None:  # noqa: ANN001
    async def play(actor: Actor) -> None:
        await actor.press("ctrl+o")
        await actor.type("my/model")
        await actor.until(lambda: "cannot be reached" in actor.screen)

    assert picture(Stage(models=ConnectionLost("no route to host")), play, NARROW)


@pytest.mark.parametrize("size", [NARROW, WIDE], ids=["80x24", "160x50"])
def test_side_panel(picture, size) -> None:  # noqa: ANN001
    stage = streaming("Use a token bucket.", reasoning=THOUGHTS)

    async def play(actor: Actor) -> None:
        await asked(actor)
        await actor.press("f2")
        await actor.type("You are a careful engineer")
        await actor.press("tab")
        await actor.type("3")
        await actor.press("tab", "tab")
        await actor.type("2048")
        await actor.press("tab", "tab", "right", "right")

    assert picture(stage, play, size)


@pytest.mark.parametrize("size", [NARROW, WIDE], ids=["80x24", "160x50"])
def test_help(picture, size) -> None:  # noqa: ANN001
    async def play(actor: Actor) -> None:
        await actor.press("f1")

    assert picture(Stage(), play, size)


def test_command_palette(picture) -> None:  # noqa: ANN001
    async def play(actor: Actor) -> None:
        await actor.press("ctrl+p")
        await actor.until(lambda: "Ask the last question again" in actor.screen)

    assert picture(Stage(), play, NARROW)


def test_new_chat_guard(picture) -> None:  # noqa: ANN001
    stage = streaming("Use a token bucket.")

    async def play(actor: Actor) -> None:
        await asked(actor)
        await actor.press("ctrl+n")

    assert picture(stage, play, NARROW)
