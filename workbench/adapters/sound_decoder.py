"""Sound files, read in a process of its own: see `workbench.sound.worker`."""

import asyncio
import json
import os
import struct
import sys
import tempfile
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Mapping, Sequence
from contextlib import aclosing, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO, Final

from workbench.sound.scan import Scan
from workbench.sound.sound_file import SoundError, SoundFile

_HEAD: Final = struct.Struct("<cI")
_LIMIT: Final = 1024 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class SoundPiece:
    """Sound ready to be sent, and how many bytes it has."""

    file: BinaryIO
    size: int


class SoundDecoder:
    """Looks at, scans and converts sound files of any kind, one request at a time.

    The process is started when it is first needed, ended when a request is cancelled in the
    middle, and started again when needed again. ``aclose`` ends it.

    Args:
        detector: what tells speech, "energy" or "silero"; the best one there is by default.
    """

    def __init__(self, *, detector: str = "") -> None:
        self._detector = detector
        self._process: asyncio.subprocess.Process | None = None
        self._turn = asyncio.Lock()

    async def open(self, path: Path) -> SoundFile:
        """What kind of file it is. Raises SoundError."""
        answer, _ = await self._ask({"do": "open", "path": _located(path)})
        return SoundFile(**{**answer, "path": path})

    async def scan(self, path: Path, *, progress: Callable[[float], object]) -> Scan:
        """Where it is loud and where somebody speaks. Raises SoundError.

        ``progress`` hears the seconds so far.
        """
        answer, (levels, speech) = await self._ask({"do": "scan", "path": _located(path)}, progress)

        def arrays() -> Scan:
            import numpy as np

            return Scan(
                levels=np.frombuffer(levels, dtype=np.float32),
                speech=np.frombuffer(speech, dtype=np.float32),
                **answer,
            )

        return await asyncio.to_thread(arrays)

    @asynccontextmanager
    async def piece(
        self, path: Path, spans: Sequence[tuple[float, float]]
    ) -> AsyncIterator["SoundPiece"]:
        """Stretches of it, one after the other, as 16 kHz mono FLAC. Raises SoundError.

        It is in a file without a name: nothing is left of it when the block ends.
        """
        request = {"do": "piece", "path": _located(path), "spans": list(spans)}
        file = _temporary_file()
        try:
            size = 0
            async with self._turn, aclosing(self._answers(request)) as answers:
                async for kind, data in answers:
                    if kind == b"B":
                        size += await asyncio.to_thread(file.write, data)
            file.seek(0)
            yield SoundPiece(file=file, size=size)
        finally:
            # Its megabytes are freed now, which takes a moment; nobody has to wait for that.
            _close_in_background(file)

    async def aclose(self) -> None:
        """End the process at once."""
        process, self._process = self._process, None
        if process is not None:
            if process.returncode is None:
                process.kill()
            # The pipes are closed when this returns, and no transport is left to warn about.
            await process.communicate()

    # Answers are JSON of our own making.
    async def _ask(
        self, request: Mapping[str, object], progress: Callable[[float], object] | None = None
    ) -> tuple[dict[str, Any], list[bytes]]:
        answer: dict[str, Any] = {}
        blobs: list[bytes] = []
        async with self._turn, aclosing(self._answers(request)) as answers:
            async for kind, data in answers:
                if kind == b"P" and progress is not None:
                    progress(json.loads(data))
                elif kind == b"B":
                    blobs.append(data)
                elif kind == b"D":
                    answer = json.loads(data)
        return answer, blobs

    async def _answers(self, request: Mapping[str, object]) -> AsyncGenerator[tuple[bytes, bytes]]:
        """The frames of an answer, up to and with the last."""
        whole = False
        try:
            process = await self._started()
            assert process.stdin is not None  # noqa: S101 - asked for in `_started`
            assert process.stdout is not None  # noqa: S101
            process.stdin.write(json.dumps(request).encode() + b"\n")
            await process.stdin.drain()
            while not whole:
                kind, size = _HEAD.unpack(await process.stdout.readexactly(_HEAD.size))
                data = await process.stdout.readexactly(size)
                whole = kind in (b"D", b"E")
                if kind == b"E":
                    error = json.loads(data)
                    raise SoundError(error["message"], error["advice"])
                yield kind, data
        except (ConnectionError, asyncio.IncompleteReadError):
            raise SoundError(
                "The decoder gave up on this file.",
                "It may be damaged: convert it, then try again.",
            ) from None
        finally:
            if not whole:  # half an answer is in the pipe now
                await self.aclose()

    async def _started(self) -> asyncio.subprocess.Process:
        if self._process is None or self._process.returncode is not None:
            self._process = await asyncio.create_subprocess_exec(
                sys.executable,
                *("-P", "-m", "workbench.sound.worker", self._detector),
                stdin=asyncio.subprocess.PIPE,
                stdout=asyncio.subprocess.PIPE,
                stderr=asyncio.subprocess.DEVNULL,
                limit=_LIMIT,
                env=_environment(),
                start_new_session=True,
            )
        return self._process


def _located(path: Path) -> str:
    return os.path.abspath(path)  # noqa: PTH100 - a path that is none stays as it is


def _environment() -> dict[str, str]:
    """Where this package is, whatever folder we are in; and no key."""
    kept = {name: value for name, value in os.environ.items() if name != "GROQ_API_KEY"}
    home = os.fspath(Path(__file__).parents[2])
    return {
        **kept,
        "PYTHONPATH": os.pathsep.join(filter(None, (home, kept.get("PYTHONPATH")))),
        # One file needs one core, and a pool of threads for it is memory.
        "OPENBLAS_NUM_THREADS": "1",
    }


def _temporary_file() -> BinaryIO:
    # Its type in the library is a wrapper's, which has all that a binary file has.
    file: Any = tempfile.TemporaryFile()  # noqa: SIM115 - the caller closes it
    return file  # type: ignore[no-any-return]


def _close_in_background(file: BinaryIO) -> None:
    asyncio.get_running_loop().run_in_executor(None, file.close)
