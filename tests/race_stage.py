"""A stage on which every model answers in its own way, as fast as it is told."""

import json
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from client import Request
from client.testing import FakeResponse, Stall, finish_chunk, reasoning_chunk, text_chunk
from tests.stage import LIMITS, Actor, Stage
from workbench.screens.race import RaceScreen
from workbench.screens.waterfall import WaterfallScreen

Answer = Callable[[Request], FakeResponse]

TEXT = """\
A merge sort splits the list, sorts both halves and merges them:

```python
def merge_sort(items: list[int]) -> list[int]:
    if len(items) < 2:
        return items
    middle = len(items) // 2
    return merge(merge_sort(items[:middle]), merge_sort(items[middle:]))
```

It needs O(n log n) comparisons in every case, keeps equal items in their order, and takes O(n)
of extra room. For lists that fit into memory `sorted` does the same with fewer moves.
"""


THOUGHTS = ("The user ", "wants a ", "merge ", "sort; ", "show it, ", "then ", "explain. ")


class RaceStage(Stage):
    """An app whose service answers each model by its name, any other as the first."""

    def __init__(self, **more: Any) -> None:
        super().__init__(**more)
        self.lanes: dict[str, Answer] = {}

    def _answer(self, request: Request) -> FakeResponse:
        if request.url.endswith("/models"):
            return super()._answer(request)
        self.requests.append(request)
        model = json.loads(bytes(request.body or b"{}"))["model"]  # type: ignore[arg-type]
        return self.lanes.get(model, next(iter(self.lanes.values())))(request)

    def lane(
        self,
        *,
        speed: float,
        first: float = 0.08,
        tokens: int | None = None,
        reasoning: int = 0,
        said: float = 1.01,
        stall_at: int | None = None,
        cut_at: int | None = None,
        finish: str = "stop",
        headers: Mapping[str, str] = LIMITS,
        text: str = TEXT,
    ) -> Answer:
        """So many tokens at so many a second; the service says it was ``said`` times as fast.

        A fake transport hands over one whole answer after the other. Each sets the clock to where
        it would be if all of them had arrived side by side.
        """
        pieces = [text[at : at + 5] for at in range(0, len(text), 5)]
        count = len(pieces) + reasoning if tokens is None else tokens

        def body(sent: float) -> Iterator[bytes | Stall]:
            for place in range(count):
                self.clock._now = sent + first + place / speed
                if place == stall_at:
                    yield Stall()
                if place == cut_at:
                    return
                if place < reasoning:
                    yield _event(reasoning_chunk(THOUGHTS[place % len(THOUGHTS)]))
                else:
                    yield _event(text_chunk(pieces[(place - reasoning) % len(pieces)]))
            seconds = count / speed
            usage = {
                "queue_time": first * 0.3,
                "prompt_tokens": 78,
                "prompt_time": first * 0.1,
                "completion_tokens": count,
                "completion_time": seconds / said,
                "total_tokens": 78 + count,
                "total_time": first * 0.1 + seconds / said,
                "completion_tokens_details": {"reasoning_tokens": reasoning},
            }
            yield _event(finish_chunk(finish, usage))
            yield b"data: [DONE]\n\n"

        def respond(request: Request) -> FakeResponse:
            sent = request.timing.sent if request.timing else None
            return FakeResponse(
                headers={"content-type": "text/event-stream", **headers},
                body=body(self.clock._now if sent is None else sent),
            )

        return respond


class RaceActor(Actor):
    """An actor at a race."""

    @property
    def race(self) -> RaceScreen:
        screen = self.stage.app.screen
        assert isinstance(screen, RaceScreen), screen
        return screen

    async def open_race(self, *marks: int) -> None:
        """Open the setup and mark these models of the list, beside the chat's."""
        await self.press("f7")
        await self.until(lambda: isinstance(self.stage.app.screen, RaceScreen))
        await self.until(lambda: self.race._models.models)
        await self.pilot.pause()
        for step in range(max(marks, default=-1) + 1):
            await self.press(*(["space"] if step in marks else []), "down")

    async def finished(self) -> None:
        """Wait until the race is over and its figures are shown."""
        await self.until(lambda: self.race._watch.finished)
        await self.pilot.pause()
        await self.pilot.pause(0.05)

    async def open_waterfall(self, key: str) -> None:
        """Press the key that shows where the time went."""
        await self.press(key)
        await self.until(lambda: isinstance(self.stage.app.screen, WaterfallScreen))
        await self.pilot.pause()


def _event(value: Mapping[str, object]) -> bytes:
    return b"data: " + json.dumps(value).encode() + b"\n\n"
