"""What is to be raced: models to mark, a prompt, how often. Says before what the limits allow."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any, cast

from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.content import Content
from textual.message import Message
from textual.widgets import Input, Label, Static, TextArea

from workbench.session.race.forecast import Shortage
from workbench.session.race.setup import MOST, RaceSetup
from workbench.widgets.choice import Choice
from workbench.widgets.figures import plural
from workbench.widgets.ground import GroundHorizontal, GroundVertical
from workbench.widgets.parameter_values import InvalidParameterError, NumberField
from workbench.widgets.race.fields import FIELDS, STARTS
from workbench.widgets.race.lane_list import LaneList

_MUTED = "$foreground 60%"


class SetupPane(GroundVertical):
    """Posts ``Changed`` with every new setup. What is wrong in a field is not taken over."""

    class Changed(Message):
        """The race is to be run like this; ``wrong`` names a field that has to be put right."""

        def __init__(self, setup: RaceSetup, wrong: str) -> None:
            super().__init__()
            self.setup = setup
            self.wrong = wrong

    def __init__(self, setup: RaceSetup, *, id: str | None = None) -> None:  # noqa: A002 - Textual's name
        super().__init__(id=id)
        self._setup = setup
        self._wrong: dict[str, str] = {}  # labels of fields, by name

    def compose(self) -> ComposeResult:
        """Lanes on the left, what they are asked and how on the right, notes below."""
        with GroundHorizontal(id="race-columns"):
            with GroundVertical(id="race-lanes"):
                with GroundHorizontal(id="race-lanes-head"):
                    yield Static(id="race-lanes-title")
                    yield Static(Content.styled("tok/s here", _MUTED), id="race-lanes-speed")
                yield LaneList(id="race-list")
            with GroundVertical(id="race-how"):
                yield Label(Content.styled("Prompt", "bold"))
                yield TextArea(
                    self._setup.prompt,
                    id="race-prompt",
                    compact=True,
                    tab_behavior="focus",
                    highlight_cursor_line=False,
                    placeholder="What every model is asked",
                )
                for field in FIELDS:
                    yield from self._field(field)
                with Horizontal(classes="field"):
                    yield Label(Content("Start"), classes="field-name")
                    yield Choice(STARTS, chosen=int(self._setup.start == "in turns"), id="start")
        yield Static(id="race-notes")

    def _field(self, field: NumberField) -> ComposeResult:
        value = getattr(self._setup, field.name)
        with Horizontal(classes="field"):
            yield Label(Content(field.label), classes="field-name")
            yield Input(
                "" if value is None else f"{value:g}",
                placeholder="default",
                name=field.name,
                id=f"race-{field.name.replace('_', '-')}",
                compact=True,
                select_on_focus=True,
            )
            yield Label(
                Content.styled(field.hint, _MUTED),
                id=f"race-{field.name.replace('_', '-')}-note",
                classes="note",
            )

    def on_mount(self) -> None:
        """Keep the cursors still."""
        for box in self.query(Input):
            box.cursor_blink = False
        prompt = self.query_one(TextArea)
        prompt.cursor_blink = False
        prompt.move_cursor(prompt.document.end)
        self._count()

    # -- what the screen calls --------------------------------------------------------------

    def take_focus(self) -> None:
        """Begin where something is missing: at the models, or at the prompt."""
        enough = len(self._setup.models) > 1
        self.query_one("#race-prompt" if enough else "#race-list").focus()

    def show_models(self, models: Sequence[str], speeds: Mapping[str, float]) -> None:
        """Show which models there are, and how fast each was here."""
        self.query_one(LaneList).show(models, marked=self._setup.models, speeds=speeds)

    def show_notes(
        self, problems: Iterable[str], shortages: Iterable[Shortage], *, unknown: int = 0
    ) -> None:
        """Say what stands in the way, what the limits will not carry, and what the race costs.

        Empty problems are none. The limits of ``unknown`` models were never seen.
        """
        lines = [
            Content.assemble(("! ", "$text-warning"), (problem, _MUTED))
            for problem in problems
            if problem
        ]
        lines += [
            Content.assemble(
                ("✗ " if short.kind == "too large" else "! ", _colour(short)),
                (f"{short.model.rpartition('/')[2]}: ", "bold"),
                (short.text, _MUTED),
            )
            for short in shortages
        ]
        if not lines:
            cost = Content.styled(_cost(self._setup), _MUTED)
            lines = [cost, Content.styled(_not_known(unknown), _MUTED)] if unknown else [cost]
        self.query_one("#race-notes", Static).update(Content("\n").join(lines))

    # -- what the person does ---------------------------------------------------------------

    @on(LaneList.Marked)
    def _marked(self, event: LaneList.Marked) -> None:
        event.stop()
        self._change(models=event.models)
        self._count()

    @on(LaneList.Refused)
    def _refused(self, event: LaneList.Refused) -> None:
        event.stop()
        self.show_notes((f"At most {MOST} models can race: take a mark away first.",), ())

    @on(TextArea.Changed)
    def _prompt_typed(self, event: TextArea.Changed) -> None:
        event.stop()
        self._change(prompt=event.text_area.text)

    @on(Choice.Changed)
    def _start_chosen(self, event: Choice.Changed) -> None:
        event.stop()
        self._change(start="in turns" if event.choice.chosen else "together")

    @on(Input.Changed)
    def _number_typed(self, event: Input.Changed) -> None:
        event.stop()
        field = next(field for field in FIELDS if field.name == event.input.name)
        try:
            value = field.value(event.value)
        except InvalidParameterError as error:
            self._note(field, event.input, problem=str(error))
            self._wrong[field.name] = field.label
            self._change()
            return
        self._note(field, event.input, problem="")
        self._wrong.pop(field.name, None)
        self._change(**{field.name: 1 if value is None and field.name == "rounds" else value})

    def _note(self, field: NumberField, box: Input, *, problem: str) -> None:
        box.set_class(bool(problem), "-wrong")
        note = self.query_one(f"#{box.id}-note", Label)
        text = f"✗ {problem}" if problem else field.hint
        note.update(Content.styled(text, "$text-error" if problem else _MUTED))

    def _change(self, **changes: object) -> None:
        # The names are checked by the fields above; replace() cannot know them.
        self._setup = replace(self._setup, **cast("Any", changes))
        self.post_message(self.Changed(self._setup, next(iter(self._wrong.values()), "")))

    def _count(self) -> None:
        number = len(self._setup.models)
        self.query_one("#race-lanes-title", Static).update(
            Content.assemble(("Models", "bold"), (f"  {number} marked", _MUTED))
        )


def _cost(setup: RaceSetup) -> str:
    """What the race asks of each model, at most."""
    requests = plural(setup.rounds, "request")
    if setup.max_completion_tokens is None:
        return f"Each model gets {requests}; without a longest answer, their cost is unknown."
    tokens = setup.rounds * setup.admission_tokens
    return f"Each model gets {requests}, up to {tokens:,} tokens in all."


def _not_known(models: int) -> str:
    if models == 1:
        return "The limits of one model are not known before its first answer."
    return f"The limits of {models} models are not known before their first answers."


def _colour(short: Shortage) -> str:
    return "$text-error" if short.kind == "too large" else "$text-warning"
