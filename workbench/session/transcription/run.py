"""Parts on their way side by side: sent, taken in, or failed, each for itself."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from typing import Final

from client import GroqError
from workbench.session.problems import Problem
from workbench.session.transcription.assembling import Assembly
from workbench.session.transcription.problems import (
    concerns_all,
    sound_problem,
    transcription_problem,
)
from workbench.session.transcription.sending import Sender, Tell
from workbench.session.transcription.transcript import TranscriptPart
from workbench.session.transcription.updates import PieceFailed, PieceTranscribed
from workbench.sound.sound_file import SoundError

AT_ONCE: Final = 3
"""More would not be faster: the limits are per minute, and the line is shared."""


class PartsRun:
    """Sends some parts of a file. ``keep`` is called after each that arrived."""

    def __init__(
        self,
        sender: Sender,
        assembly: Assembly,
        *,
        tell: Tell,
        now: Callable[[], float],
        keep: Callable[[], Awaitable[None]],
    ) -> None:
        self._sender = sender
        self._assembly = assembly
        self._tell = tell
        self._now = now
        self._keep = keep
        self._hopeless: Problem | None = None

    async def send(self, parts: Sequence[TranscriptPart]) -> None:
        """Send them all, the earliest first; cancelled, those on their way are waiting again."""
        slots = asyncio.Semaphore(AT_ONCE)
        async with asyncio.TaskGroup() as group:
            for part in parts:
                await slots.acquire()
                task = group.create_task(self._send(part))
                task.add_done_callback(lambda _: slots.release())

    async def _send(self, part: TranscriptPart) -> None:
        if self._hopeless is not None:
            self._fail(part, self._hopeless)
            return
        sending = self._assembly.mark(replace(part, state="sending", problem=None))
        try:
            said = await self._sender.send(sending)
            done = await self._assembly.add(sending, said)
        except GroqError as error:
            problem = transcription_problem(error, now=self._now())
            if concerns_all(error):
                self._hopeless = problem
            self._fail(part, problem)
        except SoundError as error:
            self._fail(part, sound_problem(error))
        except asyncio.CancelledError:
            self._assembly.mark(replace(part, state="waiting"))
            raise
        else:
            self._tell(PieceTranscribed(part=done, transcript=self._assembly.transcript))
            await self._keep()

    def _fail(self, part: TranscriptPart, problem: Problem) -> None:
        failed = self._assembly.mark(replace(part, state="failed", problem=problem))
        self._tell(PieceFailed(part=failed, problem=problem))
