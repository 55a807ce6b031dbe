"""What a person does with the calls that a model asks for; nothing runs unasked."""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from workbench.ports import ToolRunner
from workbench.session.inspector.branches import Branches
from workbench.session.inspector.check import check
from workbench.session.inspector.outcomes import result_of
from workbench.session.inspector.puppets import denied
from workbench.session.inspector.timeline import Branch, Call, Point, Result
from workbench.session.tools.tool import SourceKind, Tool
from workbench.session.tools.toolbox import Toolbox
from workbench.tool_runs import ToolRun


class StepRefusedError(Exception):
    """A step cannot be taken; the message says why and what to do."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Approval:
    """What a person saw when they allowed a call: this runs, and nothing else."""

    fingerprint: str
    arguments: str


class Calls:
    """The calls of the branch that is looked at.

    Args:
        runners: who runs the tools of each kind of source.
        now: the client's monotonic clock, in seconds.

    """

    def __init__(
        self,
        branches: Branches,
        toolbox: Toolbox,
        runners: Mapping[SourceKind, ToolRunner],
        *,
        now: Callable[[], float],
    ) -> None:
        self._branches = branches
        self._toolbox = toolbox
        self._runners = dict(runners)
        self._now = now

    def get(self, at: Point) -> Call:
        """The call at a place. Raises StepRefusedError."""
        asked = self._branches.current.round(at.round)
        if asked is None or not 0 <= at.call < len(asked.calls):
            raise StepRefusedError("There is no call here.")
        return asked.calls[at.call]

    def edit_arguments(self, at: Point, text: str) -> Branch:
        """Change what a waiting call is called with; the text that was generated is kept."""
        call = self._waiting(at)
        edited = None if text == call.arguments else text
        return self._put(at, replace(call, edited=edited, check=check(text, call.tool)))

    def deny(self, at: Point, reason: str = "") -> Branch:
        """Do not run it; the model is told."""
        return self.answer(at, denied(reason))

    def answer(self, at: Point, result: Result) -> Branch:
        """Give a waiting call a result in its tool's place."""
        return self._put(at, replace(self._waiting(at), state="answered", result=result))

    def edit_result(self, at: Point, text: str) -> Branch:
        """Change what the model is told of a call; only before it was told."""
        call = self.get(at)
        if call.result is None:
            raise StepRefusedError("There is no result to change yet.")
        if not self._newest(at):
            raise StepRefusedError("This result was sent already: fork here to change it.")
        edited = None if text == call.result.text else text
        return self._put(at, replace(call, result=replace(call.result, edited=edited)))

    def approval(self, at: Point) -> Approval:
        """What a person who looks at the call now would allow. Raises StepRefusedError."""
        call = self.get(at)
        held = self._toolbox.get(call.name)
        if held is None:
            raise StepRefusedError(self.why_not_run(at))
        return Approval(fingerprint=held.tool.fingerprint, arguments=call.current)

    def why_not_run(self, at: Point) -> str:
        """Why a call cannot be run, and what helps; "" when it can."""
        call = self.get(at)
        held = self._toolbox.get(call.name)
        if call.state == "unusable":
            return "The reply broke off: none of its calls is ever run."
        if call.state != "pending" or not self._newest(at):
            return "This call does not wait any more: fork here to run it again."
        if held is None:
            return "No tool of this name is there: type a result, or deny the call."
        if not held.tool.runnable or held.tool.source.kind not in self._runners:
            return "Only its definition is known, nothing can run it: type a result."
        if held.standing != "approved":
            return "The tool is not what you approved: look at it in the tools first."
        now = check(call.current, held.tool)
        if not now.valid:
            return f"The arguments are not valid: {now.summary}. Edit them first."
        return ""

    def folder(self, at: Point) -> str:
        """Where the call will run, as a person knows it; "" where that means nothing."""
        call = self.get(at)
        held = self._toolbox.get(call.name)
        runner = self._runners.get(held.tool.source.kind) if held else None
        return runner.folder(_run(held.tool, call)) if held and runner else ""

    async def run(self, at: Point, approval: Approval) -> Branch:
        """Run a call just as it was approved, and wait for its result.

        Cancelling ends the tool at once; the call then waits again.

        Raises:
            StepRefusedError: it may not be run, or is not what was approved.

        """
        if reason := self.why_not_run(at):
            raise StepRefusedError(reason)
        if approval != self.approval(at):
            raise StepRefusedError("This is not what you approved: look at it again.")
        call, number = self.get(at), self._branches.current.number
        held = self._toolbox.get(call.name)
        assert held is not None  # noqa: S101 - or it could not be run
        runner = self._runners[held.tool.source.kind]
        running = replace(call, state="running", began_at=self._now())
        self._branches.put_call(number, at, running)
        try:
            outcome = await runner.run(_run(held.tool, call))
        except asyncio.CancelledError:
            self._branches.put_call(number, at, call)
            raise
        if outcome.ending == "changed":
            self._toolbox.doubt(call.name)
            self._branches.put_call(number, at, call)
            raise StepRefusedError(outcome.text)
        done = replace(running, state="answered", result=result_of(outcome, call.name))
        return self._branches.put_call(number, at, done)

    def _newest(self, at: Point) -> bool:
        return at.round == len(self._branches.current.rounds)

    def _waiting(self, at: Point) -> Call:
        call = self.get(at)
        if call.state == "unusable":
            raise StepRefusedError("The reply broke off: ask again, its calls are not whole.")
        if call.state != "pending" or not self._newest(at):
            raise StepRefusedError("This call does not wait any more: fork here to change it.")
        return call

    def _put(self, at: Point, call: Call) -> Branch:
        return self._branches.put_call(self._branches.current.number, at, call)


def _run(tool: Tool, call: Call) -> ToolRun:
    none = call.current.strip() in ("", "null")
    return ToolRun(
        location=tool.source.location,
        name=tool.own_name,
        arguments="{}" if none else call.current,
        code=tool.code,
    )
