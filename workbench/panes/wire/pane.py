"""The exchanges above, the one pointed at below: overview, request, response, events."""

import asyncio
from typing import ClassVar, Final

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.message import Message
from textual.widgets import Input, Static

from client import RecordedExchange
from workbench.session.wire.events import EventIndex
from workbench.session.wire.exchange import WireExchange
from workbench.widgets.figures import plural
from workbench.widgets.find_bar import FindBar
from workbench.widgets.ground import GroundVertical
from workbench.widgets.view_tabs import ViewTabs
from workbench.widgets.wire import event_rows, exchange_rows
from workbench.widgets.wire.documents import overview, request, response
from workbench.widgets.wire.event_rows import EventRows
from workbench.widgets.wire.exchange_rows import ExchangeRows
from workbench.widgets.wire.part_tabs import PartTabs
from workbench.widgets.wire.rows_view import NoRows, Rows, RowsView
from workbench.widgets.wire.text_rows import TextRows

_PARTS: Final = ("Overview", "Request", "Response", "Events")
_EVENTS: Final = 3
_DOCUMENTS: Final = (overview, request, response)
_AT_ONCE: Final = 64 * 1024
"""Bytes that are laid out between two frames."""
_NOTHING: Final = (
    "  Nothing was sent yet: ask something in the chat (Alt+1),",
    "  or press o to load a recording.",
)
_NOT_FOUND: Final = ("  No exchange holds these words. Esc shows all again.",)
_LAYING: Final = "lay-out"


class RepeatWanted(Message):
    """A request is to be repeated many times."""

    def __init__(self, exchange: WireExchange) -> None:
        super().__init__()
        self.exchange = exchange


class TimelineWanted(Message):
    """An exchange is to be looked at on the timeline, under this name."""

    def __init__(self, exchange: RecordedExchange, name: str) -> None:
        super().__init__()
        self.exchange = exchange
        self.name = name


