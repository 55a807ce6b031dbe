"""Failed generations: the only place where what the wire's log tells changes their pane."""

from collections.abc import Callable
from functools import lru_cache
from typing import Final

from textual import on
from textual.app import ComposeResult
from textual.timer import Timer
from textual.widget import Widget

from client import GroqClient, GroqError, RecordedExchange
from workbench.panes.failures.pane import Case, FailuresPane
from workbench.panes.inspector.view import InspectorView
from workbench.panes.wire.pane import TimelineWanted
from workbench.screens.wire.choose import Choosable, ChooseScreen
from workbench.screens.wire.send import SendScreen
from workbench.screens.workspace import Workspace
from workbench.session.failures.diagnosis import Diagnosis, diagnose
from workbench.session.failures.failed import failed_generation
from workbench.session.failures.moves import Move, with_model
from workbench.session.failures.repaired import repaired_exchange
from workbench.session.inspector.selection import Selection
from workbench.session.problems import problem_of
from workbench.session.wire.difference import differences
from workbench.session.wire.exchange import WireExchange
from workbench.session.wire.log import WireLog
from workbench.session.wire.sending import send_chat

_PAUSE: Final = 0.1
"""Seconds between two looks at a log that changes."""


class FailuresView(InspectorView):
    """Every generation that the service refused, opened up.

    Args:
        log: keeps the exchanges.
        models: the ids of the models to choose from.

    """

    def __init__(
        self, log: WireLog, groq: GroqClient, *, models: Callable[[], tuple[str, ...]]
    ) -> None:
        super().__init__(id="failures")
        self._log = log
        self._groq = groq
        self._models = models
        self._timer: Timer | None = None
        self._stale = True
        self._leave: Callable[[], None] = lambda: None
        self._looked_at: str | None = None
        self._diagnosed = lru_cache(maxsize=64)(_diagnosis)

    def compose(self) -> ComposeResult:
        """The pane."""
        yield FailuresPane(id="failures-pane")

    def on_mount(self) -> None:
        """Listen to the log."""
        self._leave = self._log.subscribe(self._hear)
        self.call_after_refresh(self._look)

    def on_unmount(self) -> None:
        """Listen no more."""
        self._leave()

    def show(self, selection: Selection) -> None:
        """Show what failed; point at the failure of what is selected on the timeline."""
        wanted = selection.round.reply.request_id if selection.round else None
        self._look()
        if wanted is not None and wanted != self._looked_at:
            self._looked_at = wanted
            for exchange in self._log.exchanges:
                if exchange.last.headers.get("x-request-id") == wanted:
                    self._pane.point_at(exchange.id)

    def take_focus(self) -> None:
        """Take the keys."""
        self._pane.take_focus()

    @property
    def doer(self) -> Widget:
        """The pane has the keys."""
        return self._pane

    @property
    def _pane(self) -> FailuresPane:
        return self.query_one(FailuresPane)

    # -- the log ----------------------------------------------------------------------------

    def _hear(self, _: int) -> None:
        self._stale = True
        seen = self.is_attached and self.display and self.screen in self.app.screen_stack
        if self._timer is None and seen:
            self._timer = self.set_timer(_PAUSE, self._look)

    def _look(self) -> None:
        self._timer = None
        if not self._stale or not self.is_mounted or not self.query(FailuresPane):
            return
        self._stale = False
        cases = [self._case(exchange) for exchange in reversed(self._log.exchanges)]
        self._pane.show([case for case in cases if case is not None])

    def _case(self, exchange: WireExchange) -> Case | None:
        if exchange.open or not exchange.failed:
            return None
        diagnosis = self._diagnosed(exchange.id, _Identical(exchange.last))
        return None if diagnosis is None else Case(exchange=exchange, diagnosis=diagnosis)

    # -- what is wanted ---------------------------------------------------------------------

    @on(FailuresPane.CopyWanted)
    def _copy_wanted(self, event: FailuresPane.CopyWanted) -> None:
        event.stop()
        self._copy(event.text, "what was generated")

    @on(FailuresPane.MoveWanted)
    def _move_wanted(self, event: FailuresPane.MoveWanted) -> None:
        event.stop()
        case, move = event.case, event.move
        match move.kind:
            case "take":
                self._copy(case.diagnosis.repaired or "", "the repaired document")
            case "model":
                self._choose_model(case, move)
            case "continue":
                attempt = repaired_exchange(case.diagnosis, case.exchange.last)
                self.post_message(TimelineWanted(attempt, f"#{case.exchange.id}, repaired"))
            case _:
                self._ask_to_send(case, move.body or {})

    def _choose_model(self, case: Case, move: Move) -> None:
        now = case.exchange.model
        choices = [
            Choosable(name=str(number), title=model)
            for number, model in enumerate(self._models())
            if model != now
        ]
        if not choices:
            self._say("No other model is known yet: the list has not arrived.")
            return

        def take(name: str | None) -> None:
            if name is not None:
                model = self._models()[int(name)]
                self._ask_to_send(case, with_model(move.body or {}, model))

        self.app.push_screen(ChooseScreen("Ask another model", choices), take)

    def _ask_to_send(self, case: Case, body: dict[str, object]) -> None:
        found = differences(dict(case.diagnosis.failed.request), body)
        what = f"POST {self._groq.config.base_url}/chat/completions"

        def send(wanted: bool | None) -> None:
            if wanted:
                self.run_worker(self._send(body), group="send-again")

        self.app.push_screen(SendScreen(what, found), send)

    async def _send(self, body: dict[str, object]) -> None:
        try:
            await send_chat(self._groq, body)
        except GroqError as error:
            problem = problem_of(error, now=self._groq.now())
            self._say(f"{problem.title}. {problem.explanation}", problem=True)
        else:
            self._say("It worked: the answer is the newest on the wire (F4).")

    def _say(self, text: str, *, problem: bool = False) -> None:
        if isinstance(workspace := self.screen, Workspace):
            workspace.say(text, problem=problem)

    def _copy(self, text: str, what: str) -> None:
        if isinstance(workspace := self.screen, Workspace):
            workspace.copy(text, what)


class _Identical:
    """An exchange as a key: the same only if it is the very same."""

    __slots__ = ("exchange",)

    def __init__(self, exchange: RecordedExchange) -> None:
        self.exchange = exchange

    def __hash__(self) -> int:
        return id(self.exchange)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Identical) and other.exchange is self.exchange


def _diagnosis(exchange_id: int, exchange: _Identical) -> Diagnosis | None:
    del exchange_id
    failed = failed_generation(exchange.exchange)
    return None if failed is None else diagnose(failed)
