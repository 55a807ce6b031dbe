"""One lane of a race: a model that is asked, round after round."""

import asyncio
from collections.abc import Callable
from typing import Literal, TypeAlias

from client import AssistantMessage, ChatStream, GroqClient, GroqError, Model
from workbench.session.latency import Latency
from workbench.session.problems import Problem, problem_of
from workbench.session.race.results import End, LaneResult
from workbench.session.race.setup import RaceSetup
from workbench.session.race.updates import LaneTextArrived

State: TypeAlias = Literal[
    "ready", "waiting", "thinking", "writing", "done", "cut short", "failed", "stopped", "out"
]
"""What a lane does; "cut short" is an answer that its bound ended, "out" takes part no more."""


class Lane:
    """A model in a race. Keeps the last answer only.

    Attributes:
        place: among the lanes, from 0.
        out: why it takes part in no further round, "" while it does.
        ready_at: when the service may be asked again, on the client's clock; ``None``: at once.

    """

    def __init__(
        self, groq: GroqClient, setup: RaceSetup, place: int, *, known: Model | None
    ) -> None:
        self.place = place
        self.model = setup.models[place]
        self.out = ""
        self.ready_at: float | None = None
        self._groq = groq
        self._messages = setup.messages
        self._options = setup.options(self.model, known)
        self._stream: ChatStream | None = None
        self._refusal: GroqError | None = None
        self._end: End | None = None
        self._pieces = 0

    @property
    def sent(self) -> float | None:
        """When the last request was sent, on the client's clock."""
        return self._stream.timing.sent if self._stream else None

    @property
    def exchange(self) -> int | None:
        """The number that the client's events of the last request bear."""
        return self._stream.exchange if self._stream and self.sent is not None else None

    @property
    def answer(self) -> AssistantMessage:
        """The last answer so far."""
        return self._stream.message if self._stream else AssistantMessage()

    @property
    def latency(self) -> Latency:
        """The figures of the last answer so far."""
        if self._stream is None:
            return Latency()
        return Latency.of(self._stream.timing, self._stream.usage, pieces=self._pieces)

    @property
    def running(self) -> bool:
        """Whether it was sent in the current round and has not ended."""
        return self._end is None and self.sent is not None

    @property
    def state(self) -> State:
        """What it does just now."""
        stream = self._stream
        if self.out and self._end != "failed":
            return "out"
        if self._end == "completed":
            cut = stream is not None and stream.finish_reason == "length"
            return "cut short" if cut else "done"
        if self._end is not None:
            return self._end
        if stream is None or stream.timing.sent is None:
            return "ready"
        if stream.timing.first_token is None:
            return "waiting"
        return "thinking" if stream.timing.first_content is None else "writing"

    def prepare(self) -> None:
        """Write the request, so that sending it is all that is left to do."""
        self._stream, self._refusal, self._end, self._pieces = None, None, None, 0
        try:
            # what has to wait, or to be sent again, has lost its round: that is told, not hidden
            self._stream = self._groq.chat.stream(
                model=self.model, messages=self._messages, max_wait=0, **self._options
            )
        except GroqError as error:
            self._refusal = error

    async def run(self, number: int, tell: Callable[[LaneTextArrived], object]) -> LaneResult:
        """Ask, and tell what arrives; gives how it ended, also when it is cancelled."""
        stream = self._stream
        if stream is None:
            return self._failed(number, self._refusal)
        end: End = "completed"
        try:
            async with stream:
                async for chunk in stream:
                    at = stream.timing.chunks[-1]
                    for text, reasoning in ((chunk.reasoning, True), (chunk.text, False)):
                        if text:
                            self._pieces += 1
                            tell(
                                LaneTextArrived(
                                    lane=self.place, text=text, reasoning=reasoning, at=at
                                )
                            )
        except GroqError as error:
            return self._failed(number, error)
        except asyncio.CancelledError:
            end = "stopped"  # whoever cancels waits for this result
        self.ready_at = None
        return self._result(number, end)

    def stopped(self, number: int) -> LaneResult:
        """The result of a lane that was stopped before it was sent."""
        return self._result(number, "stopped")

    def _failed(self, number: int, error: GroqError | None) -> LaneResult:
        problem = None
        if error is not None:
            problem = problem_of(error, now=self._groq.now())
            self.ready_at = problem.retry_at
            if not problem.retryable:
                self.out = "It would fail again"
        return self._result(number, "failed", problem)

    def _result(self, number: int, end: End, problem: Problem | None = None) -> LaneResult:
        stream = self._stream
        self._end = end
        return LaneResult(
            round=number,
            lane=self.place,
            model=self.model,
            end=end,
            latency=self.latency,
            exchange=self.exchange,
            finish_reason=stream.finish_reason if stream else None,
            problem=problem,
        )
