"""The workbench on a stage: a service that answers from a script, a clock that stands still."""

import json
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from tempfile import gettempdir

from textual.pilot import Pilot
from textual.widget import Widget

from client import GroqClient, Request, RetryPolicy
from client.testing import (
    FakeClock,
    FakeResponse,
    FakeTransport,
    Stall,
    chunk,
    finish_chunk,
    reasoning_chunk,
    text_chunk,
)
from workbench.app import WorkbenchApp
from workbench.assembly.parts import Parts
from workbench.config import Paths
from workbench.panes.chat import ChatPane
from workbench.ports import Clipboard
from workbench.session.chat import ChatSession
from workbench.session.measurements import Measurements
from workbench.session.models import ModelCatalogue
from workbench.session.observers import Observers
from workbench.session.service import Service
from workbench.session.status import ServiceStatus
from workbench.session.stopwatch import Stopwatch
from workbench.session.waits import Waits
from workbench.session.wire.log import WireLog
from workbench.widgets.key_bar import KeyBar
from workbench.widgets.prompt import Prompt
from workbench.widgets.status_bar import StatusBar
from workbench.widgets.title_bar import TitleBar
from workbench.widgets.transcript import Transcript

LIMITS = {
    "x-ratelimit-limit-requests": "1000",
    "x-ratelimit-remaining-requests": "989",
    "x-ratelimit-reset-requests": "15m50.4s",
    "x-ratelimit-limit-tokens": "8000",
    "x-ratelimit-remaining-tokens": "6110",
    "x-ratelimit-reset-tokens": "14.175s",
}
FULL = {
    **LIMITS,
    "x-ratelimit-remaining-requests": "1000",
    "x-ratelimit-reset-requests": "0s",
    "x-ratelimit-remaining-tokens": "8000",
    "x-ratelimit-reset-tokens": "0s",
}
USAGE = {
    "queue_time": 0.0119,
    "prompt_tokens": 78,
    "prompt_time": 0.0042,
    "completion_tokens": 412,
    "completion_time": 0.4108,
    "total_tokens": 490,
    "total_time": 0.415,
    "completion_tokens_details": {"reasoning_tokens": 96},
}
MODELS = (
    (
        "openai/gpt-oss-120b",
        131072,
        65536,
        ("tools", "structured_outputs", "reasoning"),
        "15",
        "60",
    ),
    (
        "openai/gpt-oss-20b",
        131072,
        65536,
        ("tools", "structured_outputs", "reasoning"),
        "7.5",
        "30",
    ),
    ("openai/gpt-oss-safeguard-20b", 131072, 65536, ("tools", "reasoning"), "7.5", "30"),
    ("qwen/qwen3.8-27b", 131072, 16384, ("tools", "structured_outputs", "reasoning"), "80", "400"),
    ("llama-3.3-70b-versatile", 131072, 32768, ("tools", "json_mode"), "59", "79"),
    ("allam-2-7b", 4096, 4096, None, None, None),
)


def models() -> FakeResponse:
    """The list of models."""
    data = [
        {
            "id": name,
            "object": "model",
            "active": True,
            "context_window": window,
            "max_completion_tokens": most,
            "input_modalities": ["text", "image"] if name.startswith("qwen") else ["text"],
            "output_modalities": ["text"],
            **({"supported_features": list(features)} if features else {}),
            **(
                {"pricing": {"prompt": f"{cost}e-8", "completion": f"{gain}e-8"}}
                if cost is not None
                else {}
            ),
        }
        for name, window, most, features, cost, gain in MODELS
    ]
    return FakeResponse.json({"object": "list", "data": data})


def refusal(
    status: int, message: str, *, code: str | None = None, headers: Mapping[str, str] | None = None
) -> FakeResponse:
    """An error of the service."""
    error = {"message": message, "type": "invalid_request_error", "code": code}
    return FakeResponse.json({"error": error}, status=status, headers=headers)


class MemoryHistory:
    """Prompts of this test."""

    def __init__(self, *entries: str) -> None:
        self._entries = list(entries)

    def entries(self) -> tuple[str, ...]:
        return tuple(self._entries)

    def add(self, prompt: str) -> None:
        self._entries.append(prompt)


