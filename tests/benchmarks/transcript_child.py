"""Streams one kind of answer into one widget and writes down what it cost. Run by the benchmark."""

import asyncio
import json
import re
import resource
import sys
import time
from pathlib import Path

from textual.app import App, ComposeResult
from textual.containers import VerticalScroll
from textual.events import Key
from textual.widgets import Markdown

from workbench.widgets.transcript import AnswerEntry, Transcript


def _prose(tokens: int) -> str:
    sentence = "The quick brown **fox** jumps over the lazy `dog` and *runs* away from it all. "
    paragraph = sentence * 5 + "\n\n"
    return paragraph * (tokens // 75 + 1)


def _fence(tokens: int) -> str:
    code = "def area(width, height):\n    # how large it is\n    return width * height + 0.5\n\n"
    return "```python\n" + code * (tokens // 20 + 1)


def _list(tokens: int) -> str:
    count = tokens // 8 + 1
    items = [f"{'  ' * (at % 3)}- item {at} has some **words** in it\n" for at in range(count)]
    return "".join(items)


def _table(tokens: int) -> str:
    head = "| name | what it is | number |\n|:-----|:----------:|-------:|\n"
    rows = [f"| row {i} | some `words` here | {i * 7} |\n" for i in range(tokens // 14 + 1)]
    return head + "".join(rows)


def _wide(tokens: int) -> str:
    return "光は空気の分子によって散乱される。👩‍🚀 短い波長ほど強い。\n\n" * (tokens // 30 + 1)


def _line(tokens: int) -> str:
    return "word " * (tokens + 1)


KINDS = {
    "prose": _prose,
    "fence": _fence,
    "list": _list,
    "table": _table,
    "wide": _wide,
    "line": _line,
}


def tokens_of(kind: str, count: int) -> list[str]:
    """Cut the text of a kind into `count` tokens of about four characters."""
    return re.findall(r".{1,4}", KINDS[kind](count), re.DOTALL)[:count]


class Bench(App[None]):
    """Streams at a rate, presses a key of its own now and then, measures."""

    def __init__(self, widget: str, kind: str, count: int, rate: float) -> None:
        super().__init__()
        self.deltas = tokens_of(kind, count)
        self.widget = widget
        self.rate = rate
        self.result: dict[str, float] = {}
        self.delays: list[float] = []
        self._pressed = 0.0

    def compose(self) -> ComposeResult:
        if self.widget == "ours":
            yield Transcript()
        else:
            with VerticalScroll():
                yield Markdown()

    def on_mount(self) -> None:
        self.run_worker(self._go())

    def on_key(self, event: Key) -> None:
        del event
        self.delays.append(time.perf_counter() - self._pressed)

    async def _go(self) -> None:
        await asyncio.sleep(0.3)
        write, end = self._writer()
        usage = resource.getrusage(resource.RUSAGE_SELF)
        cpu = usage.ru_utime + usage.ru_stime
        began = time.perf_counter()
        halfway = cpu
        for index, delta in enumerate(self.deltas):
            due = began + index / self.rate
            late = due - time.perf_counter()
            if late > 0:
                await asyncio.sleep(late)
            elif index % 20 == 0:
                await asyncio.sleep(0)
            await write(delta)
            if index % 100 == 50:
                self._pressed = time.perf_counter()
                self.post_message(Key("f12", None))
            if index == len(self.deltas) // 2:
                usage = resource.getrusage(resource.RUSAGE_SELF)
                halfway = usage.ru_utime + usage.ru_stime
        await end()
        await asyncio.sleep(0.1)
        usage = resource.getrusage(resource.RUSAGE_SELF)
        total = usage.ru_utime + usage.ru_stime
        wall = time.perf_counter() - began
        delays = sorted(self.delays) or [0.0]
        self.result = {
            "tokens": len(self.deltas),
            "wall": wall,
            "cpu": total - cpu,
            "share": (total - cpu) / wall,
            "second_half_to_first": (total - halfway) / max(1e-9, halfway - cpu),
            "key_ms_max": delays[-1] * 1e3,
            "rss_mb": usage.ru_maxrss / 1024,
        }
        self.exit()

    def _writer(self):  # noqa: ANN202 - two coroutine functions
        if self.widget == "ours":
            answer = AnswerEntry("model")
            self.query_one(Transcript).add(answer)

            async def write(delta: str) -> None:
                answer.add_text(delta)

            async def end() -> None:
                answer.finish("done")

            return write, end
        stream = Markdown.get_stream(self.query_one(Markdown))
        return stream.write, stream.stop


if __name__ == "__main__":
    widget, kind, count, rate, out = sys.argv[1:]
    app = Bench(widget, kind, int(count), float(rate))
    app.run()
    Path(out).write_text(json.dumps(app.result))
