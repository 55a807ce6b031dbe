"""Real words from an offline recogniser, which runs in a process of its own.

Loading a model and running it hold Python's lock for moments that a stream would notice, and what
is killed with its process needs no other way to be cancelled.
"""

import asyncio
import json
import sys
from importlib.util import find_spec
from typing import Any

from workbench.simulator.transcript import Segment, Transcript, Word
from workbench.simulator.transcription_request import TranscriptionRequest

# An hour of speech with all its words is some two megabytes.
_LONGEST_ANSWER = 64 * 1024 * 1024


class DeafError(Exception):
    """There is nobody to listen; the message says why, as the end of a sentence."""


def can_listen() -> bool:
    """Whether the recogniser is installed."""
    return find_spec("faster_whisper") is not None


class Listener:
    """The recogniser with one model, started when it is first needed; one clip at a time."""

    def __init__(self, model: str) -> None:
        self._model = model
        self._turn = asyncio.Lock()
        self._process: asyncio.subprocess.Process | None = None

    async def transcribe(self, request: TranscriptionRequest) -> Transcript:
        """What is said in the request's audio. Raises DeafError."""
        if not can_listen():
            raise DeafError("To hear real words, install groq-workbench[listen]")
        asked = {
            "size": len(request.audio),
            "task": "translate" if request.translate else "transcribe",
            "language": request.language,
            "initial_prompt": request.prompt or None,
            "temperature": request.temperature,
        }
        async with self._turn:
            try:
                answer = await self._ask(json.dumps(asked).encode() + b"\n" + request.audio)
            except BaseException:
                # Half a question or half an answer is in the pipe now.
                await self.aclose()
                raise
        if "error" in answer:
            raise DeafError(f"The recogniser says: {answer['error']}")
        return _transcript(answer)

    async def aclose(self) -> None:
        """End the process at once."""
        process, self._process = self._process, None
        if process is not None:
            if process.returncode is None:
                process.kill()
            # The pipes are closed when this returns, and no transport is left to warn about.
            await process.communicate()

    # The answer is JSON of our own making, read by `_transcript`.
    async def _ask(self, question: bytes) -> dict[str, Any]:
        process = await self._started()
        assert process.stdin is not None  # noqa: S101 - asked for in `_started`
        assert process.stdout is not None  # noqa: S101
        try:
            process.stdin.write(question)
            await process.stdin.drain()
            line = await process.stdout.readline()
        except ConnectionError:
            line = b""
        if not line:
            await self.aclose()
            return {"error": "it ended unexpectedly"}
        answer: dict[str, Any] = json.loads(line)
        return answer

    async def _started(self) -> asyncio.subprocess.Process:
        if self._process is None or self._process.returncode is not None:
            self._process = await asyncio.create_subprocess_exec(
                sys.executable,
                *("-m", "workbench.simulator.ear", self._model),
                stdin=asyncio.subprocess.PIPE,
                stdout=asyncio.subprocess.PIPE,
                stderr=asyncio.subprocess.DEVNULL,
                limit=_LONGEST_ANSWER,
                start_new_session=True,
            )
        return self._process


def _transcript(answer: dict[str, Any]) -> Transcript:
    return Transcript(
        language=answer["language"],
        segments=tuple(
            Segment(**{**segment, "tokens": tuple(segment["tokens"])})
            for segment in answer["segments"]
        ),
        words=tuple(Word(**word) for word in answer["words"]),
    )
