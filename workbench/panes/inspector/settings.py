"""The side panel: how the next request is made, tools first."""

from dataclasses import replace
from typing import Final

from textual import on
from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.content import Content
from textual.message import Message
from textual.widgets import Label

from workbench.panes.parameters import ParametersPane
from workbench.session.inspector.settings import InspectorSettings
from workbench.widgets.choice import Choice

_CHOICES: Final = ("auto", "required", "none")
_PARALLEL: Final = ("default", "on", "off")
_CHECKS: Final = ("on", "off")


class SettingsPane(VerticalScroll, can_focus=False):
    """Choices about tools, then the parameters of any chat. Posts ``Changed``."""

    class Changed(Message):
        """The next request is to be made like this."""

        def __init__(self, settings: InspectorSettings) -> None:
            super().__init__()
            self.settings = settings

    def __init__(self, settings: InspectorSettings, *, id: str | None = None) -> None:  # noqa: A002 - Textual's name
        super().__init__(id=id)
        self._settings = settings

    def compose(self) -> ComposeResult:
        """The tools' part, then the rest."""
        now = self._settings
        chosen = _CHOICES.index(now.tool_choice) if now.tool_choice in _CHOICES else 0
        parallel = {None: 0, True: 1, False: 2}[now.parallel_tool_calls]
        yield Label(Content.styled("Tools", "bold"))
        yield Label(Content("Tool choice"), classes="choice-name")
        yield Choice(_CHOICES, chosen=chosen, id="tool-choice")
        yield Label(Content("Several calls in one reply"), classes="choice-name")
        yield Choice(_PARALLEL, chosen=parallel, id="parallel")
        yield Label(Content("The service checks calls"), classes="choice-name")
        yield Choice(_CHECKS, chosen=0 if now.check_calls else 1, id="check-calls")
        yield ParametersPane(now.parameters, id="parameters-pane")

    def take_focus(self) -> None:
        """Begin at the tool choice."""
        self.query_one("#tool-choice").focus()

    @on(Choice.Changed, "#tool-choice")
    def _tool_choice(self, event: Choice.Changed) -> None:
        event.stop()
        self._change(replace(self._settings, tool_choice=_CHOICES[event.choice.chosen]))

    @on(Choice.Changed, "#parallel")
    def _parallel(self, event: Choice.Changed) -> None:
        event.stop()
        value = (None, True, False)[event.choice.chosen]
        self._change(replace(self._settings, parallel_tool_calls=value))

    @on(Choice.Changed, "#check-calls")
    def _check_calls(self, event: Choice.Changed) -> None:
        event.stop()
        self._change(replace(self._settings, check_calls=event.choice.chosen == 0))

    @on(ParametersPane.Changed)
    def _parameters(self, event: ParametersPane.Changed) -> None:
        event.stop()
        self._change(replace(self._settings, parameters=event.parameters))

    def _change(self, settings: InspectorSettings) -> None:
        if settings != self._settings:
            self._settings = settings
            self.post_message(self.Changed(settings))
