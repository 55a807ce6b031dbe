"""Twenty requests a second for ten minutes, with faults and cancellations: what stays behind.

Whole replies, streams and lists of models, at random moments, against the simulator in a process of
its own; a third of them is cancelled at a random moment. Nothing may grow but the counts.
Run: soak.py [--minutes 10] [--rate 20] [--engine httpx] [--seed 1]
"""

import argparse
import asyncio
import gc
import json
import random
import resource
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from typing import Any

from figures import Table, say

from client import GroqClient, GroqError, RetryPolicy, Timeouts, user

ROOT = Path(__file__).parents[2]
MODELS = ("openai/gpt-oss-20b", "openai/gpt-oss-120b")
FAULTS = (
    *[None] * 28,
    "status=429; retry-after=0.2",
    "503",
    "498",
    "html=502",
    "400",
    "cut-after=1500",
    "stall-after=800",
    "garbage-after=600",
    "error-event=tool_use_failed",
    "first-byte-delay=3",
    "content-type=text/html",
)
CANCELLED = 0.45  # of all are to be; some end before that
WARM = 0.2  # of the time, before what is held is compared


@contextmanager
def simulator() -> Iterator[str]:
    """A Groq API in a process of its own; gives its address."""
    words = [sys.executable, "-m", "workbench", "simulate", "--embedded", "--port", "0"]
    words += ["--speed", "20", "--plan", "developer"]
    with subprocess.Popen(
        words, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        assert process.stdin is not None
        try:
            yield str(json.loads(process.stdout.readline())["base_url"])
        finally:
            process.stdin.close()


class Load:
    """Calls at random, and what became of them."""

    def __init__(self, groq: GroqClient, chance: random.Random) -> None:
        self._groq = groq
        self._chance = chance
        self.ends: Counter[str] = Counter()
        self.events = 0
        self.under_way: set[asyncio.Task[None]] = set()

    def begin(self) -> None:
        """Begin one more call, which may be cancelled before its end."""
        task = asyncio.create_task(self._call())
        self.under_way.add(task)
        task.add_done_callback(self._ended)
        if self._chance.random() < CANCELLED:
            asyncio.get_running_loop().call_later(self._chance.expovariate(12), task.cancel)

    def _ended(self, task: "asyncio.Task[None]") -> None:
        self.under_way.discard(task)
        if task.cancelled():
            self.ends["cancelled"] += 1
            return
        error = task.exception()
        if error is None:
            self.ends["well"] += 1
        elif isinstance(error, GroqError):
            self.ends[type(error).__name__] += 1
        else:
            self.ends[f"FOREIGN {type(error).__name__}"] += 1

    async def _call(self) -> None:
        chance = self._chance
        fault = chance.choice(FAULTS)
        headers = {"x-simulate": fault} if fault else {}
        if chance.random() < 0.1:
            await self._groq.models.list(extra_headers=headers)
            return
        question = {
            "model": chance.choice(MODELS),
            "messages": [user(f"Tell me about the number {chance.randrange(1000)}.")],
            "max_completion_tokens": 400,
            "extra_headers": headers,
        }
        if chance.random() < 0.4:
            await self._groq.chat.create(**question)
            return
        stream = self._groq.chat.stream(**question)
        if chance.random() < 0.1:  # left early, and never closed
            async for _ in stream:
                break
            return
        async for _ in stream:
            self.events += 1


def held() -> dict[str, float]:
    """What this process holds just now."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return {
        "at": time.monotonic(),
        "rss": pages * resource.getpagesize() / 1e6,
        "fds": sum(1 for _ in Path("/proc/self/fd").iterdir()),
        "tasks": len(asyncio.all_tasks()),
        "objects": len(gc.get_objects()),
    }


def slope(samples: Sequence[dict[str, float]], name: str) -> float:
    """How much it grows an hour, by the straight line through the samples."""
    xs = [sample["at"] / 3600 for sample in samples]
    ys = [sample[name] for sample in samples]
    x, y = sum(xs) / len(xs), sum(ys) / len(ys)
    spread = sum((one - x) ** 2 for one in xs)
    return sum((a - x) * (b - y) for a, b in zip(xs, ys, strict=True)) / spread if spread else 0.0


async def soak(base_url: str, options: argparse.Namespace) -> dict[str, Any]:
    """Load the client for so long; gives what was seen."""
    chance = random.Random(options.seed)
    told = Counter[str]()
    groq = GroqClient(
        api_key="gsk_soak_0123456789",
        base_url=base_url,
        engine=options.engine,
        retry=RetryPolicy(base=0.05, patience=2),
        timeout=Timeouts(connect=2, first_byte=2, idle=1, total=10),
        observe=lambda event: told.update((type(event).__name__,)),
    )
    async with groq:
        load = Load(groq, chance)
        first = held()
        samples: list[dict[str, float]] = []
        begun = due = time.monotonic()
        until = begun + options.minutes * 60
        late = 0.0
        while (now := time.monotonic()) < until:
            due += chance.expovariate(options.rate)
            await asyncio.sleep(max(0.0, due - now))
            late = max(late, time.monotonic() - due)
            load.begin()
            if not samples or time.monotonic() - samples[-1]["at"] > 5:
                samples.append(held())
        if load.under_way:
            await asyncio.wait(load.under_way, timeout=30)
        left = len(load.under_way)
        gc.collect()
        last = held()
        open_exchanges = len(groq._wire.open)
    return {
        "first": first,
        "last": last,
        "samples": [s for s in samples if s["at"] > begun + WARM * (until - begun)],
        "load": load,
        "told": told,
        "late": late,
        "left": left,
        "open": open_exchanges,
        "took": time.monotonic() - begun,
    }


def report(seen: dict[str, Any]) -> None:
    """Print the tables."""
    load, samples = seen["load"], seen["samples"]
    calls = sum(load.ends.values())
    table = Table(f"{calls:,} calls in {seen['took']:.0f} s", "ended", "calls", "share")
    for end, count in load.ends.most_common():
        table.row(end, f"{count:,}", f"{count / calls:.1%}")
    table = Table("Held", "", "at first", "highest", "at last", "grown an hour")
    for name, digits in (("rss", 1), ("fds", 0), ("tasks", 0), ("objects", 0)):
        highest = max(sample[name] for sample in samples)
        table.row(
            name if name != "rss" else "RSS, MB",
            f"{seen['first'][name]:,.{digits}f}",
            f"{highest:,.{digits}f}",
            f"{seen['last'][name]:,.{digits}f}",
            f"{slope(samples, name):+,.1f}",
        )
    fifths = [samples[i * len(samples) // 5 : (i + 1) * len(samples) // 5] for i in range(5)]
    steps = [median(sample["rss"] for sample in fifth) for fifth in fifths if fifth]
    say(f"\nRSS by fifths of the time, MB: {', '.join(f'{one:.1f}' for one in steps)}")
    say(f"left under way: {seen['left']}, exchanges still open: {seen['open']}")
    say(f"streamed events: {load.events:,}; events told: {sum(seen['told'].values()):,}")
    say(f"the loop was late by {seen['late'] * 1e3:.0f} ms at the most")


def main() -> None:
    """Run it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=10)
    parser.add_argument("--rate", type=float, default=20)
    parser.add_argument("--engine", default="httpx")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    with simulator() as base_url:
        report(asyncio.run(soak(base_url, options)))


if __name__ == "__main__":
    main()
