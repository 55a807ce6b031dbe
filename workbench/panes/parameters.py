"""The side panel: the system prompt and how to answer; what is left blank the service decides."""

from dataclasses import replace
from typing import Any, cast

from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal, VerticalScroll
from textual.content import Content
from textual.message import Message
from textual.widgets import Input, Label, TextArea

from workbench.session.chat import ChatParameters
from workbench.widgets.choice import Choice
from workbench.widgets.parameter_values import (
    EFFORTS,
    FORMATS,
    NUMBER_FIELDS,
    InvalidParameterError,
    NumberField,
)


class ParametersPane(VerticalScroll, can_focus=False):
    """Fields that are checked as they are typed. Posts ``Changed`` with every new value."""

    class Changed(Message):
        """The next question is to be asked like this."""

        def __init__(self, parameters: ChatParameters) -> None:
            super().__init__()
            self.parameters = parameters

    def __init__(self, parameters: ChatParameters, *, id: str | None = None) -> None:  # noqa: A002 - Textual's name
        super().__init__(id=id)
        self._parameters = parameters
        self._problems: dict[str, str] = {}

    @property
    def unsent(self) -> tuple[str, ...]:
        """What is typed and yet not sent, because it cannot be; the default goes in its place."""
        return tuple(self._problems.values())

    def compose(self) -> ComposeResult:
        """The system prompt, then a line for each parameter."""
        now = self._parameters
        yield Label(Content.styled("System prompt", "bold"))
        yield TextArea(
            now.system_prompt,
            id="system-prompt",
            compact=True,
            tab_behavior="focus",
            highlight_cursor_line=False,
            placeholder="none",
        )
        for field in NUMBER_FIELDS:
            value = getattr(now, field.name)
            with Horizontal(classes="field"):
                yield Label(Content(field.label), classes="field-name")
                yield Input(
                    _typed(value),
                    placeholder="default",
                    id=field.name.replace("_", "-"),
                    name=field.name,
                    compact=True,
                    select_on_focus=True,
                )
                yield Label(
                    Content.styled(field.hint, "$foreground 60%"),
                    id=f"{field.name.replace('_', '-')}-note",
                    classes="note",
                )
        yield Label(Content("Reasoning effort"), classes="choice-name")
        yield Choice(EFFORTS, chosen=_place(now.reasoning_effort, EFFORTS), id="effort")
        yield Label(Content("Reasoning format"), classes="choice-name")
        yield Choice(FORMATS, chosen=_place(now.reasoning_format, FORMATS), id="format")
        yield Label(
            Content.styled(
                "The next question is asked like this. Esc goes back.", "$foreground 60%"
            ),
            id="parameters-hint",
        )

    def on_mount(self) -> None:
        """Keep the cursors still: a blinking one would wake an idle workbench twice a second."""
        for number in self.query(Input):
            number.cursor_blink = False
        self.query_one(TextArea).cursor_blink = False

    def take_focus(self) -> None:
        """Begin at the system prompt."""
        self.query_one("#system-prompt").focus()

    @on(TextArea.Changed, "#system-prompt")
    def _system_prompt_typed(self, event: TextArea.Changed) -> None:
        event.stop()
        self._change(system_prompt=event.text_area.text)

    @on(Input.Changed)
    def _number_typed(self, event: Input.Changed) -> None:
        event.stop()
        field = next(field for field in NUMBER_FIELDS if field.name == event.input.name)
        try:
            value = field.value(event.value)
        except InvalidParameterError as error:
            self._note(field, event.input, problem=str(error))
            value = None
        else:
            self._note(field, event.input, problem="")
        self._change(**{field.name: value})

    @on(Choice.Changed)
    def _chosen(self, event: Choice.Changed) -> None:
        event.stop()
        name = "reasoning_effort" if event.choice.id == "effort" else "reasoning_format"
        self._change(**{name: event.choice.value})

    def _note(self, field: NumberField, box: Input, *, problem: str) -> None:
        box.set_class(bool(problem), "-wrong")
        if problem:
            self._problems[field.name] = f"{field.label} ({problem})"
        else:
            self._problems.pop(field.name, None)
        note = self.query_one(f"#{box.id}-note", Label)
        # What is wrong is not sent: the service's default is used until it is right.
        text = f"✗ {problem}" if problem else field.hint
        note.update(Content.styled(text, "$text-error" if problem else "$foreground 60%"))

    def _change(self, **changes: object) -> None:
        # The names are checked by the fields above; replace() cannot know them.
        parameters = replace(self._parameters, **cast("Any", changes))
        if parameters != self._parameters:
            self._parameters = parameters
            self.post_message(self.Changed(parameters))


def _typed(value: float | None) -> str:
    return "" if value is None else str(value)


def _place(value: str | None, options: tuple[str, ...]) -> int:
    return options.index(value) if value in options else 0