class Stage:
    """An app whose service answers chats from ``answers``, the last one again and again."""

    def __init__(
        self,
        *answers: FakeResponse | Exception,
        models: FakeResponse | Exception | None = None,
        history: tuple[str, ...] = (),
        service: Service | None = None,
        retry: RetryPolicy | None = None,
        clipboard: Clipboard | None = None,
    ) -> None:
        self.clock = FakeClock()
        self.requests: list[Request] = []
        self._answers = answers
        self._models = models
        service = service or Service(name="SIMULATED", simulated=True, key_source="none needed")
        status, waits = ServiceStatus(), Waits()
        self.measurements = Measurements(service, wall_time=self.clock.wall_time)
        observers = Observers(status, waits, self.measurements)
        self.wire = WireLog(wall_time=self.clock.wall_time)
        self.groq = GroqClient(
            transport=self.wire.tap(FakeTransport(self._answer)),
            clock=self.clock,
            observe=observers,
            api_key="gsk_test_0123456789",
            # without a policy, what the workbench does with a failure is seen at once
            retry=retry,
            circuit_breaker=None,
            rate_limit=None,
        )
        self.wire.follow(self.groq)
        self.stopwatch = Stopwatch(self.clock.now)
        observers.join(self.stopwatch)
        catalogue = ModelCatalogue(self.groq, wall_time=self.clock.wall_time)
        self.chat = ChatSession(self.groq, model="openai/gpt-oss-20b", models=catalogue)
        self.history = MemoryHistory(*history)
        home = Path(gettempdir()) / "groq-workbench-test"
        self.log = home.with_suffix(".log")
        self.parts = Parts(
            groq=self.groq,
            service=service,
            observers=observers,
            chat=self.chat,
            models=catalogue,
            measurements=self.measurements,
            status=status,
            waits=waits,
            wire=self.wire,
            stopwatch=self.stopwatch,
            history=self.history,
            clipboard=clipboard,
            paths=Paths(key=home / "key", history=home / "prompts.jsonl", log=self.log),
            closing=AsyncExitStack(),
        )
        self.app = WorkbenchApp(self.parts, log=self.log)

    def _answer(self, request: Request) -> FakeResponse:
        if request.url.endswith("/models"):
            answer: FakeResponse | Exception = self._models or models()
        else:
            answer = self._answers[min(len(self.requests), len(self._answers) - 1)]
            self.requests.append(request)
        if isinstance(answer, Exception):
            raise answer
        return answer

    def streamed(
        self,
        *parts: str | Mapping[str, object] | Stall | Exception,
        reasoning: tuple[str, ...] = (),
        usage: Mapping[str, object] | None = USAGE,
        finish: str | None = "stop",
        headers: Mapping[str, str] = LIMITS,
        pace: float = 0.004,
    ) -> FakeResponse:
        """An answer whose pieces arrive ``pace`` seconds apart."""

        def body() -> Iterator[bytes | Stall | Exception]:
            self.clock._now += 0.084
            chunks: list[str | Mapping[str, object] | Stall | Exception] = []
            chunks += [reasoning_chunk(piece) for piece in reasoning]
            chunks += parts
            if finish is not None:
                chunks.append(finish_chunk(finish, usage))
            for part in chunks:
                self.clock._now += pace
                if isinstance(part, Stall | Exception):
                    yield part
                    continue
                value = text_chunk(part) if isinstance(part, str) else part
                yield b"data: " + json.dumps(value).encode() + b"\n\n"
            if finish is not None:
                yield b"data: [DONE]\n\n"

        return FakeResponse(headers={"content-type": "text/event-stream", **headers}, body=body())

    def play(self, *answers: FakeResponse | Exception) -> None:
        """Answer like this from now on."""
        self._answers = (*self._answers[: len(self.requests)], *answers)

    def body(self, index: int = -1) -> dict[str, object]:
        """What was asked."""
        body = json.loads(self.requests[index].body or b"{}")
        assert isinstance(body, dict)
        return body

    @asynccontextmanager
    async def open(self, *, size: tuple[int, int] = (80, 24)) -> AsyncIterator["Actor"]:
        """Run the app."""
        async with (
            self.parts.closing,
            self.app.run_test(size=size, notifications=True) as pilot,
        ):
            await pilot.pause()
            yield Actor(self, pilot)


class Actor:
    """Presses keys and reads the screen."""

    def __init__(self, stage: Stage, pilot: Pilot[None]) -> None:
        self.stage = stage
        self.pilot = pilot

    async def press(self, *keys: str) -> None:
        await self.pilot.press(*keys)
        await self.pilot.pause()

    async def type(self, text: str) -> None:
        keys = {" ": "space", "\n": "ctrl+j", ".": "full_stop", "?": "question_mark"}
        await self.press(*(keys.get(char, char) for char in text))

    async def ask(self, question: str) -> None:
        await self.type(question)
        await self.press("enter")

    async def until(self, holds: Callable[[], object]) -> None:
        for _ in range(400):
            if holds():
                return
            await self.pilot.pause(0.005)
        raise AssertionError(f"it never came to that; the screen shows:\n{self.screen}")

    async def answered(self) -> None:
        await self.until(
            lambda: self.pane.ready and not self.pane.answering and not self.transcript._dirty
        )
        await self.pilot.pause()

    @property
    def pane(self) -> ChatPane:
        return self.stage.app.chat_screen.query_one(ChatPane)

    @property
    def prompt(self) -> Prompt:
        return self.stage.app.chat_screen.query_one(Prompt)

    @property
    def transcript(self) -> Transcript:
        return self.stage.app.chat_screen.query_one(Transcript)

    @property
    def status(self) -> str:
        return self._text(self.stage.app.chat_screen.query_one(StatusBar))

    @property
    def title(self) -> str:
        return self._text(self.stage.app.chat_screen.query_one(TitleBar))

    @property
    def keys(self) -> str:
        return self._text(self.stage.app.chat_screen.query_one(KeyBar))

    @property
    def conversation(self) -> str:
        """What of the conversation is in view."""
        return self._text(self.transcript)

    @property
    def screen(self) -> str:
        """Everything in view."""
        screen = self.stage.app.screen
        width, height = screen.size
        lines = screen._compositor.render_strips()
        assert len(lines) == height or width
        return "\n".join(strip.text.rstrip() for strip in lines)

    @staticmethod
    def _text(widget: Widget) -> str:
        lines = widget.screen._compositor.render_strips()
        x, y, width, height = widget.region
        return "\n".join(strip.crop(x, x + width).text.rstrip() for strip in lines[y : y + height])


def tool_call(name: str, arguments: str) -> dict[str, object]:
    """A chunk with a call."""
    function = {"name": name, "arguments": arguments}
    call = {"id": "fc_1a2b3c", "type": "function", "function": function, "index": 0}
    return chunk({"tool_calls": [call]})
