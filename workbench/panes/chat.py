"""The conversation and the prompt: shows what the session tells, posts what the person wants."""

from collections.abc import Callable

from textual import on
from textual.app import ComposeResult
from textual.containers import VerticalGroup
from textual.content import Content
from textual.message import Message

from workbench.panes.failure import Failure
from workbench.panes.notices import footer
from workbench.panes.waiting import Waiting
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
from workbench.session.service import Service
from workbench.session.waits import Wait
from workbench.widgets.figures import duration
from workbench.widgets.find_bar import FindBar
from workbench.widgets.ground import GroundContainer, GroundVertical
from workbench.widgets.more_below import MoreBelow
from workbench.widgets.prompt import Prompt
from workbench.widgets.transcript import AnswerEntry, ScreenLag, Transcript, UserEntry
from workbench.widgets.welcome import Examples, Welcome

_BUSY = "Still answering: Esc stops it. Your draft stays."


class ChatPane(GroundVertical):
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
        self._thought: tuple[float, float] | None = None
        self._model: str | None = None
        self._failure: Failure | None = None
        self._waiting: Waiting | None = None
        self._code_from_end = 0

    def compose(self) -> ComposeResult:
        """The conversation above, the prompt below."""
        with GroundContainer(id="conversation"):
            yield self._transcript
            yield Welcome(self._service, id="welcome")
            yield MoreBelow(id="more-below")
        yield FindBar(id="find-bar")
        with VerticalGroup(id="prompt-box"):
            yield self._prompt

    def on_mount(self) -> None:
        """Watch where the reader is."""
        self.query_one(MoreBelow).display = False
        self.query_one(FindBar).display = False
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

    @property
    def lag(self) -> ScreenLag | None:
        """How long the newest answer takes from its arrival to the terminal."""
        return self._transcript.lag.lag

    def displayed(self) -> bool:
        """A frame has gone to the terminal; says whether ``lag`` is another now."""
        return self._transcript.lag.displayed(self._now())

    def take_focus(self) -> None:
        """Let the person type."""
        self._prompt.focus()

    def begin_with(self, draft: str, send: bool) -> None:
        """Put what was typed already into the prompt, and send it if that was meant."""
        if draft:
            self._prompt.load_text(draft)
            self._prompt.move_cursor(self._prompt.document.end)
        if send:
            self._prompt.submit()

    def take_draft(self, text: str) -> None:
        """Put a text where the cursor is in the prompt, for the person to send or not."""
        self._prompt.insert(text)
        self._prompt.focus()

    def submit(self) -> None:
        """Send what is typed, as Enter does."""
        self._prompt.submit()

    def say_busy(self) -> None:
        """Say that an answer is still on its way."""
        self._say(_BUSY)

    def follow(self) -> None:
        """Go to the end and stay there."""
        self._transcript.action_follow()

    def find(self) -> None:
        """Look for words in the conversation."""
        bar = self.query_one(FindBar)
        bar.display = True
        bar.take_focus()
        self._transcript.find(bar.words)

    def copy_answer(self) -> None:
        """Ask for the last answer to be copied."""
        answer = self.last_answer
        self._copy(answer.text if answer else "", "the answer")

    def copy_code(self) -> None:
        """Ask for the last answer's last code block to be copied; again for the one before."""
        answer = self.last_answer
        blocks = answer.code_blocks if answer else ()
        if not blocks:
            self._copy("", "code")
            return
        self._code_from_end = self._code_from_end % len(blocks) + 1
        number = len(blocks) - self._code_from_end + 1
        name = f"code block {number} of {len(blocks)}" if len(blocks) > 1 else "the code block"
        self._copy(blocks[-self._code_from_end], name)

    def _copy(self, text: str, what: str) -> None:
        self.post_message(Transcript.CopyRequested(text, what))

    def clear(self) -> None:
        """Begin anew; the draft stays."""
        self._forget_failure()
        self._transcript.clear()
        self._transcript.lag.clear()
        self._questions.clear()
        self._answer = None
        self._show_welcome()

    def wait_for(self, model: str) -> float:
        """Seconds until the last question may be asked again of this model."""
        if self._failure is None or self._failure.model != model:
            return 0.0
        return self._failure.wait

    def show_wait(self, wait: Wait | None) -> None:
        """Show what the question waits for, or that it goes on."""
        if self._waiting is not None:
            self._waiting.close()
            self._transcript.drop_from(self._waiting.entry)
            self._waiting = None
        if wait is not None and self._answer is not None:
            self._waiting = Waiting(wait, owner=self, now=self._now)
            self._transcript.add(self._waiting.entry)

    def show(self, update: ChatUpdate) -> None:
        """Show what happened in the conversation."""
        match update:
            case QuestionAsked():
                self._begin(update)
            case ReasoningArrived() if self._answer:
                self._thought = (self._thought or (update.at,))[0], update.at
                self._transcript.lag.arrived(update.at)
                self._answer.add_reasoning(update.text)
            case TextArrived() if self._answer:
                self._fold(self._answer)
                self._transcript.lag.arrived(update.at)
                self._answer.add_text(update.text)
            case ToolCallArrived() if self._answer:
                self._fold(self._answer)
                function = update.call.function
                self._answer.add_tool_call(
                    name=function.name, arguments=function.arguments, call_id=update.call.id
                )
            case AnswerCompleted() if self._answer:
                self._answer.finish(footer(update, self.lag))
                self._end()
            case AnswerStopped() if self._answer:
                self._answer.stop(footer(update, self.lag))
                self._end()
            case AnswerFailed() if self._answer:
                self._fail(self._answer, update)
                self._end()
            case _:
                pass  # an update of an answer that was taken away

    # -- the conversation -------------------------------------------------------------------

    def _begin(self, asked: QuestionAsked) -> None:
        self._forget_failure()
        earlier = self._questions.pop(asked.turn, None)
        if earlier is not None:
            self._transcript.drop_from(earlier)
        question, self._answer = UserEntry(asked.question), AnswerEntry(asked.model)
        self._questions[asked.turn] = question
        self._model = asked.model
        self._thought = None
        self._transcript.lag.clear()
        self._transcript.add(question)
        self._transcript.add(self._answer)
        self._transcript.action_follow()
        self._show_welcome()

    def _fold(self, answer: AnswerEntry) -> None:
        """Fold the reasoning, with the time from its first piece to its last."""
        if self._thought is not None:
            first, last = self._thought
            answer.fold_reasoning(
                f"Thought for {duration(last - first)}" if last > first else "Thought"
            )
            self._thought = None

    def _fail(self, answer: AnswerEntry, failed: AnswerFailed) -> None:
        if answer.text or answer.reasoning:
            answer.finish(footer(failed, self.lag))
        else:
            self._transcript.drop_from(answer)
        self._failure = Failure(failed.problem, model=self._model, owner=self, now=self._now)
        self._transcript.add(self._failure.entry)

    def _end(self) -> None:
        self.show_wait(None)
        self._answer = None
        self._thought = None
        self._code_from_end = 0

    def _forget_failure(self) -> None:
        if self._failure is not None:
            self._failure.close()
            self._failure = None

    def _show_welcome(self) -> None:
        self.query_one(Welcome).display = self.empty
        self._transcript.display = not self.empty

    def _show_hidden(self) -> None:
        transcript = self._transcript
        hidden = 0 if transcript.following else int(transcript.max_scroll_y - transcript.scroll_y)
        self.query_one(MoreBelow).show_hidden(hidden)

    # -- finding ---------------------------------------------------------------------------

    @on(FindBar.Changed)
    def _find_changed(self, event: FindBar.Changed) -> None:
        event.stop()
        self._transcript.find(event.query)
        if not event.query:
            self.query_one(FindBar).show_found(0, 0)

    @on(FindBar.Wanted)
    def _find_wanted(self, event: FindBar.Wanted) -> None:
        event.stop()
        self._transcript.find_next(event.step)

    @on(FindBar.Left)
    def _find_left(self, event: FindBar.Left) -> None:
        event.stop()
        self._transcript.find("")
        self.query_one(FindBar).display = False
        self.take_focus()

    @on(Transcript.Found)
    def _found(self, event: Transcript.Found) -> None:
        event.stop()
        self.query_one(FindBar).show_found(event.current, event.total)

    # -- the prompt -------------------------------------------------------------------------

    def _say(self, text: str) -> None:
        box = self.query_one("#prompt-box")
        box.border_subtitle = Content(text)

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
