"""What the comparisons of clients share: the server, the contenders' processes, the counting."""

import argparse
import json
import os
import platform
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Self

from contenders import CONTENDERS
from figures import say

HERE = Path(__file__).parent
ROOT = HERE.parents[1]


def arguments(description: str | None) -> argparse.Namespace:
    """The options of every comparison; ``names`` are the contenders."""
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("--rounds", type=int, default=9)
    parser.add_argument("--quick", action="store_true", help="three rounds")
    parser.add_argument("--only", default=",".join(_SHOWN), help="contenders, by commas")
    options = parser.parse_args()
    options.rounds = 3 if options.quick else options.rounds
    options.names = options.only.split(",")
    return options


_SHOWN = [name for name in CONTENDERS if name != "groq SDK over aiohttp"]


def machine(server: str) -> None:
    """Say what this ran on."""
    load = os.getloadavg()[0]
    say(
        f"{platform.system()} {platform.machine()}, {os.cpu_count()} cores, load {load:.1f}, "
        f"Python {platform.python_version()}{', ' if server else ''}{server}"
    )


def rounds_of(
    processes: "dict[str, Process]", rounds: int, *, warm: int, **order: object
) -> dict[str, list[dict[str, Any]]]:
    """Have all do the same in turn, so often; gives what each measured."""
    for process in processes.values():
        process.order(**{**order, "times": warm} if warm else order)
    runs: dict[str, list[dict[str, Any]]] = {name: [] for name in processes}
    for _ in range(rounds):
        for name, process in processes.items():
            runs[name].append(process.order(**order))
    return runs


def compiled(source: str, folder: Path, *options: str) -> Path | None:
    """The program or library of a C file, ``None`` where there is no compiler, or no header."""
    compiler = shutil.which("cc") or shutil.which("gcc") or shutil.which("clang")
    if compiler is None:
        return None
    target = folder / Path(source).stem
    command = [compiler, "-O2", *options, "-o", str(target), str(HERE / source)]
    done = subprocess.run(command, capture_output=True, check=False)
    return target if done.returncode == 0 else None


@contextmanager
def local_server(folder: Path) -> Iterator[tuple[int, str]]:
    """Serve on this machine; gives the port, and what serves."""
    program = compiled("local_server.c", folder, "-pthread")
    words = [str(program)] if program else [sys.executable, str(HERE / "local_server.py")]
    kind = "a server in C" if program else "a server in Python: slower than one in C"
    with subprocess.Popen(words, stdout=subprocess.PIPE, text=True) as process:
        try:
            yield int((process.stdout or sys.stdin).readline()), kind
        finally:
            process.kill()


class Process:
    """A contender in a process of its own."""

    def __init__(self, name: str, port: int, *, marks: Path | None = None, out: str = "") -> None:
        words = [sys.executable, str(HERE / "contender_child.py"), name, str(port)]
        if marks is not None:
            tool = ["valgrind", "--tool=callgrind", "--instr-atstart=no", "-q"]
            words = [*tool, f"--callgrind-out-file={out}", *words, str(marks)]
        self._process = subprocess.Popen(
            words,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env={"PATH": "/usr/bin:/bin", "PYTHONPATH": str(ROOT), "PYTHONHASHSEED": "0"},
        )
        self.id = self._process.pid
        if self._line() != "ready":
            raise RuntimeError(f"{name} did not begin")

    def order(self, **order: object) -> dict[str, Any]:
        """Have it do something; gives what it measured."""
        if self._process.stdin is None:
            raise RuntimeError("The process has no input.")
        self._process.stdin.write(json.dumps(order) + "\n")
        self._process.stdin.flush()
        answer: dict[str, Any] = json.loads(self._line())
        return answer

    def _line(self) -> str:
        return self._process.stdout.readline().strip() if self._process.stdout else ""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """End it."""
        if self._process.stdin is not None:
            self._process.stdin.close()
        try:
            self._process.wait(timeout=20)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        if self._process.stdout is not None:
            self._process.stdout.close()


def _perf_words(event: str, *words: str) -> list[str]:
    return ["perf", "stat", "-x,", "-e", event, *words]


def _perf_count(report: str) -> int | None:
    """The number in perf's comma-separated report, ``None`` when it could not count."""
    for line in report.splitlines():
        first = line.split(",", 1)[0]
        if first.replace(".", "").isdigit():
            return int(float(first))
    return None


def perf_counts(event: str = "instructions:u") -> bool:
    """Whether perf can count instructions here; in virtual machines it often cannot."""
    if shutil.which("perf") is None:
        return False
    done = subprocess.run(_perf_words(event, "true"), capture_output=True, text=True, check=False)
    return _perf_count(done.stderr) is not None


class Counter:
    """Counts the instructions that contenders spend in user space: by perf, or by valgrind."""

    def __init__(self, port: int, folder: Path) -> None:
        self._port = port
        self._folder = folder
        self._marks = None
        self.how = "perf stat -e instructions:u" if perf_counts() else ""
        if not self.how and shutil.which("valgrind"):
            self._marks = compiled("counting_marks.c", folder, "-shared", "-fPIC")
            self.how = "valgrind --tool=callgrind" if self._marks else ""

    def __bool__(self) -> bool:
        return bool(self.how)

    def count(self, name: str, orders: list[dict[str, object]]) -> list[int]:
        """Instructions of each order, once the contender is warm."""
        out = self._folder / "callgrind.out"
        with Process(name, self._port, marks=self._marks, out=str(out)) as process:
            process.order(times=5)
            process.order(events=20)
            if self._marks is None:
                return [self._by_perf(process, order) for order in orders]
            return [self._by_valgrind(process, order, out) for order in orders]

    def _by_perf(
        self, process: Process, order: dict[str, object], event: str = "instructions:u"
    ) -> int:
        words = _perf_words(event, "-p", str(process.id))
        with subprocess.Popen(words, stderr=subprocess.PIPE, text=True) as perf:
            time.sleep(0.3)  # until it is attached
            process.order(**order)
            perf.send_signal(signal.SIGINT)
            _, report = perf.communicate()
        return _perf_count(report) or 0

    def _by_valgrind(self, process: Process, order: dict[str, object], out: Path) -> int:
        process.order(**order, counted=1)
        dumps = sorted(out.parent.glob(f"{out.name}.*"))
        text = dumps[-1].read_text(errors="replace")
        for dump in dumps:
            dump.unlink()
        return int(text.rpartition("summary: ")[2].split()[0])


@contextmanager
def workplace() -> Iterator[Path]:
    """A folder for what is compiled and counted."""
    with tempfile.TemporaryDirectory() as folder:
        yield Path(folder)
