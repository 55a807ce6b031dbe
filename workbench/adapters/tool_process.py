"""Runs functions of Python files, each in a process group of its own that is always ended.

The group has a time limit, an output limit and an environment without keys. A process that leaves
its group on purpose is not caught: approve only what you trust.
"""

import asyncio
import contextlib
import hashlib
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Final

from workbench.tool_runs import (
    OUTPUT_LIMIT,
    TIME_LIMIT,
    Ending,
    FoundFunction,
    FoundFunctions,
    ToolOutcome,
    ToolRun,
)

_CHILD: Final = Path(__file__).with_name("tool_child.py")
_PASSED_ON: Final = ("PATH", "HOME", "LANG", "LC_ALL", "TZ", "TMPDIR", "SYSTEMROOT")
"""What a tool is given of the environment; no key is among it."""
_LATER: Final = 5.0
"""Seconds after which a tool ends itself although nobody came to end it."""
_GRACE: Final = 0.2
"""Seconds to read on what was written before the end."""
_LOOK: Final = 0.02
"""Seconds between two looks whether a process has ended, where the system does not tell."""
_LARGEST_FILE: Final = 1024 * 1024


@dataclass(slots=True)
class _Output:
    """What a run wrote, up to the limit of both streams together."""

    limit: int
    answer: bytearray = field(default_factory=bytearray)
    printed: bytearray = field(default_factory=bytearray)
    full: asyncio.Event = field(default_factory=asyncio.Event)

    def add(self, kept: bytearray, data: bytes) -> None:
        room = self.limit - len(self.answer) - len(self.printed)
        kept += data[:room]
        if len(data) > room:
            self.full.set()


class ToolProcesses:
    """Python files as tools; files are read, never imported here.

    Args:
        environ: what a few harmless variables are taken from.
        seconds: the time limit of a run.
        output_limit: bytes of a run's result and of what it prints, together.

    """

    def __init__(
        self,
        environ: Mapping[str, str],
        *,
        seconds: float = TIME_LIMIT,
        output_limit: int = OUTPUT_LIMIT,
    ) -> None:
        self._environ = {name: environ[name] for name in _PASSED_ON if name in environ}
        self._seconds = seconds
        self._output_limit = output_limit

    def folder(self, run: ToolRun) -> str:
        """The folder of the file: where the function runs."""
        return str(Path(run.location).parent)

    async def digest(self, path: Path) -> str:
        """What the file holds, as a digest. Raises OSError, also for one above 1 MiB."""
        return await asyncio.to_thread(_digest, path)

    async def find(self, path: Path, *, code: str) -> FoundFunctions:
        """Run the file and describe its public functions; never raises for what goes wrong."""
        request = {"do": "find", "path": str(path), "code": code}
        ending, answer, printed, _ = await self._request(request, path.parent)
        if ending != "returned":
            said = str(answer.get("text", "")) or _SAID[ending]
            last = printed.strip().splitlines()[-1:] if ending == "died" else []
            return FoundFunctions(code=code, problem=" ".join([said, *last]))
        functions = answer.get("functions")
        listed = functions if isinstance(functions, list) else []
        sound = [each for each in listed if "problem" not in each]
        wrong = [f"{each['name']}: {each['problem']}" for each in listed if "problem" in each]
        return FoundFunctions(
            functions=tuple(FoundFunction(**each) for each in sound),
            code=code,
            problem="; ".join(wrong) if listed else "It has no public function.",
        )

    async def run(self, run: ToolRun) -> ToolOutcome:
        """Call the function. Cancelling ends it at once. Never raises for what goes wrong."""
        path = Path(run.location)
        request = {
            "do": "call",
            "path": str(path),
            "code": run.code,
            "name": run.name,
            "arguments": run.arguments,
        }
        ending, answer, printed, seconds = await self._request(request, path.parent)
        text = str(answer.get("text", "")) if ending in ("returned", "raised") else _SAID[ending]
        own = answer.get("took")
        took = own if isinstance(own, float) else seconds
        return ToolOutcome(
            ending=ending, text=text, printed=printed, seconds=took, around=seconds - took
        )

    async def _request(
        self, request: Mapping[str, object], folder: Path
    ) -> tuple[Ending, Mapping[str, object], str, float]:
        """How it ended, what was answered, what was printed, and how long it took."""
        begun = time.perf_counter()
        whole = {**request, "seconds": self._seconds + _LATER}
        output = _Output(self._output_limit)
        if not hasattr(os, "killpg"):
            return "raised", {"text": "Tools cannot be ended on this system: none is run."}, "", 0.0
        try:
            ending = await self._child(whole, folder, output)
        except OSError as error:
            text = f"It cannot be started: {error.strerror or error}."
            return "raised", {"text": text}, "", time.perf_counter() - begun
        seconds = time.perf_counter() - begun
        printed = output.printed.decode("utf-8", "replace")
        try:
            answer = json.loads(output.answer) if ending == "returned" else {}
        except ValueError:
            ending, answer = "died", {}
        return answer.get("ending", ending), answer, printed, seconds

    async def _child(self, request: Mapping[str, object], folder: Path, output: _Output) -> Ending:
        """Run one child to its end, or to its limits; its group is gone when this returns."""
        answers, printed = os.pipe(), os.pipe()
        ours = [answers[0], printed[0]]
        process: subprocess.Popen[bytes] | None = None
        try:
            try:
                with await asyncio.to_thread(_written, request) as stdin:
                    process = subprocess.Popen(  # noqa: S603, ASYNC220 - ours; it only forks
                        [sys.executable, "-P", "-B", "-X", "utf8", str(_CHILD)],
                        stdin=stdin,
                        stdout=answers[1],
                        stderr=printed[1],
                        env=self._environ,
                        cwd=folder,
                        start_new_session=True,
                    )
            finally:
                os.close(answers[1])
                os.close(printed[1])
            return await self._watch(process, ours, output)
        finally:
            if process is not None:
                await _end(process)
            for descriptor in ours:
                os.close(descriptor)

    async def _watch(
        self, process: subprocess.Popen[bytes], ours: list[int], output: _Output
    ) -> Ending:
        readers = [
            asyncio.ensure_future(_drain(ours[0], output, output.answer)),
            asyncio.ensure_future(_drain(ours[1], output, output.printed)),
        ]
        full = asyncio.ensure_future(output.full.wait())
        gone = asyncio.ensure_future(_gone(process))
        waits = (*readers, full, gone)
        try:
            done, _ = await asyncio.wait(
                (full, gone), timeout=self._seconds, return_when=asyncio.FIRST_COMPLETED
            )
            if gone in done and not full.done():
                # a grandchild may hold the pipes open: what is there already is enough
                await asyncio.wait(readers, timeout=_GRACE)
            if full.done() or output.full.is_set():
                return "too much"
            return "returned" if gone in done else "timeout"
        finally:
            for each in waits:
                each.cancel()
            await asyncio.gather(*waits, return_exceptions=True)


