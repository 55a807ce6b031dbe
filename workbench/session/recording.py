"""A recording while it is made: what a person sees of it, and what they may do.

The session yields events and is called; it knows no widget. The sound is on disk before anything
here hears of it: cancelling whoever iterates ``record`` finishes the file, and nothing is lost.
"""

from collections.abc import AsyncGenerator, AsyncIterator, Callable
from contextlib import aclosing
from typing import Final, Literal

from workbench.audio.capture import (
    AudioUnavailable,
    CaptureEnded,
    CaptureOpened,
    PcmCaptured,
)
from workbench.audio.devices import DeviceChoice, DeviceList
from workbench.ports import DeviceChoices, Microphone, RecordingFolder, Speaker
from workbench.session import sound_problems
from workbench.session.listeners import Listeners
from workbench.session.recording_updates import (
    LevelShown,
    Phase,
    RecordingArmed,
    RecordingBroken,
    RecordingCancelled,
    RecordingCompleted,
    RecordingFailed,
    RecordingOutcome,
    RecordingStatus,
    RecordingUpdate,
    Trouble,
    TroubleBegan,
    TroubleEnded,
)
from workbench.session.take import Take

_DISK_LEAST: Final = 60.0
_BYTES_PER_SAMPLE: Final = 2


class RecordingSession:
    """Makes recordings, one at a time.

    Args:
        speaker: is silenced before the microphone opens, lest it be recorded.
        choices: which microphone was chosen last.

    Attributes:
        auto_stop: stop after so many seconds of silence, ``None`` never; may change at any time.

    """

    def __init__(
        self,
        *,
        microphone: Microphone,
        folder: RecordingFolder,
        choices: DeviceChoices,
        speaker: Speaker | None = None,
    ) -> None:
        self.auto_stop: float | None = None
        self._microphone = microphone
        self._folder = folder
        self._choices = choices
        self._speaker = speaker
        self._listeners = Listeners(microphone.hand_on)
        self._status = RecordingStatus()
        self._subscribers: list[Callable[[RecordingStatus], None]] = []
        self._take: Take | None = None

    @property
    def status(self) -> RecordingStatus:
        """How it stands."""
        return self._status

    @property
    def choice(self) -> DeviceChoice | None:
        """The microphone to record from, ``None`` for the system's default."""
        return self._choices.get("input")

    def choose(self, choice: DeviceChoice | None) -> None:
        """Record from another microphone, from the next recording on."""
        self._choices.put("input", choice)

    def subscribe(self, tell: Callable[[RecordingStatus], None]) -> Callable[[], None]:
        """Have ``tell(status)`` called when it changes, at most once a second for the time alone.

        Call the result to end that.
        """
        self._subscribers.append(tell)
        return lambda: self._subscribers.remove(tell)

    def listen(self, *, seconds: float = 30.0) -> AsyncIterator[PcmCaptured]:
        """The sound of the running or the next recording, as it comes, until it ends.

        A listener that is slower than the microphone by more than ``seconds`` loses the oldest
        sound, which ``start`` of the next piece shows.
        """
        return self._listeners.add(seconds)

    async def prepare(self) -> None:
        """Get the microphone ready, so that the next recording begins at once."""
        await self._microphone.prepare()

    async def devices(self) -> DeviceList:
        """The microphones there are. Raises AudioUnavailableError."""
        return await self._microphone.devices()

    def record(
        self, device: DeviceChoice | Literal["chosen"] | None = "chosen"
    ) -> AsyncGenerator[RecordingUpdate, None]:
        """Record, and yield what happens until the outcome, which is always the last.

        ``device`` instead of the chosen one is for this recording alone. Nothing happens while
        another recording runs.
        """
        return self._record(self.choice if device == "chosen" else device)

    async def preview(
        self, device: DeviceChoice | Literal["chosen"] | None = "chosen"
    ) -> AsyncGenerator[LevelShown | TroubleBegan | TroubleEnded | RecordingFailed, None]:
        """How loud a microphone is, without recording; until it is closed, or fails.

        Nothing happens while a recording runs.
        """
        if self._take is not None:
            return
        choice = self.choice if device == "chosen" else device
        take = Take(lambda: None)
        async with aclosing(self._microphone.capture(None, device=choice)) as events:
            async for event in events:
                if isinstance(event, CaptureEnded | AudioUnavailable):
                    yield self._unheard(event, choice)
                    return
                if self._status.phase != "idle":  # a recording began, and has the microphone
                    return
                for update in take.take(event):
                    if isinstance(update, LevelShown | TroubleBegan | TroubleEnded):
                        yield update

    def pause(self) -> None:
        """Leave out what is said from now on."""
        if self._take is not None and self._status.phase == "recording":
            self._microphone.pause()

    def resume(self) -> None:
        """Record again, into the same file."""
        if self._take is not None and self._status.phase == "paused":
            self._microphone.resume()

    def stop(self) -> None:
        """Record a last moment, and finish."""
        self._end(cancelled=False)

    def cancel(self) -> None:
        """Finish at once, and move it to the trash."""
        self._end(cancelled=True)

    def _end(self, *, cancelled: bool) -> None:
        if self._take is not None:
            self._take.end_asked = "cancel" if cancelled else "stop"
            self._tell(phase="stopping")
            self._microphone.stop(cancelled=cancelled)

    async def _record(self, device: DeviceChoice | None) -> AsyncGenerator[RecordingUpdate, None]:
        if self._take is not None:
            return
        self._take = take = Take(self._auto_stop_of)
        self._tell(phase="arming", seconds=0.0, trouble=None)
        try:
            if self._speaker is not None:
                await self._speaker.stop()
            try:
                take.path = await self._folder.new()
                size = await self._folder.size()
            except OSError as error:
                yield RecordingFailed(problem=sound_problems.unwritable(error))
                return
            if size.free is not None and size.free < _DISK_LEAST * 48_000 * _BYTES_PER_SAMPLE:
                yield RecordingFailed(problem=sound_problems.disk_full(size.folder))
                return
            yield RecordingArmed(path=take.path, device=device)
            if take.end_asked:
                yield RecordingCancelled(discarded=None)
                return
            async for update in self._run(take, device):
                yield update
        finally:
            self._take = None
            self._listeners.end()
            self._tell(phase="idle", seconds=0.0, trouble=None)

    async def _run(
        self, take: Take, device: DeviceChoice | None
    ) -> AsyncGenerator[RecordingUpdate, None]:
        end: CaptureEnded | AudioUnavailable | None = None
        async with aclosing(self._microphone.capture(take.path, device=device)) as events:
            self._listeners.begin()
            async for event in events:
                if isinstance(event, PcmCaptured):
                    self._listeners.take(event)
                    continue
                if isinstance(event, CaptureEnded | AudioUnavailable):
                    end = event
                    continue
                if isinstance(event, CaptureOpened) and take.end_asked:
                    # it was asked for before there was anything to end
                    self._microphone.stop(cancelled=take.end_asked == "cancel")
                for update in take.take(event):
                    yield update
                self._show(take)
                if take.stop_now:
                    self.stop()
        if end is not None:
            yield await self._outcome(take, end, device)

    async def _outcome(
        self, take: Take, end: CaptureEnded | AudioUnavailable, device: DeviceChoice | None
    ) -> RecordingOutcome:
        if isinstance(end, AudioUnavailable):
            return self._unheard(end, device)
        kept = end.reason in ("stopped", "cancelled")
        try:
            if not end.samples:
                await self._folder.drop_empty(take.path)
                if kept:
                    return RecordingCancelled(discarded=None)
                return self._unheard(end, device)
            recording = await self._folder.describe(
                take.path, device=take.device, note="" if kept else sound_problems.broken(end).title
            )
            if end.reason == "cancelled":
                return RecordingCancelled(discarded=await self._folder.discard(recording))
        except OSError as error:
            return RecordingFailed(problem=sound_problems.unwritable(error))
        if kept:
            return RecordingCompleted(recording=recording, by="silence" if take.stop_now else "key")
        return RecordingBroken(recording=recording, problem=sound_problems.broken(end))

    def _auto_stop_of(self) -> float | None:
        return self.auto_stop

    def _unheard(
        self, end: CaptureEnded | AudioUnavailable, device: DeviceChoice | None
    ) -> RecordingFailed:
        """Why a microphone cannot be heard."""
        if isinstance(end, CaptureEnded):
            return RecordingFailed(problem=sound_problems.nothing_recorded(end))
        return RecordingFailed(
            problem=sound_problems.unavailable(end),
            command=end.command,
            missing=device if end.reason == "no-device" else None,
        )

    def _show(self, take: Take) -> None:
        """Tell the subscribers what changed, the time once a second."""
        phase = "stopping" if self._status.phase == "stopping" else take.phase
        old = self._status
        if (phase, take.trouble, int(take.seconds)) != (old.phase, old.trouble, int(old.seconds)):
            self._tell(phase=phase, seconds=take.seconds, trouble=take.trouble)

    def _tell(
        self,
        *,
        phase: Phase,
        seconds: float | None = None,
        trouble: Trouble | Literal["same"] | None = "same",
    ) -> None:
        self._status = RecordingStatus(
            phase=phase,
            seconds=self._status.seconds if seconds is None else seconds,
            trouble=self._status.trouble if trouble == "same" else trouble,
        )
        for tell in tuple(self._subscribers):
            tell(self._status)
