"""Chooses the model that the next question goes to."""

from collections.abc import Mapping
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Input, OptionList, Static
from textual.widgets.option_list import Option

from client import Model
from workbench.neutralise import neutralise_line
from workbench.screens.model_rows import Match, details, heading, matches, name_width, row


class ModelChoiceScreen(ModalScreen[str | None]):
    """A list to filter by typing; a name that is not in it can be used all the same.

    ``speeds`` are tokens per second as measured here, by model.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,ctrl+o", "dismiss(None)", "Cancel", priority=True),
        Binding("up", "move('cursor_up')", "Up", priority=True),
        Binding("down", "move('cursor_down')", "Down", priority=True),
        Binding("pageup", "move('page_up')", "Page up", priority=True),
        Binding("pagedown", "move('page_down')", "Page down", priority=True),
    ]

    def __init__(
        self,
        models: tuple[Model, ...],
        *,
        current: str,
        speeds: Mapping[str, float],
        problem: str = "",
    ) -> None:
        super().__init__()
        self._models = models
        self._current = current
        self._speeds = speeds
        self._problem = problem
        self._matches: tuple[Match, ...] = ()

    def compose(self) -> ComposeResult:
        """What is typed, the list, and what is wrong with it if anything is."""
        with Vertical(classes="dialog", id="models"):
            yield Static(
                Content.assemble(
                    ("▍", "$primary"),
                    ("Model", "bold"),
                    ("   type to filter · Enter chooses · Esc cancels", "$foreground 60%"),
                )
            )
            yield Input(
                placeholder="Filter, or the id of any model", id="model-filter", compact=True
            )
            yield Static(id="model-heading")
            yield OptionList(id="model-list", markup=False, compact=True)
            yield Static(id="model-details")
            yield Static(id="model-problem")

    def on_mount(self) -> None:
        """Begin with all of them."""
        self.query_one("#model-list").can_focus = False
        box = self.query_one("#model-filter", Input)
        box.cursor_blink = False
        box.focus()
        self.call_after_refresh(self._list)

    def on_resize(self) -> None:
        """Use the room there is."""
        self.call_after_refresh(self._list)

    def show_models(self, models: tuple[Model, ...], *, problem: str) -> None:
        """Show a newer list."""
        self._models, self._problem = models, problem
        self._list()

    def action_move(self, how: str) -> None:
        """Move in the list while the typing goes on."""
        getattr(self.query_one(OptionList), f"action_{how}")()

    @on(Input.Changed)
    def _typed(self) -> None:
        self._list()

    @on(Input.Submitted)
    def _chosen(self, event: Input.Submitted) -> None:
        event.stop()
        options = self.query_one(OptionList)
        if options.highlighted is not None and options.highlighted < len(self._matches):
            self.dismiss(self._matches[options.highlighted].model.id)
        elif event.value.strip():
            self.dismiss(event.value.strip())

    @on(OptionList.OptionSelected)
    def _clicked(self, event: OptionList.OptionSelected) -> None:
        event.stop()
        self.dismiss(
            self._matches[event.option_index].model.id
            if event.option_index < len(self._matches)
            else self.query_one(Input).value.strip()
        )

    @on(OptionList.OptionHighlighted)
    def _pointed(self, event: OptionList.OptionHighlighted) -> None:
        event.stop()
        self._show_details()

    def _show_details(self) -> None:
        place = self.query_one(OptionList).highlighted
        text = Content()
        if place is not None and place < len(self._matches):
            text = details(self._matches[place].model, self._speeds)
        shown = self.query_one("#model-details", Static)
        shown.display = bool(text.plain)
        shown.update(text)

    def _list(self) -> None:
        typed = self.query_one(Input).value
        self._matches = matches(self._models, typed)
        options = self.query_one(OptionList)
        width = self.query_one("#model-heading").size.width
        name = name_width(self._matches)
        rows = [
            Option(row(match, current=self._current, speeds=self._speeds, name=name, width=width))
            for match in self._matches
        ]
        if not rows and typed.strip():
            other = neutralise_line(typed)
            rows = [
                Option(
                    Content.assemble("  Use ", (other, "bold"), (" as it is", "$foreground 60%"))
                )
            ]
        options.set_options(rows)
        ids = [match.model.id for match in self._matches]
        if rows:
            known = not typed.strip() and self._current in ids
            options.highlighted = ids.index(self._current) if known else 0
        self.query_one("#model-heading", Static).update(heading(name, width) if ids else "")
        self._show_details()
        note = self.query_one("#model-problem", Static)
        note.display = bool(self._problem)
        note.update(Content.assemble(("! ", "$text-warning"), (self._problem, "$foreground 60%")))
