"""What a conversation asks for, as far as an answer depends on it. No I/O."""

import re
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

from workbench.simulator.answers.facts import Facts
from workbench.simulator.messages import Message, PastCall
from workbench.simulator.request import ChatRequest

Length = Literal["sentence", "brief", "normal", "long"]

_SENTENCE = re.compile(r"\b(one|a single|1|one short|a short) (short )?sentence\b", re.IGNORECASE)
_BRIEF = re.compile(
    r"\b(be|keep it|very|stay)? ?(brief|briefly|concise|concisely|terse|short answer|shortly)\b"
    r"|\bin (a few|two|three|few) (words|sentences)\b|\btl;?dr\b",
    re.IGNORECASE,
)
_LONG = re.compile(
    r"\b(long|longer|detailed|in detail|in depth|essay|thorough|comprehensive|exhaustive"
    r"|\d{3,5} words|everything)\b",
    re.IGNORECASE,
)

_LOOKED_AT = 2000


@dataclass(frozen=True, slots=True, kw_only=True)
class ToolResult:
    """What a tool answered to one call."""

    call: PastCall
    text: str


@dataclass(frozen=True, kw_only=True)
class Brief:
    """A conversation's last question and what surrounds it."""

    question: str
    earlier: tuple[str, ...] = ()
    last_answer: str = ""
    system: str = ""
    images: tuple[str, ...] = ()
    results: tuple[ToolResult, ...] = ()

    @cached_property
    def facts(self) -> Facts:
        """What the question says that tools and forms could use."""
        return Facts(self.head)

    @cached_property
    def head(self) -> str:
        """The beginning of the question: what is pasted behind it may be a whole book."""
        return self.question[:_LOOKED_AT]

    @cached_property
    def lower(self) -> str:
        """The question in lower case."""
        return self.head.lower()

    @cached_property
    def length(self) -> Length:
        """How long the answer should be; the question overrules the system prompt."""
        for text in (self.head, self.system[:_LOOKED_AT]):
            if _SENTENCE.search(text):
                return "sentence"
            if _LONG.search(text):
                return "long"
            if _BRIEF.search(text):
                return "brief"
        return "normal"


def brief_of(request: ChatRequest) -> Brief:
    """The brief of a request."""
    messages = request.messages
    asked = [place for place, message in enumerate(messages) if message.role == "user"]
    last = asked[-1] if asked else len(messages) - 1
    answers = [m.text for m in messages[:last] if m.role == "assistant" and m.text]
    return Brief(
        question=messages[last].text,
        earlier=tuple(messages[place].text for place in asked[:-1]),
        last_answer=answers[-1] if answers else "",
        system="\n".join(m.text for m in messages if m.role in ("system", "developer")),
        images=messages[last].images,
        results=_results(messages[last + 1 :]),
    )


def _results(messages: tuple[Message, ...]) -> tuple[ToolResult, ...]:
    calls = {call.id: call for message in messages for call in message.calls}
    return tuple(
        ToolResult(
            call=calls.get(
                message.tool_call_id or "", PastCall(id="", name="the tool", arguments="{}")
            ),
            text=message.text,
        )
        for message in messages
        if message.role == "tool"
    )
