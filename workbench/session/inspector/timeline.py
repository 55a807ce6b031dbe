"""What the inspector shows, as values: branches of rounds, each a request, a reply and calls.

No I/O. Everything is frozen; a change makes a new value beside the old one.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Literal, TypeAlias

from workbench.session.inspector.check import Check
from workbench.session.latency import Latency
from workbench.session.problems import Problem
from workbench.session.tools.tool import Tool

Message: TypeAlias = Mapping[str, object]
"""A message in the API's form."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ChatRequest:
    """What was asked.

    Attributes:
        messages: the conversation as it was sent.
        added: how many of the last ones are new in this round.
        tools: what was offered.
        options: the other parameters, by their names on the wire.
        at: when it was sent, on the client's clock in seconds; ``None`` in a recording without it.

    """

    model: str
    messages: tuple[Message, ...]
    added: int
    tools: tuple[Tool, ...] = ()
    options: Mapping[str, object] = field(default_factory=dict)
    at: float | None = None

    @property
    def new_messages(self) -> tuple[Message, ...]:
        """What this round added to the conversation."""
        return self.messages[len(self.messages) - self.added :]


ReplyState: TypeAlias = Literal["waiting", "arriving", "complete", "stopped", "failed"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """What came back, so far.

    Attributes:
        problem: why it failed, for a person.
        error_code: the service's own name for that, such as ``tool_use_failed``.
        failed_generation: what the model wrote that the service would not take.
        request_id: the service's name for the exchange; ties it to the wire.

    """

    state: ReplyState = "waiting"
    text: str = ""
    reasoning: str = ""
    finish_reason: str | None = None
    latency: Latency | None = None
    problem: Problem | None = None
    error_code: str | None = None
    failed_generation: str | None = None
    request_id: str | None = None

    @property
    def over(self) -> bool:
        """Whether nothing more will come."""
        return self.state in ("complete", "stopped", "failed")


Origin: TypeAlias = Literal["ran", "typed", "denied", "recorded"]
"""Where a result comes from: the tool, a person in its place, a refusal, a recording."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """What the model is told of a call.

    Attributes:
        text: as it came about.
        edited: as a person changed it, ``None`` when nobody did.
        failed: whether it tells of a failure.
        printed: what the tool wrote beside its result; the model is not told.
        seconds: how long the tool took, measured here; ``None`` when nothing ran.
        note: how it ended, in a few words.

    """

    origin: Origin
    text: str
    edited: str | None = None
    failed: bool = False
    printed: str = ""
    seconds: float | None = None
    note: str = ""

    @property
    def sent(self) -> str:
        """What the model is told."""
        return self.text if self.edited is None else self.edited


CallState: TypeAlias = Literal["arriving", "pending", "running", "answered", "unusable"]
"""``unusable``: the reply that holds it is not whole, so that it can never run."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """A call that the model asks for.

    Attributes:
        arguments: the text exactly as it was generated.
        edited: as a person changed it, ``None`` when nobody did.
        tool: what it names, ``None`` when nothing of that name was offered.
        check: of the arguments as they are now.
        began_at: when it began to run, on the client's clock.

    """

    id: str
    name: str
    arguments: str
    tool: Tool | None
    check: Check
    edited: str | None = None
    state: CallState = "arriving"
    result: Result | None = None
    began_at: float | None = None

    @property
    def current(self) -> str:
        """The arguments that count."""
        return self.arguments if self.edited is None else self.edited


@dataclass(frozen=True, slots=True, kw_only=True)
class Round:
    """A request and all that followed from it before the next; numbers begin at 1."""

    number: int
    request: ChatRequest
    reply: Reply = Reply()
    calls: tuple[Call, ...] = ()

    @property
    def answered(self) -> bool:
        """Whether it made calls and every one has its result."""
        return bool(self.calls) and all(call.result is not None for call in self.calls)

    def with_call(self, index: int, call: Call) -> "Round":
        """The round with one call in place of another."""
        return replace(self, calls=(*self.calls[:index], call, *self.calls[index + 1 :]))


Kind: TypeAlias = Literal["request", "reply", "call", "result"]


@dataclass(frozen=True, slots=True, order=True, kw_only=True)
class Point:
    """A place on a branch: a part of a round; ``call`` counts from 0 and is -1 where none is."""

    round: int
    kind: Kind
    call: int = -1


@dataclass(frozen=True, slots=True, kw_only=True)
class Branch:
    """One course of a conversation.

    Attributes:
        number: of the branch, from 1.
        title: a few words of what it began with.
        draft: the prompt that a fork begins with, to be edited and sent.
        parent: the branch it was forked from, ``None`` for one that began by itself.
        forked_at: where on its parent.
        recorded: the name of the recording it was loaded from, "" for one that happened here.

    """

    number: int
    title: str = ""
    rounds: tuple[Round, ...] = ()
    draft: str = ""
    parent: int | None = None
    forked_at: Point | None = None
    recorded: str = ""

    @property
    def last(self) -> Round | None:
        """The newest round."""
        return self.rounds[-1] if self.rounds else None

    def round(self, number: int) -> Round | None:
        """The round of that number."""
        return self.rounds[number - 1] if 0 < number <= len(self.rounds) else None

    def with_round(self, changed: Round) -> "Branch":
        """The branch with a round in place of the one of its number, or after the last."""
        at = changed.number - 1
        return replace(self, rounds=(*self.rounds[:at], changed, *self.rounds[at + 1 :]))

    @property
    def points(self) -> tuple[Point, ...]:
        """Every place on it, in order."""
        found: list[Point] = []
        for each in self.rounds:
            found.append(Point(round=each.number, kind="request"))
            found.append(Point(round=each.number, kind="reply"))
            for index, call in enumerate(each.calls):
                found.append(Point(round=each.number, kind="call", call=index))
                if call.result is not None:
                    found.append(Point(round=each.number, kind="result", call=index))
        return tuple(found)
