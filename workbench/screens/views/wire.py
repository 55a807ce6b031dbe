"""The wire: the only place where what its log tells changes its pane."""

import asyncio
import time
from collections.abc import Callable
from pathlib import Path
from typing import Final

from textual import on
from textual.app import ComposeResult
from textual.timer import Timer
from textual.widget import Widget

from client import GroqClient, GroqError, RecordedExchange, ValidationError
from workbench.panes.inspector.view import InspectorView
from workbench.panes.wire.pane import RepeatWanted, TimelineWanted, WirePane
from workbench.screens.confirm import ConfirmScreen
from workbench.screens.wire.ask_path import AskPathScreen
from workbench.screens.wire.choose import Choosable, ChooseScreen
from workbench.screens.wire.edit import EditScreen
from workbench.screens.wire.send import SendScreen
from workbench.screens.workspace import Workspace
from workbench.session.inspector.selection import Selection
from workbench.session.problems import problem_of
from workbench.session.wire.asked import asked
from workbench.session.wire.curl import as_curl
from workbench.session.wire.exchange import WireExchange
from workbench.session.wire.log import WireLog
from workbench.session.wire.program import NoProgramError, as_client, as_sdk
from workbench.session.wire.searching import holding
from workbench.session.wire.sending import (
    NotSendableError,
    changes,
    editable,
    edited,
    send_again,
)
from workbench.session.wire.timed import times_of
from workbench.visits import WaterfallWanted
from workbench.widgets.figures import plural

_PAUSE: Final = 0.1
"""Seconds between two looks at a log that changes."""
_SENDING: Final = "send-again"
_COPIES: Final = (
    Choosable(name="curl", title="curl", words="for a shell; $GROQ_API_KEY", key="c"),
    Choosable(name="client", title="Python, our client", words="a whole program", key="p"),
    Choosable(name="sdk", title="Python, groq SDK", words="a whole program", key="g"),
    Choosable(name="request", title="request body", words="as it was sent", key="r"),
    Choosable(name="response", title="response body", words="as it came", key="b"),
)

Load = Callable[[Path], tuple[RecordedExchange, ...]]
Save = Callable[[Path, tuple[RecordedExchange, ...]], None]


