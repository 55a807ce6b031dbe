"""The models as a table with filters above and details below; shows what it is told."""

from textual import on
from textual.app import ComposeResult
from textual.content import Content
from textual.message import Message
from textual.widgets import Input, Static

from workbench.neutralise import neutralise_line
from workbench.panes.models.details import DetailsPane
from workbench.session.models.browser import BrowserView, ListState, ModelDetails
from workbench.widgets.figures import plural
from workbench.widgets.ground import GroundHorizontal, GroundVertical
from workbench.widgets.models.filters import CapabilityBar, FilterBox
from workbench.widgets.models.moments import moment, old
from workbench.widgets.models.sources import FAINT, MUTED
from workbench.widgets.models.table import ModelHeadings, ModelTable


class ModelsPane(GroundVertical):
    """All models. ``show`` it views; it posts what the person wants of them."""

    class Typed(Message):
        """Other words to filter by."""

        def __init__(self, text: str) -> None:
            super().__init__()
            self.text = text

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 - Textual's name
        super().__init__(id=id)
        self._words: tuple[str, ...] = ()

    def compose(self) -> ComposeResult:
        """Filters, headings, table, what is wrong, details."""
        with GroundHorizontal(id="models-top"):
            box = FilterBox(placeholder="/ filters by name", id="models-filter", compact=True)
            box.cursor_blink = False
            yield box
            yield Static(id="models-state")
        yield CapabilityBar(id="models-capabilities")
        yield ModelHeadings(id="models-headings")
        yield ModelTable(id="models-table")
        yield Static(id="models-empty")
        yield Static(id="models-note")
        yield DetailsPane(id="models-details")

    @property
    def table(self) -> ModelTable:
        """The table."""
        return self.query_one(ModelTable)

    @property
    def details_open(self) -> bool:
        """Whether the details are in view."""
        return bool(self.query_one(DetailsPane).display)

    @details_open.setter
    def details_open(self, shown: bool) -> None:
        self.query_one(DetailsPane).display = shown

    @property
    def typing(self) -> bool:
        """Whether the person types what to filter by."""
        return self.query_one(FilterBox).has_focus

    def take_focus(self) -> None:
        """Go to the table."""
        self.table.focus()

    def take_words(self) -> None:
        """Let the person type what to filter by."""
        self.query_one(FilterBox).focus()

    def show(self, view: BrowserView) -> None:
        """Show the models; the cursor follows what is typed, and else stays on its model."""
        typed = view.filter.words != self._words
        self._words = view.filter.words
        box = self.query_one(FilterBox)
        if box.value != view.filter.text:
            with box.prevent(Input.Changed):
                box.value = view.filter.text
        self.query_one(CapabilityBar).show(view.filter.capabilities)
        self.query_one(ModelHeadings).show(view.sort)
        self.query_one("#models-state", Static).update(_state(view))
        empty = self.query_one("#models-empty", Static)
        empty.update(_nothing(view))
        empty.display = not view.matches
        for part in (self.table, self.query_one(ModelHeadings)):
            part.set_class(not view.matches, "-empty")
        note = self.query_one("#models-note", Static)
        told = _note(view)
        note.update(told)
        note.display = bool(told.plain)
        self.table.show(view, point_at=view.best if typed else None)

    def show_details(self, details: ModelDetails | None) -> None:
        """Show everything about the model under the cursor."""
        self.query_one(DetailsPane).show(details)

    # -- what the widgets say ---------------------------------------------------------------

    @on(Input.Changed)
    def _changed(self, event: Input.Changed) -> None:
        event.stop()
        self.post_message(self.Typed(event.value))

    @on(FilterBox.Moved)
    async def _moved(self, event: FilterBox.Moved) -> None:
        event.stop()
        await self.table.run_action(event.action)

    @on(FilterBox.Left)
    def _left(self, event: FilterBox.Left) -> None:
        event.stop()
        if event.cleared:
            self.post_message(self.Typed(""))
        self.take_focus()

    @on(ModelTable.LaidOut)
    def _laid_out(self, event: ModelTable.LaidOut) -> None:
        event.stop()
        self.query_one(ModelHeadings).lay_out(event.layout)


def _state(view: BrowserView) -> Content:
    """How many, and of when."""
    shown, total, state = len(view.matches), len(view.rows), view.list_state
    parts: list[tuple[str, str]] = []
    if total:
        number = plural(total, "model") if shown == total else f"{shown} of {total}"
        parts.append((number, MUTED))
    if view.marked:
        parts.append((f" · {len(view.marked)} marked", "$primary"))
    if state.asking:
        parts.append((" · asking…" if parts else "asking…", FAINT))
    elif state.at is not None and state.age is not None:
        when = moment(state.at, age=state.age)
        if state.recalled:
            parts.append((f" · list of {when}, {old(state.age)} old", "$text-warning"))
        else:
            parts.append((f" · listed {when}", FAINT))
    return Content.assemble(*parts)


def _nothing(view: BrowserView) -> Content:
    """Why there is no row."""
    if len(view.rows):
        return Content.assemble(
            ("No model is like that.\n\n", "bold"), ("Esc shows all of them again.", MUTED)
        )
    if view.list_state.asking:
        return Content.styled("Asking the service for its models…", MUTED)
    problem = view.list_state.problem
    if problem is None:
        return Content.styled("The service lists no models. r asks again.", MUTED)
    return Content.assemble(
        (f"{problem.title}\n", "bold $text-warning"),
        (f"{neutralise_line(problem.explanation)}\n\n", MUTED),
        ("There is no list of an earlier day either. ", MUTED),
        ("r asks again; in the chat, ^O takes the id of any model.", MUTED),
    )


def _note(view: BrowserView) -> Content:
    """What is wrong, what is kept, and which key to press."""
    parts: list[tuple[str, str]] = []
    if len(view.rows) and view.list_state.problem is not None:
        parts += [
            ("! ", "$text-warning"),
            (f"{view.list_state.problem.title}. ", "$text-warning"),
            (f"{_kept(view.list_state)} r asks again.", MUTED),
        ]
    lines = [Content.assemble(*parts)] if parts else []
    if view.note:
        lines.append(_warning(view.note))
    listed = not view.list_state.recalled and bool(view.rows)
    if listed and all(row.id != view.chat_model for row in view.rows):
        lines.append(_warning(f"The service does not list {view.chat_model}, the chat's model."))
    return Content("\n").join(lines)


def _warning(text: str) -> Content:
    return Content.assemble(("! ", "$text-warning"), (neutralise_line(text), MUTED))


def _kept(state: ListState) -> str:
    if state.recalled:
        return "The last list is kept."
    return "The list from before is kept."
