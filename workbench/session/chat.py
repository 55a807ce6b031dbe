"""A conversation: what was asked, what came back, and what happens while it comes.

The session yields events and is called; it knows no widget. Cancelling whoever iterates ``ask``
stops the answer: the connection closes at once and what had arrived is kept.
"""

from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import dataclass
from typing import Literal, TypeAlias

from client import (
    AssistantMessage,
    ChatOptions,
    ChatStream,
    GroqClient,
    GroqError,
    MessageLike,
    ToolCall,
    assistant,
    system,
    user,
)
from workbench.session.latency import Latency
from workbench.session.models import ModelCatalogue
from workbench.session.problems import Problem, problem_of

ReasoningEffort: TypeAlias = Literal["none", "default", "low", "medium", "high"]
ReasoningFormat: TypeAlias = Literal["hidden", "raw", "parsed"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ChatParameters:
    """How to answer; ``None`` leaves it to the service. ``tools`` are in the API's form."""

    system_prompt: str = ""
    temperature: float | None = None
    top_p: float | None = None
    max_completion_tokens: int | None = None
    seed: int | None = None
    reasoning_effort: ReasoningEffort | None = None
    reasoning_format: ReasoningFormat | None = None
    tools: tuple[Mapping[str, object], ...] = ()

    def options(self) -> ChatOptions:
        """The parameters as the client takes them."""
        options: ChatOptions = {
            "temperature": self.temperature,
            "top_p": self.top_p,
            "max_completion_tokens": self.max_completion_tokens,
            "seed": self.seed,
            "reasoning_effort": self.reasoning_effort,
            "reasoning_format": self.reasoning_format,
        }
        if self.tools:
            options["tools"] = self.tools
        return options


@dataclass(frozen=True, slots=True, kw_only=True)
class QuestionAsked:
    """A question is on its way."""

    turn: int
    question: str
    model: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReasoningArrived:
    """A piece of reasoning; ``at`` is when its bytes arrived, on the client's clock."""

    turn: int
    text: str
    at: float


@dataclass(frozen=True, slots=True, kw_only=True)
class TextArrived:
    """A piece of the answer; ``at`` is when its bytes arrived, on the client's clock."""

    turn: int
    text: str
    at: float


@dataclass(frozen=True, slots=True, kw_only=True)
class ToolCallArrived:
    """The model asks for a call, and the answer that holds it is whole. Nothing runs it here."""

    turn: int
    call: ToolCall


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerCompleted:
    """The answer is whole."""

    turn: int
    message: AssistantMessage
    finish_reason: str | None
    latency: Latency


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerStopped:
    """The reader stopped it; ``message`` is what had arrived."""

    turn: int
    message: AssistantMessage
    latency: Latency


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerFailed:
    """It went wrong; ``message`` is what had arrived, often nothing."""

    turn: int
    message: AssistantMessage
    problem: Problem
    latency: Latency


Outcome: TypeAlias = AnswerCompleted | AnswerStopped | AnswerFailed
ChatUpdate: TypeAlias = QuestionAsked | ReasoningArrived | TextArrived | ToolCallArrived | Outcome


@dataclass(slots=True, kw_only=True)
class Turn:
    """A question and what came of it; ``outcome`` is ``None`` while the answer arrives."""

    number: int
    question: str
    model: str
    outcome: Outcome | None = None


class ChatSession:
    """One conversation with a model, which may change from turn to turn.

    Args:
        models: where to look up whether a model reasons; without it nothing is assumed.
    """

    def __init__(
        self,
        groq: GroqClient,
        *,
        model: str,
        parameters: ChatParameters | None = None,
        models: ModelCatalogue | None = None,
        now: Callable[[], float] | None = None,
    ) -> None:
        self.model = model
        self.parameters = parameters or ChatParameters()
        self._groq = groq
        self._models = models
        self._now = now or groq.now
        self._turns: list[Turn] = []
        self._stream: ChatStream | None = None
        self._pieces = 0

    @property
    def turns(self) -> tuple[Turn, ...]:
        """The conversation so far."""
        return tuple(self._turns)

    @property
    def latency(self) -> Latency | None:
        """The figures of the running or the last answer, ``None`` before the first."""
        if self._stream is None:
            return None
        return Latency.of(self._stream.timing, self._stream.usage, pieces=self._pieces)

    @property
    def exchange(self) -> int | None:
        """The number of the running or the last request, ``None`` before the first."""
        return self._stream.exchange if self._stream is not None else None

    def forget(self) -> None:
        """Begin anew."""
        self._turns.clear()
        self._stream = None

    async def ask(self, question: str) -> AsyncIterator[ChatUpdate]:
        """Ask, and yield what happens until the answer's outcome, which is always the last."""
        number = self._turns[-1].number + 1 if self._turns else 1
        turn = Turn(number=number, question=question, model=self.model)
        self._turns.append(turn)
        async for update in self._answer(turn):
            yield update

    async def regenerate(self) -> AsyncIterator[ChatUpdate]:
        """Ask the last question again; its answer is dropped. Nothing where nothing was asked."""
        if self._turns:
            async for update in self.ask(self._turns.pop().question):
                yield update

    async def _answer(self, turn: Turn) -> AsyncIterator[ChatUpdate]:
        yield QuestionAsked(turn=turn.number, question=turn.question, model=turn.model)
        self._stream, self._pieces = None, 0
        try:
            self._stream = stream = self._groq.chat.stream(
                model=turn.model, messages=self._messages(), **self._options(turn.model)
            )
            async with stream:
                async for update in self._arriving(turn, stream):
                    yield update
            for call in stream.tool_calls:
                yield ToolCallArrived(turn=turn.number, call=call)
            turn.outcome = AnswerCompleted(
                turn=turn.number,
                message=stream.message,
                finish_reason=stream.finish_reason,
                latency=self._measured(),
            )
        except GroqError as error:
            turn.outcome = AnswerFailed(
                turn=turn.number,
                message=self._so_far(),
                problem=problem_of(error, now=self._now()),
                latency=self._measured(),
            )
        finally:
            if turn.outcome is None:
                turn.outcome = AnswerStopped(
                    turn=turn.number, message=self._so_far(), latency=self._measured()
                )
        yield turn.outcome

    async def _arriving(self, turn: Turn, stream: ChatStream) -> AsyncIterator[ChatUpdate]:
        async for chunk in stream:
            at = stream.timing.chunks[-1]
            if chunk.reasoning:
                self._pieces += 1
                yield ReasoningArrived(turn=turn.number, text=chunk.reasoning, at=at)
            if chunk.text:
                self._pieces += 1
                yield TextArrived(turn=turn.number, text=chunk.text, at=at)

    def _messages(self) -> list[MessageLike]:
        """The conversation as it is sent.

        A question that nothing came back to is left out, but for the last; so are calls that
        nobody answered, which the service would refuse without their results.
        """
        prompt = self.parameters.system_prompt.strip()
        messages: list[MessageLike] = [system(prompt)] if prompt else []
        *earlier, last = self._turns
        for turn in earlier:
            if turn.outcome is not None and turn.outcome.message.text:
                messages += [user(turn.question), assistant(turn.outcome.message.text)]
        return [*messages, user(last.question)]

    def _options(self, model: str) -> ChatOptions:
        """The parameters; reasoning is asked for parsed where it would come as raw tags.

        gpt-oss sends it parsed unasked; other models that reason mix it into the text unless told
        (groq-api 2.3).
        """
        options = self.parameters.options()
        known = self._models.get(model) if self._models else None
        reasons = known is not None and known.supports("reasoning")
        if reasons and self.parameters.reasoning_format is None and "gpt-oss" not in model:
            options["reasoning_format"] = "parsed"
        return options

    def _so_far(self) -> AssistantMessage:
        return self._stream.message if self._stream else AssistantMessage()

    def _measured(self) -> Latency:
        return self.latency or Latency()
