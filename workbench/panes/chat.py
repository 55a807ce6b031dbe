"""The conversation and the prompt: shows what the session tells, posts what the person wants."""

from collections.abc import Callable

from textual import on
from textual.app import ComposeResult
from textual.containers import Container, Vertical, VerticalGroup
from textual.message import Message
from textual.timer import Timer

from workbench.panes.notices import footer, notice, wait_of
from workbench.ports import PromptHistory
from workbench.session.chat import (
    AnswerCompleted,
    AnswerFailed,
    AnswerStopped,
    ChatUpdate,
    QuestionAsked,
    ReasoningArrived,
    TextArrived,
    ToolCallArrived,
)
from workbench.session.problems import Problem
from workbench.session.service import Service
from workbench.widgets.figures import duration
from workbench.widgets.more_below import MoreBelow
from workbench.widgets.prompt import Prompt
from workbench.widgets.transcript import AnswerEntry, NoticeEntry, Transcript, UserEntry
from workbench.widgets.welcome import Examples, Welcome

_BUSY = "Still answering: Esc stops it. Your draft stays."


class ChatPane(Vertical):
    """A conversation with a model. ``show`` it updates; it posts ``Submitted``."""

    class Submitted(Message):
        """A question is to be asked; nothing more can be until ``ready`` is set again."""

        def __init__(self, question: str) -> None:
            super().__init__()
            self.question = question

    def __init__(
        self,
        *,
        service: Service,
        history: PromptHistory,
        now: Callable[[], float],
        id: str | None = None,  # noqa: A002 - Textual's name
    ) -> None:
        super().__init__(id=id)
        self._service = service
        self._now = now
        self._transcript = Transcript(id="transcript")
        self._prompt = Prompt(history, id="prompt")
        self._questions: dict[int, UserEntry] = {}
        self._answer: AnswerEntry | None = None
        self._thinking_since: float | None = None
        self._notice: NoticeEntry | None = None
        self._problem: Problem | None = None
        self._model: str | None = None
        self._failed_model: str | None = None
        self._countdown: Timer | None = None

    def compose(self) -> ComposeResult:
        """The conversation above, the prompt below."""
        with Container(id="conversation"):
            yield self._transcript
            yield Welcome(self._service, id="welcome")
            yield MoreBelow(id="more-below")
        with VerticalGroup(id="prompt-box"):
            yield self._prompt

    def on_mount(self) -> None:
        """Watch where the reader is."""
        self.query_one(MoreBelow).display = False
        self._transcript.display = False
        for attribute in ("following", "scroll_y", "virtual_size"):
            self.watch(self._transcript, attribute, self._show_hidden, init=False)

    # -- what the screen calls --------------------------------------------------------------

    @property
    def ready(self) -> bool:
        """Whether the prompt sends."""
        return self._prompt.ready

    @ready.setter
    def ready(self, ready: bool) -> None:
        self._prompt.ready = ready
        if ready:
            self._say("")

    @property
    def answering(self) -> bool:
        """Whether an answer is open."""
        return self._answer is not None

    @property
    def empty(self) -> bool:
        """Whether nothing was said yet."""
        return not self._transcript.entries

    @property
    def last_answer(self) -> AnswerEntry | None:
        """The newest answer in view or above."""
        entries = reversed(self._transcript.entries)
        return next((entry for entry in entries if isinstance(entry, AnswerEntry)), None)

    def take_focus(self) -> None:
        """Let the person type."""
        self._prompt.focus()

    def submit(self) -> None:
        """Send what is typed, as Enter does."""
        self._prompt.action_submit()

    def say_busy(self) -> None:
        """Say that an answer is still on its way."""
        self._say(_BUSY)

    def follow(self) -> None:
        """Go to the end and stay there."""
        self._transcript.action_follow()

    def clear(self) -> None:
        """Begin anew; the draft stays."""
        self._forget_problem()
        self._transcript.clear()
        self._questions.clear()
        self._answer = None
        self._show_welcome()

    def wait_for(self, model: str) -> float:
        """Seconds until the last question may be asked again of this model."""
        if self._problem is None or self._failed_model != model:
            return 0.0
        return wait_of(self._problem, self._now())

    def show(self, update: ChatUpdate) -> None:
        """Show what happened in the conversation."""
        match update:
            case QuestionAsked():
                self._begin(update)
            case ReasoningArrived() if self._answer:
                if self._thinking_since is None:
                    self._thinking_since = update.at
                self._answer.add_reasoning(update.text)
            case TextArrived() if self._answer:
                self._fold(self._answer, update.at)
                self._answer.add_text(update.text)
            case ToolCallArrived() if self._answer:
                function = update.call.function
                self._answer.add_tool_call(
                    name=function.name, arguments=function.arguments, call_id=update.call.id
                )
            case AnswerCompleted() if self._answer:
                self._answer.finish(footer(update))
                self._end()
            case AnswerStopped() if self._answer:
                self._answer.stop(footer(update))
                self._end()
            case AnswerFailed() if self._answer:
                self._fail(self._answer, update)
                self._end()
            case _:
                pass  # an update of an answer that was taken away

    # -- the conversation -------------------------------------------------------------------

    def _begin(self, asked: QuestionAsked) -> None:
        self._forget_problem()
        earlier = self._questions.pop(asked.turn, None)
        if earlier is not None:
            self._transcript.drop_from(earlier)
        question, self._answer = UserEntry(asked.question), AnswerEntry(asked.model)
        self._questions[asked.turn] = question
        self._model = asked.model
        self._thinking_since = None
        self._transcript.add(question)
        self._transcript.add(self._answer)
        self._transcript.action_follow()
        self._show_welcome()

    def _fold(self, answer: AnswerEntry, at: float) -> None:
        if self._thinking_since is not None:
            answer.fold_reasoning(f"Thought for {duration(at - self._thinking_since)}")
            self._thinking_since = None

    def _fail(self, answer: AnswerEntry, failed: AnswerFailed) -> None:
        if answer.text or answer.reasoning:
            answer.finish(footer(failed))
        else:
            self._transcript.drop_from(answer)
        self._problem, self._failed_model = failed.problem, self._model
        self._notice = NoticeEntry("warning" if failed.problem.retry_at else "error")
        self._transcript.add(self._notice)
        self._count_down()

    def _end(self) -> None:
        self._answer = None
        self._thinking_since = None

    def _count_down(self) -> None:
        """Say how long to wait, until there is nothing to wait for."""
        if self._notice is None or self._problem is None:
            return
        now = self._now()
        self._notice.update(*notice(self._problem, now))
        wait = wait_of(self._problem, now)
        if wait > 0:
            self._countdown = self.set_timer(max(wait % 1.0, 0.05), self._count_down)

    def _forget_problem(self) -> None:
        if self._countdown is not None:
            self._countdown.stop()
        if self._notice is not None and self._problem is not None:
            self._notice.update(self._problem.title, self._problem.explanation)
        self._notice = self._problem = self._countdown = self._failed_model = None

    def _show_welcome(self) -> None:
        self.query_one(Welcome).display = self.empty
        self._transcript.display = not self.empty

    def _show_hidden(self) -> None:
        transcript = self._transcript
        hidden = 0 if transcript.following else int(transcript.max_scroll_y - transcript.scroll_y)
        self.query_one(MoreBelow).show_hidden(hidden)

    # -- the prompt -------------------------------------------------------------------------

    def _say(self, text: str) -> None:
        box = self.query_one("#prompt-box")
        box.border_subtitle = text

    @on(Prompt.Submitted)
    def _submitted(self, event: Prompt.Submitted) -> None:
        event.stop()
        self.post_message(self.Submitted(event.text))

    @on(Prompt.Refused)
    def _refused(self, event: Prompt.Refused) -> None:
        event.stop()
        self.say_busy()

    @on(Prompt.ScrollWanted)
    def _scroll(self, event: Prompt.ScrollWanted) -> None:
        event.stop()
        if event.pages < 0:
            self._transcript.action_page_up()
        else:
            self._transcript.action_page_down()

    @on(Examples.Chosen)
    def _example_chosen(self, event: Examples.Chosen) -> None:
        event.stop()
        if self._prompt.ready:
            self._prompt.ready = False
            self.post_message(self.Submitted(event.question))
            self.take_focus()

    @on(MoreBelow.Wanted)
    def _end_wanted(self, event: MoreBelow.Wanted) -> None:
        event.stop()
        self.follow()
