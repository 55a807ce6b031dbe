"""The recordings and the files opened in this session, the newest first."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import ClassVar, Final, Literal, TypeAlias

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.message import Message
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from workbench.audio.recordings import FolderSize, Recording
from workbench.neutralise import neutralise_line
from workbench.widgets.figures import plural
from workbench.widgets.ground import GroundVertical
from workbench.widgets.sound.clock import clock

_MUTED: Final = "$foreground 60%"
_ROOM: Final = 38
"""Cells of the folder's line; it is shown where there are as many."""
Mark: TypeAlias = Literal["", "transcript", "interrupted", "recording", "file"]
_MARKS: Final = {
    "": ("  ", _MUTED),
    "transcript": ("≡ ", "$text-success"),
    "interrupted": ("! ", "$text-warning"),
    "recording": ("● ", "$text-error"),
    "file": ("♪ ", _MUTED),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class SoundEntry:
    """One line of the list; ``seconds`` may be unknown, ``recording`` is ``None`` for a file."""

    path: Path
    title: str
    when: str = ""
    seconds: float | None = None
    mark: Mark = ""
    recording: Recording | None = None


def entry_of(recording: Recording, *, today: datetime) -> SoundEntry:
    """How a recording is listed; its day is told unless it is today.

    One that nobody gave a name is called by when it was made, and that is not told twice.
    """
    begun = recording.begun
    same = begun.date() == today.date()
    when = f"{begun:%H:%M}" if same else f"{begun:%d %b}"
    title = recording.title
    if title == f"{begun:%d %b %Y, %H:%M}":
        title, when = f"Today, {begun:%H:%M}" if same else f"{begun:%d %b, %H:%M}", ""
    mark: Mark = "transcript" if recording.transcript is not None else ""
    if recording.state != "whole":
        mark = recording.state
    return SoundEntry(
        path=recording.path,
        title=title,
        when=when,
        seconds=recording.seconds,
        mark=mark,
        recording=recording,
    )


def file_entry(path: Path, *, seconds: float | None = None) -> SoundEntry:
    """How an opened file is listed."""
    return SoundEntry(path=path, title=path.name, when="file", seconds=seconds, mark="file")


class _Rows(OptionList):
    """The list itself; what lies under Space is the recorder's."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("j", "cursor_down", "Down", show=False),
        Binding("k", "cursor_up", "Up", show=False),
    ]


class RecordingsPane(GroundVertical):
    """Posts ``Pointed`` for the one pointed at, ``Chosen`` for the one that Enter is pressed on."""

    class Pointed(Message):
        """Another sound is to be shown."""

        def __init__(self, entry: SoundEntry) -> None:
            super().__init__()
            self.entry = entry

    class Chosen(Message):
        """The reader goes into it."""

        def __init__(self, entry: SoundEntry) -> None:
            super().__init__()
            self.entry = entry

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 - Textual's name
        super().__init__(id=id)
        self._entries: tuple[SoundEntry, ...] = ()

    def compose(self) -> ComposeResult:
        """A heading, the rows, where they lie."""
        yield Static(id="recordings-head")
        yield _Rows(id="recordings-list", markup=False, compact=True)
        yield Static(id="recordings-foot")

    @property
    def entries(self) -> tuple[SoundEntry, ...]:
        """What is listed."""
        return self._entries

    @property
    def pointed(self) -> SoundEntry | None:
        """The one pointed at."""
        place = self.query_one(OptionList).highlighted
        return self._entries[place] if place is not None and place < len(self._entries) else None

    def show_entries(self, entries: tuple[SoundEntry, ...], *, select: Path | None = None) -> None:
        """List these; ``select`` is pointed at, else what was pointed at before."""
        before = self.pointed
        wanted = select or (before.path if before else None)
        self._entries = entries
        rows = self.query_one(OptionList)
        width = rows.size.width or 32
        with self.prevent(OptionList.OptionHighlighted):
            rows.set_options([Option(_row(entry, width)) for entry in entries])
            paths = [entry.path for entry in entries]
            if paths:
                rows.highlighted = paths.index(wanted) if wanted in paths else 0
        self.query_one("#recordings-head", Static).update(
            Content.assemble(("Recordings", "bold"), (f"  {len(entries)}", _MUTED))
        )

    def show_size(self, size: FolderSize) -> None:
        """Say where they lie and how large they are."""
        told = f"{_bytes(size.size)} in {plural(size.count, 'recording')}"
        self.query_one("#recordings-foot", Static).update(
            Content.assemble((told, _MUTED), "\n", (_short(size.folder, _ROOM), "$foreground 38%"))
        )

    def take_focus(self) -> None:
        """Let the arrows move here."""
        self.query_one(OptionList).focus()

    def on_resize(self) -> None:
        """Use the room there is."""
        self.call_after_refresh(self.show_entries, self._entries)

    @on(OptionList.OptionHighlighted)
    def _highlighted(self, event: OptionList.OptionHighlighted) -> None:
        event.stop()
        if (entry := self.pointed) is not None:
            self.post_message(self.Pointed(entry))

    @on(OptionList.OptionSelected)
    def _selected(self, event: OptionList.OptionSelected) -> None:
        event.stop()
        if event.option_index < len(self._entries):
            self.post_message(self.Chosen(self._entries[event.option_index]))


def _row(entry: SoundEntry, width: int) -> Content:
    """Mark, title, when and how long, each in its column."""
    mark, colour = _MARKS[entry.mark]
    length = "—" if entry.seconds is None else clock(entry.seconds)
    tail = f"{entry.when:>7}{length:>8}" if width >= 32 else f"{length:>8}"
    room = max(4, width - len(mark) - len(tail) - 1)
    title = Content(neutralise_line(entry.title)).truncate(room, ellipsis=True, pad=True)
    return Content.assemble((mark, colour), title, (tail, _MUTED), " ")


def _bytes(size: int) -> str:
    if size < 1_000_000:
        return f"{size / 1000:.0f} kB"
    return f"{size / 1_000_000:.1f} MB" if size < 1_000_000_000 else f"{size / 1e9:.2f} GB"


def _short(folder: Path, room: int) -> str:
    """The folder, with the home folder as a tilde; of a long one the end."""
    try:
        told = f"~/{folder.relative_to(Path.home())}"
    except (ValueError, RuntimeError):
        told = str(folder)
    told = neutralise_line(told)
    return told if len(told) <= room else f"…{told[1 - room :]}"
