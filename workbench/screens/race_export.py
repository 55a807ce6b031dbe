"""Writes a race into a new file: asks in which form and under which name."""

import asyncio
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Input, Label, Static

from workbench.neutralise import neutralise_line
from workbench.ports import FileMaker
from workbench.session.race.export import FORMS, Form, Report, proposed_name
from workbench.session.race.race import Race
from workbench.session.race.results import DECISIVE
from workbench.session.race.verdict import verdict
from workbench.session.service import Service
from workbench.widgets.choice import Choice

_MUTED = "$foreground 60%"


class ExportScreen(ModalScreen[Path | None]):
    """Gives where the race was written, ``None`` when the person went back."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "dismiss(None)", "Cancel", priority=True)
    ]

    def __init__(self, race: Race, *, service: Service, begun: datetime, files: FileMaker) -> None:
        super().__init__()
        self._files = files
        self._lanes = len(race.setup.models)
        self._report = Report(
            setup=race.setup,
            service=service,
            begun=begun,
            results=race.results,
            verdicts=(),
            stopped=race.stopped,
        )
        self._proposed = ""

    def compose(self) -> ComposeResult:
        """The form, the name, and where that is."""
        with Vertical(classes="dialog", id="race-export"):
            yield Static(
                Content.assemble(
                    ("▍", "$primary"),
                    ("Export the race", "bold"),
                    ("   Enter writes · Esc cancels", _MUTED),
                )
            )
            with Horizontal(classes="field"):
                yield Label(Content("Form"), classes="field-name")
                yield Choice(FORMS, id="race-export-form")
            with Horizontal(classes="field"):
                yield Label(Content("File"), classes="field-name")
                yield Input(id="race-export-name", compact=True)
            yield Static(id="race-export-note")

    def on_mount(self) -> None:
        """Propose a name."""
        box = self.query_one(Input)
        box.cursor_blink = False
        self._propose()
        folder = neutralise_line(str(self._files.folder))
        self._say(f"A new file in {folder}; Tab chooses the form.")
        box.focus()

    @property
    def _form(self) -> Form:
        return FORMS[self.query_one(Choice).chosen]

    @on(Choice.Changed)
    def _form_chosen(self, event: Choice.Changed) -> None:
        event.stop()
        self._propose()

    def _propose(self) -> None:
        """Fit the name to the form, unless the person has typed one."""
        box = self.query_one(Input)
        if box.value in ("", self._proposed):
            self._proposed = proposed_name(self._report, self._form)
            box.value = self._proposed
            box.cursor_position = len(self._proposed)

    @on(Input.Submitted)
    def _entered(self, event: Input.Submitted) -> None:
        event.stop()
        if name := event.value.strip():
            self.run_worker(self._write(name, self._form), exclusive=True)

    async def _write(self, name: str, form: Form) -> None:
        text = await asyncio.to_thread(self._written, form)
        try:
            self.dismiss(await self._files.write(name, text))
        except FileExistsError:
            self._say(
                "There is such a file, and it stays as it is: choose another name.", wrong=True
            )
        except OSError as error:
            reason = neutralise_line(error.strerror or str(error))
            self._say(f"It cannot be written: {reason}. Choose another name.", wrong=True)

    def _written(self, form: Form) -> str:
        results = self._report.results
        found = tuple(verdict(results, metric, self._lanes, intervals=True) for metric in DECISIVE)
        return replace(self._report, verdicts=found).written(form)

    def _say(self, text: str, *, wrong: bool = False) -> None:
        colour = "$text-error" if wrong else _MUTED
        self.query_one("#race-export-note", Static).update(Content.styled(text, colour))