class WireView(InspectorView):
    """Every exchange with the service, in full.

    Args:
        log: keeps them.
        load: reads exchanges from a file; blocks. Raises ValidationError.
        save: writes them to one; blocks. Raises ValidationError.

    """

    def __init__(self, log: WireLog, groq: GroqClient, *, load: Load, save: Save) -> None:
        super().__init__(id="wire")
        self._log = log
        self._groq = groq
        self._load = load
        self._save = save
        self._words = ""
        self._judged: dict[int, bool] = {}  # what of the log holds the words, as far as known
        self._timer: Timer | None = None
        self._stale = True
        self._leave: Callable[[], None] = lambda: None
        self._looked_at: str | None = None

    def compose(self) -> ComposeResult:
        """The pane."""
        yield WirePane(id="wire-pane")

    def on_mount(self) -> None:
        """Listen to the log."""
        self._leave = self._log.subscribe(self._hear)
        self.call_after_refresh(self._look)

    def on_unmount(self) -> None:
        """Listen no more."""
        self._leave()

    def show(self, selection: Selection) -> None:
        """Show the log as it is; point at the exchange of what is selected on the timeline."""
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
    def _pane(self) -> WirePane:
        return self.query_one(WirePane)

    @property
    def _workspace(self) -> Workspace | None:
        return self.screen if isinstance(self.screen, Workspace) else None

    def _say(self, text: str, *, problem: bool = False) -> None:
        if isinstance(workspace := self.screen, Workspace):
            workspace.say(text, problem=problem)

    # -- the log ----------------------------------------------------------------------------

    def _hear(self, _: int) -> None:
        self._stale = True
        seen = self.is_attached and self.display and self.screen in self.app.screen_stack
        if self._timer is None and seen:
            self._timer = self.set_timer(_PAUSE, self._look)

    def _look(self) -> None:
        self._timer = None
        if not self._stale or not self.is_mounted or not self.query(WirePane):
            return
        self._stale = False
        if self._words:
            self.run_worker(self._look_through(self._words), group="filter", exclusive=True)
        else:
            self._pane.show(self._log.exchanges, let_go=self._log.let_go, filtered=False)

    async def _look_through(self, words: str) -> None:
        """List what holds the words; megabytes are searched in a thread."""
        exchanges = self._log.exchanges
        unknown = [each for each in exchanges if each.open or each.id not in self._judged]
        found = await asyncio.to_thread(holding, unknown, words)
        self._judged |= {each.id: each.id in found for each in unknown}
        kept = tuple(exchange for exchange in exchanges if self._judged[exchange.id])
        self._pane.show(kept, let_go=self._log.let_go, filtered=True)

    @on(WirePane.FilterChanged)
    def _filter_changed(self, event: WirePane.FilterChanged) -> None:
        event.stop()
        self._words, self._stale = event.words.strip(), True
        self._judged = {}
        self._look()

    # -- what is wanted ---------------------------------------------------------------------

    @on(WirePane.Wanted)
    def _wanted(self, event: WirePane.Wanted) -> None:
        event.stop()
        match event.what:
            case "load":
                self._ask_what_to_load()
            case "forget":
                self._ask_to_forget()
            case "copy_text":
                self._copy(self._pane.text, self._pane.part)
            case _ if event.exchange is None:
                self._say("There is no exchange yet.")
            case "copy":
                self._ask_how_to_copy(event.exchange.attempts[event.attempt])
            case "send_again":
                self._ask_to_send(event.exchange.attempts[event.attempt], None)
            case "edit":
                self._edit(event.exchange.attempts[event.attempt])
            case _:
                self._lead_on(event.what, event.exchange, event.attempt)

    def _lead_on(self, what: str, exchange: WireExchange, attempt: int) -> None:
        """What is done elsewhere."""
        match what:
            case "save":
                self._ask_where_to_save(exchange)
            case "timeline":
                name = f"#{exchange.id} on the wire"
                self.post_message(TimelineWanted(exchange.attempts[attempt], name))
            case "repeat":
                self.post_message(RepeatWanted(exchange))
            case "waterfall":
                self._show_waterfall(exchange, attempt)

    def _show_waterfall(self, exchange: WireExchange, attempt: int) -> None:
        """Of the last attempt as the client saw it, else as it was recorded."""
        times = times_of(exchange, attempt)
        last = attempt == len(exchange.attempts) - 1
        number = exchange.number if last and exchange.number else None
        if times is None and number is None:
            self._say("This recording does not say when anything happened.")
        else:
            self.post_message(WaterfallWanted(number, times=times))

    def _copy(self, text: str, what: str) -> None:
        if (workspace := self._workspace) is not None:
            workspace.copy(text, what)

    def _ask_how_to_copy(self, exchange: RecordedExchange) -> None:
        def take(name: str | None) -> None:
            if name is None:
                return
            try:
                text = _copied(exchange, name)
            except NoProgramError as error:
                self._say(str(error), problem=True)
                return
            title = next(choice.title for choice in _COPIES if choice.name == name)
            self._copy(text, f"the {title}" if name in ("request", "response") else title)

        self.app.push_screen(ChooseScreen("Copy as", _COPIES), take)

    def _ask_to_send(self, exchange: RecordedExchange, body: dict[str, object] | None) -> None:
        try:
            editable(exchange)
        except NotSendableError as error:
            self._say(str(error), problem=True)
            return
        found = () if body is None else changes(exchange, body)
        what = f"{exchange.method} {self._groq.config.base_url}{asked(exchange).path}"

        def send(wanted: bool | None) -> None:
            if wanted:
                self.run_worker(self._send(exchange, body), group=_SENDING)

        self.app.push_screen(SendScreen(what, found), send)

    async def _send(self, exchange: RecordedExchange, body: dict[str, object] | None) -> None:
        try:
            await send_again(self._groq, exchange, body)
        except NotSendableError as error:
            self._say(str(error), problem=True)
        except GroqError as error:
            problem = problem_of(error, now=self._groq.now())
            self._say(f"{problem.title}. {problem.explanation}", problem=True)
        else:
            self._say("It was sent again, and its answer is the newest in the list.")

    def _edit(self, exchange: RecordedExchange) -> None:
        try:
            text = editable(exchange)
        except NotSendableError as error:
            self._say(str(error), problem=True)
            return
        if not text:
            self._say("There is no body to edit: r sends it again.")
            return

        def check(typed: str) -> tuple[str, bool]:
            try:
                number = len(changes(exchange, edited(typed)))
            except NotSendableError as error:
                return str(error), False
            said = plural(number, "difference") if number else "No difference"
            return f"{said} to the original. Nothing is sent before you have seen them.", True

        def go_on(typed: str | None) -> None:
            if typed is not None:
                self._ask_to_send(exchange, edited(typed))

        self.app.push_screen(EditScreen("Edit and send", text, check=check), go_on)

    def _ask_where_to_save(self, exchange: WireExchange) -> None:
        async def write(path: Path) -> str:
            return await _tried(self._save, path, exchange.attempts)

        def told(path: Path | None) -> None:
            if path is not None:
                self._say(f"Saved in {path}; --replay {path} plays it.")

        stamp = time.strftime("%Y%m%d-%H%M%S", time.localtime())
        hint = "A HAR file without keys; any HAR viewer opens it, and so does --replay."
        name = f"groq-{stamp}-{exchange.id}.har"
        self.app.push_screen(AskPathScreen("Save as HAR", hint, path=name, do=write), told)

    def _ask_what_to_load(self) -> None:
        number = 0

        async def read(path: Path) -> str:
            nonlocal number
            loaded: list[RecordedExchange] = []

            def take(path: Path) -> None:
                loaded.extend(self._load(path))

            problem = await _tried(take, path)
            if not problem:
                number = len(await self._log.load_many(loaded, origin=path.name))
            return problem

        def told(path: Path | None) -> None:
            if path is not None:
                self._say(f"Loaded {plural(number, 'exchange')} of {path.name}.")
                self._pane.take_focus()

        hint = "A HAR file, ours or a browser's, or a folder with request.json and body.bin."
        self.app.push_screen(AskPathScreen("Load a recording", hint, path="", do=read), told)

    def _ask_to_forget(self) -> None:
        def forget(wanted: bool | None) -> None:
            if wanted:
                self._log.forget()
                self._stale = True
                self._look()

        number = len(self._log)
        if number:
            self.app.push_screen(
                ConfirmScreen(
                    "Forget what was sent?",
                    f"{plural(number, 'exchange')} will be gone from here. Files stay.",
                    yes="forget",
                    no="keep",
                ),
                forget,
            )


def _copied(exchange: RecordedExchange, name: str) -> str:
    """Raises NoProgramError."""
    match name:
        case "curl":
            return as_curl(exchange)
        case "client":
            return as_client(exchange)
        case "sdk":
            return as_sdk(exchange)
        case "request":
            return (exchange.request_body or b"").decode("utf-8", "replace")
    return exchange.body.decode("utf-8", "replace")


async def _tried(do: Callable[..., None], *arguments: object) -> str:
    """Do it in a thread; gives "" or what is wrong."""
    try:
        await asyncio.to_thread(do, *arguments)
    except ValidationError as error:
        return str(error)
    except (OSError, ValueError) as error:
        return f"It cannot be used: {getattr(error, 'strerror', None) or type(error).__name__}."
    return ""
