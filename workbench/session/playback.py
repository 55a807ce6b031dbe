"""Listening to a recording: from any moment, held, stopped."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import aclosing
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, TypeAlias

from workbench.audio.capture import AudioUnavailable
from workbench.audio.devices import DeviceChoice, DeviceList
from workbench.audio.playback import (
    PlaybackEnded,
    PlaybackMoved,
    PlaybackStalled,
    PlaybackStarted,
)
from workbench.ports import DeviceChoices, SoundReader, Speaker
from workbench.session import sound_problems
from workbench.session.chime import CHIME_FORM, chime
from workbench.session.problems import Problem


@dataclass(frozen=True, slots=True, kw_only=True)
class PlayingStarted:
    """It can be heard.

    Attributes:
        seconds: where in the file it began.
        duration: of the whole file, ``None`` when unknown.

    """

    path: Path
    seconds: float
    duration: float | None
    device: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PlayingMoved:
    """Where in the file what can be heard now lies, in seconds; ten times a second.

    Attributes:
        stalled: the loudspeaker takes nothing: it sleeps, or the sound server hangs.

    """

    seconds: float
    paused: bool = False
    stalled: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class PlayingEnded:
    """Always the last.

    Attributes:
        reason: "played" to its end, "stopped" by a person, or "failed".
        seconds: where in the file it ended.
        problem: ``None`` unless it failed.
        command: the one command that helps on this system, "" where none does.

    """

    reason: Literal["played", "stopped", "failed"]
    seconds: float
    problem: Problem | None = None
    command: str = ""


PlayingUpdate: TypeAlias = PlayingStarted | PlayingMoved | PlayingEnded


class Playback:
    """Plays sound files, one at a time; the one before is stopped."""

    def __init__(self, *, speaker: Speaker, reader: SoundReader, choices: DeviceChoices) -> None:
        self._speaker = speaker
        self._reader = reader
        self._choices = choices
        self._paused = False
        self._playing: Path | None = None

    @property
    def playing(self) -> Path | None:
        """The file that is played, ``None`` when none is."""
        return self._playing

    @property
    def paused(self) -> bool:
        """It is held."""
        return self._paused

    @property
    def choice(self) -> DeviceChoice | None:
        """The loudspeaker to play on, ``None`` for the system's default."""
        return self._choices.get("output")

    def choose(self, choice: DeviceChoice | None) -> None:
        """Play on another one, from the next sound on."""
        self._choices.put("output", choice)

    async def devices(self) -> DeviceList:
        """The loudspeakers there are. Raises AudioUnavailableError."""
        return await self._speaker.devices()

    async def play(
        self, path: Path, *, start: float = 0.0, end: float | None = None
    ) -> AsyncGenerator[PlayingUpdate, None]:
        """Play it from ``start`` to ``end`` seconds, and yield what happens until it ended."""
        await self._speaker.stop()
        try:
            sound = await self._reader.open(path, start=start, end=end)
        except OSError as error:
            problem = sound_problems.unreadable(error, path)
            yield PlayingEnded(reason="failed", seconds=start, problem=problem)
            return
        at = sound.start
        self._playing, self._paused = path, False
        try:
            async with aclosing(sound.blocks):
                playing = self._speaker.play(sound.blocks, sound.form, device=self.choice)
                async with aclosing(playing) as events:
                    async for event in events:
                        match event:
                            case PlaybackStarted():
                                yield PlayingStarted(
                                    path=path,
                                    seconds=sound.start,
                                    duration=sound.duration,
                                    device=event.device,
                                )
                            case PlaybackMoved():
                                at = sound.start + event.seconds
                                yield PlayingMoved(seconds=at, paused=event.paused)
                            case PlaybackStalled():
                                yield PlayingMoved(seconds=at, stalled=True)
                            case PlaybackEnded():
                                yield _ended(event, sound.start)
                            case AudioUnavailable():
                                yield PlayingEnded(
                                    reason="failed",
                                    seconds=at,
                                    problem=sound_problems.unavailable(event),
                                    command=event.command,
                                )
        except OSError as error:
            problem = sound_problems.unreadable(error, path)
            yield PlayingEnded(reason="failed", seconds=at, problem=problem)
        finally:
            self._playing, self._paused = None, False

    async def chime(self, device: DeviceChoice | None) -> Problem | None:
        """Let a loudspeaker sound, in the place of what plays; the problem when it cannot."""
        await self._speaker.stop()

        async def sound() -> AsyncGenerator[bytes, None]:
            yield await asyncio.to_thread(chime)

        playing = self._speaker.play(sound(), CHIME_FORM, device=device)
        async with aclosing(playing) as events:
            async for event in events:
                match event:
                    case AudioUnavailable():
                        return sound_problems.unavailable(event)
                    case PlaybackEnded(reason="lost" | "killed"):
                        return sound_problems.silenced(event)
                    case _:
                        pass
        return None

    def pause(self) -> None:
        """Hold it."""
        if self._playing is not None:
            self._paused = True
            self._speaker.pause()

    def resume(self) -> None:
        """Go on where it was held."""
        if self._playing is not None:
            self._paused = False
            self._speaker.resume()

    async def stop(self) -> None:
        """Be silent, now."""
        await self._speaker.stop()


def _ended(event: PlaybackEnded, start: float) -> PlayingEnded:
    seconds = start + event.seconds
    match event.reason:
        case "played" | "stopped":
            return PlayingEnded(reason=event.reason, seconds=seconds)
        case _:
            problem = sound_problems.silenced(event)
            return PlayingEnded(reason="failed", seconds=seconds, problem=problem)
