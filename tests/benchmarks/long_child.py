"""The workbench on a conversation that is long already. Run by the benchmark.

Run: long_child.py BASE_URL MESSAGES OUT. It composes what the command line composes, shows the
conversation as a session would tell it, and writes down how long that took.
"""

import asyncio
import json
import resource
import sys
import time
from argparse import Namespace
from contextlib import AsyncExitStack
from pathlib import Path

from client import AssistantMessage, GroqConfig
from workbench import collector
from workbench.__main__ import _Connection, _load
from workbench.config import Paths
from workbench.opening import Loaded, OpeningApp
from workbench.panes.chat import ChatPane
from workbench.session.chat import AnswerCompleted, QuestionAsked, TextArrived
from workbench.session.latency import Latency
from workbench.session.service import Service

PARAGRAPH = "The **quick** brown fox jumps over the `lazy` dog and runs away from it all. " * 4
ANSWER = (
    f"# About number %d\n\n{PARAGRAPH}\n\n- one\n- two\n\n"
    f"```python\nprint(%d)\n```\n\n{PARAGRAPH}\n\n| a | b |\n|---|---|\n| %d | haystack |\n"
)


def resident() -> float:
    """Megabytes in memory now."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * resource.getpagesize() / 1024 / 1024


class Bench(OpeningApp):
    """Shows the conversation once everything is loaded."""

    def __init__(self, load, messages: int, out: Path) -> None:  # noqa: ANN001 - as above
        super().__init__(load, log=out.with_suffix(".log"))
        self._messages = messages
        self._out = out

    async def _open(self) -> None:
        await super()._open()
        pane = self.screen.query_one(ChatPane)
        await asyncio.sleep(0.5)
        before = resident()
        began = time.monotonic()
        text = 0
        for turn in range(-self._messages // 2, 0):
            answer = ANSWER % (turn, turn, turn)
            text += len(answer)
            pane.show(QuestionAsked(turn=turn, question=f"Question {turn}?", model="m"))
            pane.show(TextArrived(turn=turn, text=answer, at=0.0))
            pane.show(
                AnswerCompleted(
                    turn=turn,
                    message=AssistantMessage(),
                    finish_reason="stop",
                    latency=Latency(completion_tokens=200),
                )
            )
        shown = time.monotonic() - began
        await asyncio.sleep(1)
        said = {"shown": shown, "grown_mb": resident() - before, "text_mb": text / 1024 / 1024}
        self._out.write_text(json.dumps(said))


def main() -> None:
    """Run the application."""
    base_url, messages, out = sys.argv[1:]
    given = Namespace(record=None, model="openai/gpt-oss-20b", system="")
    service = Service(name="bench", simulated=False, key_source="none")
    connection = _Connection(
        config=GroqConfig(api_key="gsk_bench_0123456789", base_url=base_url, rate_limit=None),
        service=service,
    )

    async def run() -> None:
        async with AsyncExitStack() as closing:

            async def load() -> Loaded:
                return await _load(given, connection, Paths.of_this_user(), (), closing)

            await Bench(load, int(messages), Path(out)).run_async()

    collector.hold()
    asyncio.run(run())


if __name__ == "__main__":
    main()