_SAID: Final[Mapping[Ending, str]] = {
    "timeout": "It took too long and was ended.",
    "too much": "It wrote too much and was ended.",
    "died": "It ended without a result.",
    "changed": "The file changed since you approved it: look at its tools again. Nothing was run.",
}


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        data = file.read(_LARGEST_FILE + 1)
    if len(data) > _LARGEST_FILE:
        raise OSError(f"{path.name} is larger than 1 MiB")
    return hashlib.sha256(data).hexdigest()


def _written(request: Mapping[str, object]) -> IO[bytes]:
    """The request in a file without a name: a pipe could fill up before anyone reads it."""
    file = tempfile.TemporaryFile()  # noqa: SIM115 - whoever asked for it closes it
    file.write(json.dumps(request).encode())
    file.seek(0)
    return file


async def _drain(descriptor: int, output: _Output, kept: bytearray) -> None:
    """Read until every writer has closed it; what is beyond the limit is let go."""
    os.set_blocking(descriptor, False)
    loop = asyncio.get_running_loop()
    ended = asyncio.Event()

    def read() -> None:
        try:
            data = os.read(descriptor, 65_536)
        except BlockingIOError:
            return
        except OSError:
            data = b""
        output.add(kept, data)
        if not data:
            ended.set()

    loop.add_reader(descriptor, read)
    try:
        await ended.wait()
    finally:
        loop.remove_reader(descriptor)


async def _gone(process: subprocess.Popen[bytes]) -> None:
    """Wait for the process itself; where the system allows it, no thread and no clock wait too."""
    if not hasattr(os, "pidfd_open"):
        while process.poll() is None:  # noqa: ASYNC110 - nothing there would set an event
            await asyncio.sleep(_LOOK)
        return
    descriptor = os.pidfd_open(process.pid)
    loop = asyncio.get_running_loop()
    ended = asyncio.Event()
    loop.add_reader(descriptor, ended.set)
    try:
        await ended.wait()
    finally:
        loop.remove_reader(descriptor)
        os.close(descriptor)


async def _end(process: subprocess.Popen[bytes]) -> None:
    """End everything in the group, whether it still runs or not, and reap the process."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()  # it is dead: this waits for no more than the system's bookkeeping
