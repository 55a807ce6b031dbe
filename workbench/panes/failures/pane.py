"""Failed generations above, the one pointed at opened up below, and the next moves."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar, Final

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.message import Message
from textual.widgets import Static

from workbench.neutralise import neutralise_line
from workbench.session.failures.diagnosis import Diagnosis
from workbench.session.failures.moves import Move, moves
from workbench.session.wire.exchange import WireExchange
from workbench.widgets.ground import GroundVertical
from workbench.widgets.wire.failure_document import failure_document
from workbench.widgets.wire.rows_view import NoRows, RowsView

_MOST_MOVES: Final = 7
_MOST_LISTED: Final = 5
_MODEL: Final = 18
_NOTHING: Final = (
    "  No generation has failed.",
    "",
    "  When a tool call or a JSON answer is refused (tool_use_failed,",
    "  json_validate_failed), it is opened up here: where it breaks, why,",
    "  and what to do next. Load a recording on the wire (o) to try it.",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A failed generation and the exchange that it is of."""

    exchange: WireExchange
    diagnosis: Diagnosis


class _CaseRows:
    """One row for each case."""

    def __init__(self, cases: Sequence[Case]) -> None:
        self._cases = tuple(cases)

    def height(self, width: int) -> int:
        return len(self._cases) if width else 0

    def row(self, index: int, width: int) -> Content:
        case = self._cases[index]
        model = neutralise_line(case.exchange.model or "").rpartition("/")[2]
        return Content.assemble(
            (f"{case.exchange.id:>4}  ", "$foreground 60%"),
            (f"{case.diagnosis.cause:<12}  ", "$text-error"),
            (f"{model[:_MODEL]:<{_MODEL}}  ", "$foreground 75%"),
            neutralise_line(case.diagnosis.title),
        ).truncate(width, ellipsis=True)


class _MoveRows:
    """One row for each move, with the digit that makes it."""

    def __init__(self, found: Sequence[Move]) -> None:
        self._moves = tuple(found)

    def height(self, width: int) -> int:
        return len(self._moves) if width else 0

    def row(self, index: int, width: int) -> Content:
        move = self._moves[index]
        return Content.assemble(
            (f" {index + 1} ", "bold $primary"),
            (f" {move.title:<32}", ""),
            (move.words, "$foreground 60%"),
        ).truncate(width, ellipsis=True)


class FailuresPane(GroundVertical):
    """Shows failed generations. Posts ``MoveWanted``."""

    BINDINGS: ClassVar[list[BindingType]] = [
        *(Binding(str(n), f"move({n - 1})", show=False) for n in range(1, _MOST_MOVES + 1)),
        Binding("y", "copy", "Copy what was generated", show=False),
        Binding("escape", "back", "Back", show=False),
    ]

    class MoveWanted(Message):
        """A move is to be made."""

        def __init__(self, case: Case, move: Move) -> None:
            super().__init__()
            self.case = case
            self.move = move

    class CopyWanted(Message):
        """A text is to be copied."""

        def __init__(self, text: str) -> None:
            super().__init__()
            self.text = text

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 - Textual's name
        super().__init__(id=id)
        self._cases: tuple[Case, ...] = ()
        self._chosen: int | None = None
        self._moves: tuple[Move, ...] = ()

    def compose(self) -> ComposeResult:
        """The cases, the one pointed at, the moves."""
        yield RowsView(NoRows(*_NOTHING), id="failures-list")
        yield RowsView(NoRows(), pointing=False, id="failure-document")
        yield Static(Content.styled(" Next", "bold $text-secondary"), id="failure-next")
        yield RowsView(NoRows(), id="failure-moves")

    # -- what the view calls ----------------------------------------------------------------

    def show(self, cases: Sequence[Case]) -> None:
        """Show these cases, the newest first; the one pointed at stays so."""
        self._cases = tuple(cases)
        ids = [case.exchange.id for case in cases]
        if self._chosen not in ids:
            self._chosen = ids[0] if ids else None
        listed = self.query_one("#failures-list", RowsView)
        listed.show(_CaseRows(cases) if cases else NoRows(*_NOTHING), keep_place=True)
        listed.set_class(not cases, "-empty")
        listed.styles.height = min(len(cases), _MOST_LISTED) if cases else None
        if self._chosen is not None:
            listed.point_at(ids.index(self._chosen), tell=False)
        self._show_case()

    def point_at(self, exchange_id: int) -> None:
        """Point at the case of an exchange."""
        for place, case in enumerate(self._cases):
            if case.exchange.id == exchange_id:
                self.query_one("#failures-list", RowsView).point_at(place)

    def take_focus(self) -> None:
        """Take the keys."""
        self.query_one("#failures-list", RowsView).focus()

    # -- what is shown ----------------------------------------------------------------------

    @property
    def _case(self) -> Case | None:
        return next((case for case in self._cases if case.exchange.id == self._chosen), None)

    def _show_case(self) -> None:
        case = self._case
        document = self.query_one("#failure-document", RowsView)
        listed = self.query_one("#failure-moves", RowsView)
        self._moves = moves(case.diagnosis) if case else ()
        for part in (document, listed, self.query_one("#failure-next")):
            part.display = case is not None
        if case is not None:
            document.show(failure_document(case.diagnosis))
            listed.styles.height = len(self._moves)
            listed.show(_MoveRows(self._moves))

    @on(RowsView.Pointed, "#failures-list")
    def _pointed(self, event: RowsView.Pointed) -> None:
        event.stop()
        if event.index < len(self._cases):
            self._chosen = self._cases[event.index].exchange.id
            self._show_case()

    @on(RowsView.Chosen, "#failures-list")
    def _chosen_case(self, event: RowsView.Chosen) -> None:
        event.stop()
        self.query_one("#failure-moves").focus()

    @on(RowsView.Chosen, "#failure-moves")
    def _chosen_move(self, event: RowsView.Chosen) -> None:
        event.stop()
        self.action_move(event.index)

    def action_move(self, index: int) -> None:
        """Make a move."""
        case = self._case
        if case is not None and index < len(self._moves):
            self.post_message(self.MoveWanted(case, self._moves[index]))

    def action_copy(self) -> None:
        """Copy what the model generated."""
        if (case := self._case) is not None:
            self.post_message(self.CopyWanted(case.diagnosis.failed.text))

    def action_back(self) -> None:
        """Back to the list."""
        self.take_focus()
