"""What the application needs of the machine, as small protocols."""

from __future__ import annotations  # the first paint needs two of these, and none of their types

from collections.abc import AsyncGenerator, AsyncIterable
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from workbench.audio.capture import CaptureEvent
    from workbench.audio.devices import DeviceChoice, DeviceList, Direction
    from workbench.audio.playback import OpenSound, PlaybackEvent, SoundForm
    from workbench.audio.recordings import Discarded, FolderSize, Recording
    from workbench.listing import ModelListing
    from workbench.measurement import Measurement, Series
    from workbench.tool_runs import FoundFunctions, ToolOutcome, ToolRun


class Clipboard(Protocol):
    """The desktop's clipboard."""

    @property
    def route(self) -> str:
        """What puts text there, as a person knows it; "" where nothing does."""

    async def put(self, text: str) -> bool:
        """Put text there; says whether that worked. Never raises for what goes wrong."""


class PromptHistory(Protocol):
    """The prompts of earlier, oldest first."""

    def entries(self) -> tuple[str, ...]:
        """What was asked before, without repetitions of the same prompt in a row."""

    def add(self, prompt: str) -> None:
        """Remember one more. Never raises: a history that cannot be written is only shorter."""


class MeasurementStore(Protocol):
    """What was measured in earlier runs."""

    @property
    def note(self) -> str:
        """What is wrong with the place, "" while measurements are kept for the next run."""

    async def load(self, series: Series) -> tuple[Measurement, ...]:
        """The newest measurements of each model, oldest first. Never raises for what goes wrong."""

    def add(self, series: Series, measurement: Measurement) -> None:
        """Keep one more, soon; waits for nothing and raises for nothing that goes wrong."""


class Microphone(Protocol):
    """Records into a file; one recording at a time. Calls never wait for the sound system."""

    async def prepare(self) -> None:
        """Get ready, so that the next recording begins at once. Never raises."""

    async def devices(self) -> DeviceList:
        """What there is to record from, looked up anew. Raises AudioUnavailableError."""

    def capture(
        self, path: Path | None, *, device: DeviceChoice | None
    ) -> AsyncGenerator[CaptureEvent, None]:
        """Record into a new file and tell what happens; the last is how it ended.

        Closing it early finishes the file, as ``stop`` does. ``device`` is ``None`` for the
        system's default. Without a path nothing is recorded, and the levels are told.
        """

    def pause(self) -> None:
        """Leave out what is said from now on."""

    def resume(self) -> None:
        """Record again, into the same file."""

    def stop(self, *, cancelled: bool = False) -> None:
        """Record a last moment and finish the file; one that was cancelled ends at once."""

    def hand_on(self, *, on: bool) -> None:
        """Whether to tell the sound itself too, now and in the next recording."""


class Speaker(Protocol):
    """Plays one sound at a time; what is played when another begins is stopped."""

    async def devices(self) -> DeviceList:
        """What there is to play on, looked up anew. Raises AudioUnavailableError."""

    def play(
        self, sound: AsyncIterable[bytes], form: SoundForm, *, device: DeviceChoice | None
    ) -> AsyncGenerator[PlaybackEvent, None]:
        """Play and tell what happens; the last is how it ended. Closing it early is silence."""

    def pause(self) -> None:
        """Hold on."""

    def resume(self) -> None:
        """Go on where it was."""

    async def stop(self) -> None:
        """Be silent, now; returns when it is. Nothing where nothing plays."""


class SoundReader(Protocol):
    """Sound files, read in blocks, never whole."""

    async def open(self, path: Path, *, start: float = 0.0, end: float | None = None) -> OpenSound:
        """Open one from ``start`` to ``end`` seconds.

        Raises:
            OSError: it cannot be read, or nothing here reads its kind; the reason is for a person.

        """


class RecordingFolder(Protocol):
    """Recordings on disk. Every call may raise ``OSError``, with a reason for a person to read."""

    async def new(self) -> Path:
        """The name of a file that is not there yet."""

    async def recordings(self) -> tuple[Recording, ...]:
        """All that there are, the newest first."""

    async def get(self, path: Path) -> Recording:
        """One of them."""

    async def describe(self, path: Path, *, device: str = "", note: str = "") -> Recording:
        """Put its header right where it is not, and write down beside it what is known of it."""

    async def drop_empty(self, path: Path) -> None:
        """Remove a file in which there is no sound; one with sound stays."""

    async def accept(self, recording: Recording) -> Recording:
        """An interrupted recording is known and kept: it is a whole one from now on."""

    async def rename(self, recording: Recording, title: str) -> Recording:
        """Call it something else."""

    async def attach(self, recording: Recording, transcript: Path | None) -> Recording:
        """Remember where its transcript is."""

    async def discard(self, recording: Recording) -> Discarded:
        """Move it to the trash, with all that belongs to it."""

    async def restore(self, discarded: Discarded) -> Recording:
        """Take it out of the trash."""

    async def size(self) -> FolderSize:
        """Where they lie and how large they are."""


class DeviceChoices(Protocol):
    """Which devices were chosen last."""

    def get(self, direction: Direction) -> DeviceChoice | None:
        """The remembered one, ``None`` for the system's default."""

    def put(self, direction: Direction, choice: DeviceChoice | None) -> None:
        """Remember another. Never raises: one that cannot be written is forgotten at the end."""


class ToolRunner(Protocol):
    """Runs tools of one kind, apart from the application."""

    def folder(self, run: ToolRun) -> str:
        """Where it will run: the working folder, or the server; "" where that means nothing."""

    async def run(self, run: ToolRun) -> ToolOutcome:
        """Run it and wait. Cancelling ends it at once. Never raises for what goes wrong."""


class FunctionFinder(Protocol):
    """Finds out which functions a Python file offers."""

    async def digest(self, path: Path) -> str:
        """What the file holds, as a digest; runs nothing. Raises OSError."""

    async def find(self, path: Path, *, code: str) -> FoundFunctions:
        """Run the file, apart from the application, if it is still what ``code`` says."""


class ModelListStore(Protocol):
    """A service's last list of models."""

    async def load(self) -> ModelListing | None:
        """The list, ``None`` without one that can be read. Never raises for what goes wrong."""

    async def save(self, listing: ModelListing) -> None:
        """Keep this one from now on. Never raises: without it there is only an older one."""


class FileMaker(Protocol):
    """Writes texts into new files, never over one that is there."""

    @property
    def folder(self) -> Path:
        """Where names without a folder go."""

    async def write(self, name: str, text: str) -> Path:
        """Write it whole, and give where it is. Raises FileExistsError, OSError."""
