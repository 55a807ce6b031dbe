"""The chat: the only place where what its session tells changes widgets."""

from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, ClassVar, Final

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.worker import Worker, WorkerState

from client import GroqError
from workbench.commands.chat import CHAT, EDITING, READING
from workbench.commands.command import Command, bindings
from workbench.commands.everywhere import EVERYWHERE
from workbench.messages import ChatUpdated, ModelsListed, Outbox, WaitUpdated
from workbench.panes.chat import ChatPane
from workbench.panes.parameters import ParametersPane
from workbench.places import PlaceName
from workbench.ports import PromptHistory
from workbench.screens.answer_watch import AnswerWatch
from workbench.screens.confirm import ConfirmScreen
from workbench.screens.early_keys import EarlyKeys
from workbench.screens.help import Section
from workbench.screens.links import LinkScreen, web_address
from workbench.screens.model_choice import ModelChoiceScreen
from workbench.screens.read_aloud import ReadAloud
from workbench.screens.workspace import Surroundings, Workspace
from workbench.session.chat import ChatParameters, ChatSession, ChatUpdate
from workbench.session.measurements import Measurements
from workbench.session.models import ModelCatalogue
from workbench.session.problems import problem_of
from workbench.session.waits import Wait, Waits
from workbench.visits import DraftOffered
from workbench.widgets.figures import countdown, plural
from workbench.widgets.title_bar import TitleBar
from workbench.widgets.transcript import ScreenLag, Transcript

if TYPE_CHECKING:
    from workbench.session.speaking import Speaking

_ANSWER: Final = "answer"
_MODELS: Final = "models"


