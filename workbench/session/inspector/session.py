"""The inspector's conversation: it asks, and waits for a person at every call and every result.

The session yields what happened and is called; it knows no widget. Cancelling whoever iterates
stops the reply: the connection closes at once and what had arrived is kept.
"""

import asyncio
from collections.abc import AsyncGenerator, Callable, Mapping
from dataclasses import replace
from typing import Final, Literal, TypeAlias

from client import ChatOptions, ChatStream, GroqClient, GroqError
from workbench.ports import ToolRunner
from workbench.session.inspector.branches import Branches
from workbench.session.inspector.calls import Calls, StepRefusedError
from workbench.session.inspector.messages import conversation, rounds_with_calls
from workbench.session.inspector.replies import failed_reply, settled, so_far, stopped_reply
from workbench.session.inspector.settings import InspectorSettings
from workbench.session.inspector.timeline import Branch, ChatRequest, Message, Point, Round
from workbench.session.tools.tool import SourceKind
from workbench.session.tools.toolbox import Toolbox

MOST_ROUNDS: Final = 8
"""Rounds with calls for one question (hardening 3.4)."""

Phase: TypeAlias = Literal["empty", "arriving", "calls", "results", "answered", "failed", "limit"]
"""What a branch waits for: a prompt, its reply, a person at its calls, a person at its results."""


class InspectorSession:
    """Conversations with tools, taken step by step.

    Args:
        runners: who runs the tools of each kind of source.
        now: the client's monotonic clock, in seconds.
        most_rounds: rounds with calls until a person must ask anew.

    """

    def __init__(
        self,
        groq: GroqClient,
        *,
        toolbox: Toolbox,
        settings: InspectorSettings,
        runners: Mapping[SourceKind, ToolRunner],
        now: Callable[[], float] | None = None,
        most_rounds: int = MOST_ROUNDS,
    ) -> None:
        self.settings = settings
        self.toolbox = toolbox
        self.branches = Branches()
        self._groq = groq
        self._now = now or groq.now
        self._most_rounds = most_rounds
        self.calls = Calls(self.branches, toolbox, runners, now=self._now)

    @property
    def phase(self) -> Phase:
        """What the branch that is looked at waits for."""
        branch, last = self.branches.current, self.branches.current.last
        if last is None:
            return "empty"
        if not last.reply.over:
            return "arriving"
        if last.reply.state != "complete":
            return "failed"
        if last.answered:
            over = rounds_with_calls(branch) >= self._most_rounds
            return "limit" if over else "results"
        return "calls" if last.calls else "answered"

    def ask(self, prompt: str) -> AsyncGenerator[Branch, None]:
        """Ask on the branch that is looked at; the branch is told as the reply arrives.

        Raises StepRefusedError at once: a reply is still arriving, or calls wait.
        """
        if self.phase in ("calls", "arriving"):
            raise StepRefusedError(_WAITING[self.phase])
        return self._exchange((*self._said(), {"role": "user", "content": prompt}), prompt)

    def send_results(self) -> AsyncGenerator[Branch, None]:
        """Send the results of the last round's calls; all of them must be there.

        Raises StepRefusedError at once: some call waits, or there were rounds enough.
        """
        if self.phase == "limit":
            reason = f"There were {self._most_rounds} rounds of calls: that is the limit."
            raise StepRefusedError(f"{reason} Ask something to go on.")
        if self.phase != "results":
            raise StepRefusedError(_WAITING.get(self.phase, "There are no results to send."))
        return self._exchange(self._said())

    def ask_again(self) -> AsyncGenerator[Branch, None]:
        """Send the last request once more, on a branch of its own.

        Raises StepRefusedError at once: there is none, or its reply is still arriving.
        """
        last = self.branches.current.last
        if last is None or self.phase == "arriving":
            raise StepRefusedError(_WAITING.get(self.phase, "There is nothing to send again."))
        self.branches.fork(Point(round=last.number, kind="request"))
        return self._exchange(last.request.messages)

    def _said(self) -> tuple[Message, ...]:
        prompt = self.settings.parameters.system_prompt
        return conversation(self.branches.current, system_prompt=prompt)

    def _exchange(
        self, messages: tuple[Message, ...], prompt: str = ""
    ) -> AsyncGenerator[Branch, None]:
        """One request and its reply, as the last round of the branch that is looked at."""
        branch, tools = self.branches.current, self.toolbox.offered
        options = self.settings.options(tools)
        known = branch.last.request.messages if branch.last else ()
        request = ChatRequest(
            model=self.settings.model,
            messages=messages,
            added=max(1, len(messages) - _shared(known, messages)),
            tools=tools,
            options={
                name: value
                for name, value in options.items()
                if name != "tools" and value is not None
            },
            at=self._now(),
        )
        asked = Round(number=len(branch.rounds) + 1, request=request)
        title = branch.title or " ".join(prompt.split())
        begun = replace(branch, title=title, draft="").with_round(asked)
        return self._follow(begun, asked, options)

    async def _follow(
        self, begun: Branch, asked: Round, options: ChatOptions
    ) -> AsyncGenerator[Branch, None]:
        """The branch as the reply arrives; the last one has the whole reply, or why not."""
        number = begun.number
        stream: ChatStream | None = None
        self.branches.put(begun)
        try:
            yield begun
            stream = self._groq.chat.stream(
                model=asked.request.model, messages=asked.request.messages, **options
            )
            async with stream:
                async for _ in stream:
                    yield self.branches.put_round(number, so_far(asked, stream))
            asked = settled(asked, stream)
        except GroqError as error:
            asked = failed_reply(asked, stream, error, now=self._now())
        except (asyncio.CancelledError, GeneratorExit):
            # nobody hears of it any more; what had arrived is kept all the same
            self.branches.put_round(number, stopped_reply(asked, stream))
            raise
        yield self.branches.put_round(number, asked)


_WAITING: Final[Mapping[Phase, str]] = {
    "arriving": "A reply is still arriving: Esc stops it.",
    "calls": "Calls wait for you: run, answer or deny each of them first.",
}


def _shared(known: tuple[Message, ...], messages: tuple[Message, ...]) -> int:
    """How many messages both begin with."""
    count = 0
    for one, other in zip(known, messages, strict=False):
        if one != other:
            break
        count += 1
    return count
