"""Chooses the microphone, or the loudspeaker."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import ClassVar, Literal

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from workbench.audio.capture import AudioUnavailable
from workbench.audio.devices import Device, DeviceChoice, DeviceList, Direction
from workbench.neutralise import neutralise_line
from workbench.session.problems import Problem
from workbench.session.recording_updates import (
    LevelShown,
    RecordingFailed,
    TroubleBegan,
    TroubleEnded,
)
from workbench.widgets.sound.level_meter import LevelMeter

_MUTED = "$foreground 60%"
_TITLES: dict[Direction, str] = {"input": "Microphone", "output": "Loudspeaker"}
_TRIES: dict[Direction, str] = {"input": "Space hears it", "output": "Space sounds it"}


@dataclass(frozen=True, slots=True, kw_only=True)
class DeviceAnswer:
    """What was chosen; ``choice`` is ``None`` for the system's default, whatever that is."""

    choice: DeviceChoice | None


class DeviceChoiceScreen(ModalScreen[DeviceAnswer | None]):
    """The devices there are, the system's default first; ``None`` when nothing was chosen.

    Args:
        hear: called with a device to try: how loud a microphone is comes to ``show_heard``,
            whether a loudspeaker sounded to ``show_tried``.
        hush: called when that one need not be tried any more.

    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,d", "dismiss(None)", "Cancel"),
        Binding("a", "all", "All devices"),
        Binding("space", "hear", "Hear it"),
    ]

    def __init__(
        self,
        current: DeviceChoice | None,
        direction: Direction = "input",
        *,
        hear: Callable[[DeviceChoice | None], None],
        hush: Callable[[], None],
    ) -> None:
        super().__init__()
        self._direction = direction
        self._hear = hear
        self._hush = hush
        self._heard: DeviceChoice | Literal["nothing"] | None = "nothing"
        self._current = current
        self._found: DeviceList | None = None
        self._all = False
        self._shown: tuple[DeviceChoice | None, ...] = ()

    def compose(self) -> ComposeResult:
        """The list, and what is to be known of it."""
        with Vertical(classes="dialog", id="devices"):
            yield Static(
                Content.assemble(
                    ("▍", "$primary"),
                    (_TITLES[self._direction], "bold"),
                    (f"   Enter chooses · {_TRIES[self._direction]} · Esc", _MUTED),
                )
            )
            yield OptionList(id="device-list", markup=False, compact=True)
            if self._direction == "input":
                yield LevelMeter(id="device-level")
            yield Static(Content.styled("Looking …", _MUTED), id="device-note")

    def on_mount(self) -> None:
        """Begin with what is always there."""
        self._list()
        self.query_one(OptionList).focus()

    def show_devices(self, found: DeviceList) -> None:
        """Show what there is."""
        self._found = found
        self._list()

    def show_problem(self, unavailable: AudioUnavailable) -> None:
        """Say why there is nothing to show, and the one command that helps."""
        lines = [Content.styled(f"✗ {neutralise_line(unavailable.explanation)}", "$text-error")]
        if unavailable.command:
            command = neutralise_line(unavailable.command)
            lines.append(Content.assemble(("$ ", _MUTED), (command, "bold")))
        self._note(Content("\n").join(lines))

    def show_heard(
        self, update: LevelShown | TroubleBegan | TroubleEnded | RecordingFailed
    ) -> None:
        """Show how loud the one is that is tried, or why it cannot be heard."""
        if self._heard == "nothing":
            return
        match update:
            case LevelShown():
                self.query_one(LevelMeter).show_level(
                    update.rms, update.peak, at=update.seconds, clipped=update.clipped
                )
            case TroubleBegan(problem=problem) | RecordingFailed(problem=problem):
                told = f"✗ {neutralise_line(problem.title)}: {neutralise_line(problem.explanation)}"
                self._note(Content.styled(told, "$text-error"))
            case TroubleEnded():
                self._note_engine()

    def show_tried(self, problem: Problem | None) -> None:
        """Say why the loudspeaker did not sound; nothing when it did."""
        if self._heard == "nothing":
            return
        if problem is not None:
            told = f"✗ {neutralise_line(problem.title)}: {neutralise_line(problem.explanation)}"
            self._note(Content.styled(told, "$text-error"))
        self._heard = "nothing"

    def action_hear(self) -> None:
        """Try the one that is pointed at; or no longer."""
        index = self.query_one(OptionList).highlighted
        if index is None or index >= len(self._shown):
            return
        choice = self._shown[index]
        if self._heard == choice:
            self._quiet()
        else:
            self._quiet()
            self._heard = choice
            self._hear(choice)

    @on(OptionList.OptionHighlighted)
    def _highlighted(self, event: OptionList.OptionHighlighted) -> None:
        event.stop()
        if event.option_index < len(self._shown) and self._shown[event.option_index] != self._heard:
            self._quiet()

    def _quiet(self) -> None:
        """Try none: the meter rests."""
        if self._heard != "nothing":
            self._heard = "nothing"
            self._hush()
            for meter in self.query(LevelMeter):
                meter.rest()
            self._note_engine()

    def action_all(self) -> None:
        """Show those of little use, too; or hide them again."""
        self._all = not self._all
        self._list()

    @on(OptionList.OptionSelected)
    def _selected(self, event: OptionList.OptionSelected) -> None:
        event.stop()
        self.dismiss(DeviceAnswer(choice=self._shown[event.option_index]))

    def _list(self) -> None:
        found = self._found
        devices = [d for d in found.devices if self._all or not d.extra] if found else []
        rows = [self._default_row(found), *(self._row(device) for device in devices)]
        choices: list[DeviceChoice | None] = [None, *(device.choice for device in devices)]
        if self._current is not None and self._current not in choices:
            choices.append(self._current)
            gone = f"{neutralise_line(self._current.shown)}  "
            what = "looking for it" if found is None else "not there now"
            rows.append(Content.assemble("● ", (gone, "$foreground"), (what, "$text-warning")))
        self._shown = tuple(choices)
        options = self.query_one(OptionList)
        options.set_options([Option(row) for row in rows])
        options.highlighted = choices.index(self._current)
        if found is not None:
            self._note_engine()

    def _note_engine(self) -> None:
        """Say who found them, and whether there are more."""
        found = self._found
        if found is None:
            return
        hidden = sum(device.extra for device in found.devices)
        more = f" · a shows {'fewer' if self._all else f'{hidden} more'}" if hidden else ""
        engine = neutralise_line(found.engine)
        who = f"by {engine}" if found.devices else f"{engine} finds none"
        told = f"{who}, on the machine this runs on{more}"
        self._note(Content.styled(told, _MUTED))

    def _note(self, told: Content) -> None:
        self.query_one("#device-note", Static).update(told)

    def _default_row(self, found: DeviceList | None) -> Content:
        leads = found.default if found else None
        where = f"  now {neutralise_line(leads.label)}" if leads else ""
        return Content.assemble(self._mark(None), ("System default", "bold"), (where, _MUTED))

    def _row(self, device: Device) -> Content:
        details = [neutralise_line(device.api)]
        if device.rate:
            details.append(f"{device.rate / 1000:g} kHz")
        if device.channels:
            details.append("mono" if device.channels == 1 else f"{device.channels} channels")
        if device.monitor:
            details.append("hears what is played")
        return Content.assemble(
            self._mark(device.choice),
            (neutralise_line(device.label), "$foreground"),
            ("  " + " · ".join(details), _MUTED),
        )

    def _mark(self, choice: DeviceChoice | None) -> Content:
        return Content.styled("● " if choice == self._current else "  ", "$primary")