class WirePane(GroundVertical):
    """Shows exchanges. Posts ``Wanted`` for what a person wants done with one."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("left", "part(-1)", "Previous part", show=False),
        Binding("right", "part(1)", "Next part", show=False),
        *(Binding(str(n), f"open_part({n - 1})", show=False) for n in range(1, len(_PARTS) + 1)),
        Binding("left_square_bracket", "attempt(-1)", "Earlier attempt", show=False),
        Binding("right_square_bracket", "attempt(1)", "Later attempt", show=False),
        Binding("slash", "find", "Find", show=False),
        Binding("f", "filter", "Filter", show=False),
        Binding("y", "want('copy_text')", "Copy what is shown", show=False),
        Binding("c", "want('copy')", "Copy as", show=False),
        Binding("r", "want('send_again')", "Send again", show=False),
        Binding("e", "want('edit')", "Edit and send", show=False),
        Binding("b", "want('repeat')", "Repeat", show=False),
        Binding("t", "want('timeline')", "Take to the timeline", show=False),
        Binding("w", "want('waterfall')", "Where the time went", show=False),
        Binding("s", "want('save')", "Save", show=False),
        Binding("o", "want('load')", "Load", show=False),
        Binding("x", "want('forget')", "Forget all", show=False),
        Binding("escape", "back", "Back", show=False),
    ]

    class Wanted(Message):
        """Something is to be done with the exchange pointed at, ``None`` when there is none."""

        def __init__(self, what: str, exchange: WireExchange | None, attempt: int) -> None:
            super().__init__()
            self.what = what
            self.exchange = exchange
            self.attempt = attempt

    class FilterChanged(Message):
        """Only the exchanges that hold these words are to be listed."""

        def __init__(self, words: str) -> None:
            super().__init__()
            self.words = words

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 - Textual's name
        super().__init__(id=id)
        self._exchanges: tuple[WireExchange, ...] = ()
        self._chosen: int | None = None
        self._attempt = -1
        self._part = 0
        self._index = EventIndex()
        self._found: list[int] = []
        self._current = -1

    def compose(self) -> ComposeResult:
        """The list, the parts of what is pointed at, a line to find words in it."""
        yield Static(id="wire-heading")
        yield RowsView(NoRows(), id="wire-list")
        yield Input(
            placeholder="only those that hold these words, anywhere", id="wire-filter", compact=True
        )
        yield PartTabs(_PARTS, id="wire-parts")
        yield Static(id="wire-event-heading")
        yield RowsView(NoRows(), pointing=False, id="wire-document")
        yield RowsView(NoRows(), id="wire-events")
        yield FindBar(id="wire-find")

    def on_mount(self) -> None:
        """Begin with the list."""
        self.query_one(FindBar).display = False
        box = self.query_one("#wire-filter", Input)
        box.display = False
        box.cursor_blink = False
        self._show_part()

    def on_resize(self) -> None:
        """Use the room there is."""
        self._show_heading()

    # -- what the view calls ----------------------------------------------------------------

    def show(self, exchanges: tuple[WireExchange, ...], *, let_go: int, filtered: bool) -> None:
        """Show these exchanges, the newest last in them; the one pointed at stays so."""
        newest = exchanges[::-1]
        followed = not self._exchanges or self._chosen == self._exchanges[0].id
        ids = [exchange.id for exchange in newest]
        before = self._shown
        if self._chosen not in ids or (followed and self._list.cursor == 0):
            self._chosen = ids[0] if ids else None
        self._exchanges = newest
        self._list.show(
            ExchangeRows(newest) if newest else NoRows(*_NOT_FOUND if filtered else _NOTHING),
            keep_place=True,
        )
        if self._chosen is not None:
            self._list.point_at(ids.index(self._chosen), tell=False)
        note = f"{plural(let_go, 'older one')} let go" if let_go else ""
        self._list.border_subtitle = Content(note)
        self._show_heading()
        after = self._shown
        if before is None or after is None or before.id != after.id:
            self._begin_with_another()
        elif before != after:
            self._show_part(keep_place=True)

    def point_at(self, exchange_id: int) -> None:
        """Point at an exchange."""
        for place, exchange in enumerate(self._exchanges):
            if exchange.id == exchange_id:
                self._list.point_at(place)

    def take_focus(self) -> None:
        """Take the keys."""
        self._list.focus()

    @property
    def text(self) -> str:
        """What is shown below, as text."""
        rows = self._document.rows
        if self._part != _EVENTS:
            return rows.plain if isinstance(rows, TextRows) else ""
        events = self.query_one("#wire-events", RowsView)
        shown = events.rows
        if not isinstance(shown, EventRows) or not len(self._index):
            return ""
        return self._index[shown.event_at(events.cursor, events.row_width)].raw

    @property
    def part(self) -> str:
        """Which part is shown."""
        return "the event" if self._part == _EVENTS else f"the {_PARTS[self._part].lower()}"

    # -- what is shown ----------------------------------------------------------------------

    @property
    def _list(self) -> RowsView:
        return self.query_one("#wire-list", RowsView)

    @property
    def _document(self) -> RowsView:
        return self.query_one("#wire-document", RowsView)

    @property
    def _below(self) -> RowsView:
        return self.query_one(
            "#wire-events" if self._part == _EVENTS else "#wire-document", RowsView
        )

    @property
    def _shown(self) -> WireExchange | None:
        return next((each for each in self._exchanges if each.id == self._chosen), None)

    @property
    def _place(self) -> int:
        """Which attempt is shown; the last one unless another was asked for."""
        exchange = self._shown
        last = len(exchange.attempts) - 1 if exchange else 0
        return last if self._attempt < 0 else min(self._attempt, last)

    def _begin_with_another(self) -> None:
        self._attempt = -1
        self._index = EventIndex()
        self._show_part()

    def _show_heading(self) -> None:
        width = self._list.row_width
        self.query_one("#wire-heading", Static).update(exchange_rows.heading(width))

    def _show_part(self, *, keep_place: bool = False) -> None:
        exchange = self._shown
        events = self._part == _EVENTS
        self._document.display = not events
        self.query_one("#wire-events").display = events
        self.query_one("#wire-event-heading").display = events
        if exchange is None:
            self._below.show(NoRows())
        elif events:
            self._below.show(self._event_rows(exchange), keep_place=keep_place)
        else:
            self._show_document(exchange, keep_place=keep_place)
        self._show_parts(exchange)

    def _show_document(self, exchange: WireExchange, *, keep_place: bool) -> None:
        """Lay out a document; a large one in a thread, for that takes longer than a frame."""
        make, place = _DOCUMENTS[self._part], self._place
        attempt = exchange.attempts[place]
        if len(attempt.body) + len(attempt.request_body or b"") <= _AT_ONCE:
            self.workers.cancel_group(self, _LAYING)
            self._document.show(make(exchange, place), keep_place=keep_place)
            return

        async def lay() -> None:
            rows = await asyncio.to_thread(make, exchange, place)
            self._document.show(rows, keep_place=keep_place)

        if not keep_place:
            self._document.show(NoRows("  …"))
        self.run_worker(lay(), group=_LAYING, exclusive=True)

    def _event_rows(self, exchange: WireExchange) -> Rows:
        attempt = exchange.attempts[self._place]
        if "event-stream" not in attempt.headers.get("content-type", ""):
            return NoRows("  The answer is no stream of events: see Response.")
        self._index.take(attempt.body, attempt.chunks)
        shown = self._below.rows
        return (
            shown
            if isinstance(shown, EventRows) and shown.of(self._index)
            else EventRows(self._index)
        )

    def _show_parts(self, exchange: WireExchange | None) -> None:
        tabs = self.query_one("#wire-parts", PartTabs)
        tabs.current = self._part
        tries = len(exchange.attempts) if exchange else 0
        self.query_one("#wire-event-heading", Static).update(
            Content.styled(event_rows.HEADING, "$foreground 38%")
        )
        tabs.tell(f"attempt {self._place + 1} of {tries}  [ ]" if tries > 1 else "")

    # -- keys -------------------------------------------------------------------------------

    def action_part(self, step: int) -> None:
        """Show the next part, or the one before."""
        self.action_open_part((self._part + step) % len(_PARTS))

    def action_open_part(self, part: int) -> None:
        """Show a part."""
        below = self._below.has_focus
        self._part = part
        self._show_part()
        if below:
            self._below.focus()

    def action_attempt(self, step: int) -> None:
        """Show a later attempt, or an earlier one."""
        exchange = self._shown
        if exchange is not None and len(exchange.attempts) > 1:
            self._attempt = max(0, min(self._place + step, len(exchange.attempts) - 1))
            self._index = EventIndex()
            self._show_part()

    def action_want(self, what: str) -> None:
        """Ask for something to be done."""
        self.post_message(self.Wanted(what, self._shown, self._place))

    def action_back(self) -> None:
        """Close what is open for typing; go back to the list."""
        box = self.query_one("#wire-filter", Input)
        if box.display:
            box.value = ""
            box.display = False
        self._list.focus()

    @on(ViewTabs.Chosen)
    def _part_chosen(self, event: ViewTabs.Chosen) -> None:
        event.stop()
        self.action_open_part(event.index)

    @on(RowsView.Pointed, "#wire-list")
    def _exchange_pointed(self, event: RowsView.Pointed) -> None:
        event.stop()
        if event.index < len(self._exchanges):
            self._chosen = self._exchanges[event.index].id
            self._begin_with_another()

    @on(RowsView.Chosen, "#wire-list")
    def _exchange_chosen(self, event: RowsView.Chosen) -> None:
        event.stop()
        self._below.focus()

    @on(RowsView.Chosen, "#wire-events")
    def _event_chosen(self, event: RowsView.Chosen) -> None:
        event.stop()
        rows, view = self._below.rows, self._below
        if isinstance(rows, EventRows):
            number = rows.event_at(event.index, view.row_width)
            rows.toggle(number)
            view.renew()
            first = rows.row_of(number, view.row_width)
            view.bring_into_view(first + rows.rows_of(number, view.row_width) - 1)
            view.point_at(first, tell=False)
            view.bring_into_view(first)

    # -- finding ----------------------------------------------------------------------------

    def action_find(self) -> None:
        """Look for words in what is shown below."""
        bar = self.query_one(FindBar)
        bar.display = True
        bar.take_focus()
        self._find(bar.words)

    def action_filter(self) -> None:
        """List only the exchanges that hold some words."""
        box = self.query_one("#wire-filter", Input)
        box.display = True
        box.focus()

    @on(Input.Changed, "#wire-filter")
    def _filter_typed(self, event: Input.Changed) -> None:
        event.stop()
        self.post_message(self.FilterChanged(event.value))

    @on(Input.Submitted, "#wire-filter")
    def _filter_done(self, event: Input.Submitted) -> None:
        event.stop()
        self._list.focus()

    @on(FindBar.Changed)
    def _find_changed(self, event: FindBar.Changed) -> None:
        event.stop()
        self._find(event.query)

    @on(FindBar.Wanted)
    def _find_wanted(self, event: FindBar.Wanted) -> None:
        event.stop()
        self._step(event.step)

    @on(FindBar.Left)
    def _find_left(self, event: FindBar.Left) -> None:
        event.stop()
        self.query_one(FindBar).display = False
        self._find("")
        self._below.focus()

    def _find(self, words: str) -> None:
        rows, view = self._below.rows, self._below
        view.mark(words)
        self._found, self._current = [], -1
        if words and isinstance(rows, EventRows | TextRows):
            self._found = rows.find(words, view.row_width)
        if self._found:
            self._step(1)
        else:
            self.query_one(FindBar).show_found(0, 0)

    def _step(self, step: int) -> None:
        if self._found:
            self._current = (self._current + step) % len(self._found)
            self._below.bring(self._found[self._current])
            self.query_one(FindBar).show_found(self._current + 1, len(self._found))