class ChatScreen(EarlyKeys, Workspace):
    """A conversation with a model, and how it is to answer."""

    PLACE: ClassVar[PlaceName] = "chat"
    OFFERS: ClassVar[tuple[Command, ...]] = (*CHAT, *EVERYWHERE)
    CSS_PATH: ClassVar = ["../workbench.tcss"]
    BINDINGS: ClassVar[list[BindingType]] = list(bindings(CHAT))

    def __init__(
        self,
        surroundings: Surroundings,
        *,
        chat: ChatSession,
        models: ModelCatalogue,
        measurements: Measurements,
        waits: Waits,
        history: PromptHistory,
        draft: Callable[[], tuple[str, bool]],
        speaking: "Callable[[], Speaking]",
    ) -> None:
        super().__init__(surroundings)
        self._read_aloud = ReadAloud(self, speaking)
        self._chat = chat
        self._models = models
        self._measurements = measurements
        self._waits = waits
        self._now = surroundings.now
        self._history = history
        self._draft = draft
        self._watch_answer = AnswerWatch(self, chat, now=self._now)
        self._models_problem = ""
        self._leave_waits: Callable[[], None] | None = None

    def compose_body(self) -> ComposeResult:
        """The conversation, and beside it the parameters when they are wanted."""
        yield ChatPane(
            service=self.surroundings.service, history=self._history, now=self._now, id="chat-pane"
        )
        yield ParametersPane(self._chat.parameters, id="parameters-pane")

    @property
    def lag(self) -> ScreenLag | None:
        """How long the newest answer takes from its arrival to the terminal."""
        return self._pane.lag

    @property
    def exchange(self) -> int | None:
        """The number of the request whose answer is the newest."""
        return self._chat.exchange

    @property
    def help_sections(self) -> Sequence[Section]:
        """The keys of the prompt and of the conversation."""
        return (("In the prompt", EDITING), ("In the conversation", READING))

    def on_mount(self) -> None:
        """Begin with the prompt; ask which models there are."""
        self._parameters.display = False
        self._leave_waits = self._waits.subscribe(self._hear_of_wait)
        self._pane.take_focus()
        self._show_parameters()
        self._offer_keys()
        self._list_models()
        self._pane.begin_with(*self._draft())

    def _hear_of_wait(self, wait: Wait | None) -> None:
        self.post_message(WaitUpdated(wait))

    def on_unmount(self) -> None:
        """Listen no more."""
        if self._leave_waits is not None:
            self._leave_waits()

    @property
    def _pane(self) -> ChatPane:
        return self.query_one(ChatPane)

    @property
    def _parameters(self) -> ParametersPane:
        return self.query_one(ParametersPane)

    def displayed(self) -> None:
        """A frame has gone to the terminal."""
        if self._pane.displayed() and not self._watch_answer.running:
            self.status_bar.refresh()  # the last words of an answer are out

    # -- what the session tells -------------------------------------------------------------

    @on(ChatUpdated)
    def _chat_updated(self, event: ChatUpdated) -> None:
        event.stop()
        for update in event.updates:
            self._pane.show(update)

    @on(WaitUpdated)
    def _wait_updated(self, event: WaitUpdated) -> None:
        event.stop()
        self._pane.show_wait(event.wait)

    @on(ModelsListed)
    def _models_listed(self, event: ModelsListed) -> None:
        event.stop()
        self._models_problem = event.problem
        if isinstance(self.app.screen, ModelChoiceScreen):
            self.app.screen.show_models(self._models.chat_models, problem=event.problem)

    @on(Worker.StateChanged)
    def _worker_changed(self, event: Worker.StateChanged) -> None:
        if event.worker.group != _ANSWER or event.worker.is_running:
            return
        if event.state is WorkerState.CANCELLED:
            self._show_stopped()
        if event.state in (WorkerState.CANCELLED, WorkerState.SUCCESS, WorkerState.ERROR):
            self._finish()

    def _show_stopped(self) -> None:
        """A cancelled answer yields no outcome any more; the session has kept it."""
        outcome = self._chat.turns[-1].outcome if self._chat.turns else None
        if outcome is not None and self._pane.answering:
            self._pane.show(outcome)

    @on(DraftOffered)
    def _draft_offered(self, event: DraftOffered) -> None:
        event.stop()
        self._pane.take_draft(event.text)

    # -- asking -----------------------------------------------------------------------------

    @on(ChatPane.Submitted)
    def _submitted(self, event: ChatPane.Submitted) -> None:
        event.stop()
        self._follow_answer(self._chat.ask(event.question))

    def _follow_answer(self, updates: AsyncIterator[ChatUpdate]) -> None:
        self._pane.ready = False
        self.run_worker(self._post(updates), name=_ANSWER, group=_ANSWER, exclusive=True)
        self._watch_answer.begin()
        self._offer_keys()

    async def _post(self, updates: AsyncIterator[ChatUpdate]) -> None:
        outbox = Outbox(lambda updates: self.post_message(ChatUpdated(updates)))
        try:
            async for update in updates:
                outbox.put(update)
        finally:
            outbox.flush()

    def _finish(self) -> None:
        self._watch_answer.finish()
        self._pane.ready = True
        self._offer_keys()

    def _list_models(self) -> None:
        self.run_worker(self._refresh_models(), name=_MODELS, group=_MODELS, exclusive=True)

    async def _refresh_models(self) -> None:
        await self._measurements.load()
        try:
            await self._models.refresh()
        except GroqError as error:
            problem = problem_of(error, now=self._now())
            self.post_message(ModelsListed(f"{problem.title}: the list may be incomplete."))
        else:
            self.post_message(ModelsListed())

    # -- commands ---------------------------------------------------------------------------

    def action_send(self) -> None:
        """Send what is typed."""
        self._pane.submit()

    def action_stop(self) -> None:
        """Stop the answer; without one, go back to the prompt."""
        if self._watch_answer.running:
            self.workers.cancel_group(self, _ANSWER)
        else:
            self._pane.take_focus()

    def action_regenerate(self) -> None:
        """Ask the last question again."""
        if self._watch_answer.running:
            self._pane.say_busy()
        elif not self._chat.turns:
            self.say("There is no question to ask again.")
        elif (wait := self._pane.wait_for(self._chat.model)) > 0:
            self.say(f"The service wants {countdown(wait)} more. Another model may answer now.")
        else:
            self._follow_answer(self._chat.regenerate())

    def action_new_chat(self) -> None:
        """Begin anew, after asking when something would be lost."""
        turns = len(self._chat.turns)
        if not turns and self._pane.empty:
            self._pane.take_focus()
            return
        self.app.push_screen(
            ConfirmScreen(
                "Start a new chat?",
                f"This conversation of {plural(turns, 'question')} will be gone. Your draft stays.",
                yes="new chat",
                no="keep it",
                key="ctrl+n",
            ),
            self._new_chat,
        )

    def _new_chat(self, confirmed: bool | None) -> None:
        if confirmed:
            self.workers.cancel_group(self, _ANSWER)
            self._chat.forget()
            self._pane.clear()
            self.status_bar.show_latency(None)
            self._pane.take_focus()
            self._offer_keys()

    def action_choose_model(self) -> None:
        """Open the list of models, and ask for a newer one."""
        self.app.push_screen(
            ModelChoiceScreen(
                self._models.chat_models,
                current=self._chat.model,
                speeds=self._measurements.speeds(),
                problem=self._models_problem,
            ),
            self._choose_model,
        )
        self._list_models()

    def _choose_model(self, model: str | None) -> None:
        if model:
            self._chat.model = model
            self.show_model()
        self._pane.take_focus()

    def action_toggle_parameters(self) -> None:
        """Open the side panel, or close it."""
        panel = self._parameters
        panel.display = not panel.display
        if panel.display:
            panel.take_focus()
        else:
            self._pane.take_focus()
            if panel.unsent:
                self.say(f"Not sent as typed: {', '.join(panel.unsent)}. F2 opens.", problem=True)

    @on(ParametersPane.Changed)
    def _parameters_changed(self, event: ParametersPane.Changed) -> None:
        event.stop()
        self._chat.parameters = event.parameters
        self._show_parameters()

    def _show_parameters(self) -> None:
        chosen, unset = asdict(self._chat.parameters), asdict(ChatParameters())
        tools = len(chosen.pop("tools"))
        self.query_one(TitleBar).show_parameters(
            sum(value != unset[name] for name, value in chosen.items()), tools=tools
        )

    def action_find(self) -> None:
        """Look for words in the conversation."""
        if self._pane.empty:
            self.say("There is nothing to search yet.")
        else:
            self._pane.find()

    def action_copy_answer(self) -> None:
        """Copy the last answer."""
        self._pane.copy_answer()

    def action_copy_code(self) -> None:
        """Copy the last code block of the last answer; again for the one before it."""
        self._pane.copy_code()

    @on(Transcript.CopyRequested)
    def _copy_requested(self, event: Transcript.CopyRequested) -> None:
        event.stop()
        self.copy(event.text, event.what)

    def action_read_aloud(self) -> None:
        """Read the last answer aloud; or be silent."""
        answer = self._pane.last_answer
        self._read_aloud.toggle(answer.text if answer else "")

    def action_toggle_reasoning(self) -> None:
        """Open or fold the last answer's reasoning."""
        answer = self._pane.last_answer
        if answer is None or not answer.toggle_reasoning():
            self.say("There is no reasoning here.")

    def action_follow(self) -> None:
        """Go to the end."""
        self._pane.follow()

    @on(Transcript.LinkRequested)
    def _link_requested(self, event: Transcript.LinkRequested) -> None:
        event.stop()
        address = web_address(event.url)
        if address is None:
            self.say("This link is not opened: only plain web addresses are.")
            return
        self.app.push_screen(
            LinkScreen(address), lambda wanted: self.app.open_url(address) if wanted else None
        )

    def _offer_keys(self) -> None:
        offered = {"choose_model", "toggle_parameters"}
        if self._watch_answer.running:
            offered |= {"stop"}
        else:
            offered |= {"send"}
        if self._chat.turns:
            offered |= {"new_chat"}
            if not self._watch_answer.running:
                offered |= {"regenerate"}
        answer = self._pane.last_answer
        if answer is not None and answer.text:
            offered |= {"copy_answer"}
            if answer.code_blocks:
                offered |= {"copy_code"}
        self.offer(offered)
