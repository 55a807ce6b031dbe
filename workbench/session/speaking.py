"""Reading an answer aloud: sentence by sentence, the next one fetched while one is heard."""

import asyncio
import contextlib
import time
from bisect import bisect_right
from collections import deque
from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing
from dataclasses import dataclass, replace
from typing import Final, Literal, TypeAlias

from client import MAX_SPEECH_CHARACTERS, GroqClient, GroqError
from workbench.audio.capture import AudioUnavailable
from workbench.audio.playback import PlaybackEnded, PlaybackMoved, PlaybackStarted, SoundForm
from workbench.ports import DeviceChoices, Speaker
from workbench.session import sound_problems, spoken
from workbench.session.problems import Problem, problem_of

DEFAULT_SPEECH_MODEL: Final = "canopylabs/orpheus-v1-english"
DEFAULT_VOICE: Final = "hannah"
VOICES: Final = {
    "canopylabs/orpheus-v1-english": ("autumn", "diana", "hannah", "austin", "daniel", "troy"),
    "canopylabs/orpheus-arabic-saudi": ("abdullah", "fahad", "sultan", "lulwa", "noura", "aisha"),
}
"""Of each model, as documented in November 2026."""

_BITS: Final = 16
_SECONDS_AHEAD: Final = 30.0
_BETWEEN_PARTS: Final = 0.2
"""Seconds of silence, as between two sentences."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SpeakingBegan:
    """The first part was asked for; ``parts`` are what will be spoken, one after the other."""

    parts: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PartSpoken:
    """A part can be heard now.

    Attributes:
        number: from 1.
        after: seconds from the key to the first sound; ``None`` but for the first part.

    """

    number: int
    text: str
    after: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SpeakingEnded:
    """Always the last.

    Attributes:
        reason: "spoken" to the end, "stopped" by a person, "nothing" to say, or "failed".
        heard: how many parts were heard to their end.
        problem: ``None`` unless it failed.
        command: the one command that helps on this system, "" where none does.

    """

    reason: Literal["spoken", "stopped", "nothing", "failed"]
    heard: int
    problem: Problem | None = None
    command: str = ""


SpeakingUpdate: TypeAlias = SpeakingBegan | PartSpoken | SpeakingEnded


class Speaking:
    """Reads text aloud, one text at a time.

    Attributes:
        model: that speaks.
        voice: one of the model's.

    """

    def __init__(
        self,
        groq: GroqClient,
        *,
        speaker: Speaker,
        choices: DeviceChoices,
        model: str = DEFAULT_SPEECH_MODEL,
        voice: str = DEFAULT_VOICE,
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        self.model = model
        self.voice = voice
        self._groq = groq
        self._speaker = speaker
        self._choices = choices
        self._now = now
        self._fetched: _Fetched | None = None

    async def speak(self, markdown: str) -> AsyncGenerator[SpeakingUpdate, None]:
        """Read an answer aloud, and yield what happens until it ended."""
        pieces = await asyncio.to_thread(_parts, markdown)
        if not pieces:
            yield SpeakingEnded(reason="nothing", heard=0)
            return
        asked = self._now()
        yield SpeakingBegan(parts=pieces)
        await self._speaker.stop()
        fetched = self._fetched = _Fetched()
        fetching = asyncio.create_task(self._fetch(pieces, fetched))
        try:
            form = await fetched.form()
            if form is None:
                yield self._ended(None, fetched, heard=0)
                return
            if fetched.stopped:
                yield SpeakingEnded(reason="stopped", heard=0)
                return
            heard, end = 0, None
            playing = self._speaker.play(fetched.sound(), form, device=self._choices.get("output"))
            async with aclosing(playing) as events:
                async for event in events:
                    match event:
                        case PlaybackStarted():
                            heard = 1
                            after = self._now() - asked
                            yield PartSpoken(number=1, text=pieces[0], after=after)
                        case PlaybackMoved(seconds=seconds):
                            while heard < fetched.part_at(seconds):
                                heard += 1
                                yield PartSpoken(number=heard, text=pieces[heard - 1])
                        case PlaybackEnded() | AudioUnavailable():
                            end = event
                        case _:
                            pass
            yield self._ended(end, fetched, heard=heard)
        finally:
            self._fetched = None
            fetching.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await fetching

    async def stop(self) -> None:
        """Be silent, now; before the first sound, too."""
        if self._fetched is not None:
            self._fetched.stop()
        await self._speaker.stop()

    async def _fetch(self, pieces: tuple[str, ...], fetched: "_Fetched") -> None:
        try:
            for piece in pieces:
                async with self._groq.audio.stream_speech(
                    model=self.model, voice=self.voice, input=piece
                ) as speech:
                    form = SoundForm(rate=speech.sample_rate, channels=speech.channels)
                    await fetched.begin(form, bits=speech.bits)
                    async for samples in speech:
                        await fetched.put(samples)
        except GroqError as error:
            fetched.problem = problem_of(error, now=self._groq.now())
        except _UnplayableError as error:
            fetched.problem = Problem(title="This sound cannot be played", explanation=str(error))
        finally:
            fetched.close()

    def _ended(
        self, end: PlaybackEnded | AudioUnavailable | None, fetched: "_Fetched", *, heard: int
    ) -> SpeakingEnded:
        if isinstance(end, AudioUnavailable):
            return SpeakingEnded(
                reason="failed",
                heard=0,
                problem=replace(sound_problems.unavailable(end), kept="The answer is as it was."),
                command=end.command,
            )
        if fetched.stopped or (end is not None and end.reason == "stopped"):
            return SpeakingEnded(reason="stopped", heard=max(0, heard - 1))
        if fetched.problem is not None:
            kept = replace(fetched.problem, kept="The answer is as it was.")
            return SpeakingEnded(reason="failed", heard=heard, problem=kept)
        if end is not None and end.reason == "played":
            return SpeakingEnded(reason="spoken", heard=heard)
        problem = sound_problems.silenced(end) if end is not None else None
        return SpeakingEnded(reason="failed", heard=max(0, heard - 1), problem=problem)


def _parts(markdown: str) -> tuple[str, ...]:
    return spoken.parts(spoken.plain(markdown), MAX_SPEECH_CHARACTERS)


class _UnplayableError(Exception):
    """The service sent another form of sound than can be played on."""


class _Fetched:
    """Sound that was fetched and not played yet: half a minute of it at most."""

    def __init__(self) -> None:
        self.problem: Problem | None = None
        self.stopped = False
        self._form: SoundForm | None = None
        self._pieces: deque[bytes] = deque()
        self._stored = 0
        self._received = 0
        self._begins: list[float] = []  # the moment of each part, in seconds of sound
        self._closed = False
        self._changed = asyncio.Event()
        self._taken = asyncio.Event()

    async def begin(self, form: SoundForm, *, bits: int) -> None:
        """A part begins; all have the form of the first. Raises _UnplayableError."""
        if bits != _BITS or self._form not in (None, form):
            raise _UnplayableError(f"The service sent {bits} bits at {form.rate} Hz.")
        if self._form is None:
            self._form = form
        else:
            samples = int(_BETWEEN_PARTS * form.rate)
            await self.put(bytes(samples * form.channels * 2))
        self._begins.append(self._received / form.bytes_per_second)
        self._changed.set()

    async def put(self, samples: bytes) -> None:
        """Store samples; waits while there is enough."""
        assert self._form is not None  # noqa: S101 - a part began
        while self._stored > _SECONDS_AHEAD * self._form.bytes_per_second:
            self._taken.clear()
            await self._taken.wait()
        self._pieces.append(samples)
        self._stored += len(samples)
        self._received += len(samples)
        self._changed.set()

    def stop(self) -> None:
        """Nobody wants to hear it any more."""
        self.stopped = True
        self._pieces.clear()
        self.close()

    def close(self) -> None:
        """No more will come."""
        self._closed = True
        self._changed.set()

    async def form(self) -> SoundForm | None:
        """The form of the sound, as soon as it is known; ``None`` when none comes."""
        while self._form is None and not self._closed:
            self._changed.clear()
            await self._changed.wait()
        return self._form

    async def sound(self) -> AsyncGenerator[bytes, None]:
        """The samples, as they come."""
        while True:
            while not self._pieces:
                if self._closed:
                    return
                self._changed.clear()
                await self._changed.wait()
            piece = self._pieces.popleft()
            self._stored -= len(piece)
            self._taken.set()
            yield piece

    def part_at(self, seconds: float) -> int:
        """The part, from 1, that is heard at that moment of the sound."""
        return max(1, bisect_right(self._begins, seconds))
