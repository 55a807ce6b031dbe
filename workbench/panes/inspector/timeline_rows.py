"""A branch as the timeline's rows: a line for every request, reply, call and result. Pure."""

from typing import Final

from textual.content import Content

from workbench.neutralise import neutralise_line
from workbench.session.inspector.messages import text_of
from workbench.session.inspector.session import Phase
from workbench.session.inspector.timeline import Branch, Call, Point, Reply, Result, Round
from workbench.widgets.figures import duration, plural

MUTED: Final = "$foreground 60%"
FAINT: Final = "$foreground 38%"
WAITS: Final = "$text-warning"
WRONG: Final = "$text-error"
GOOD: Final = "$text-success"

_Said = tuple[str, str]
"""A text and its style."""


class TimelineRows:
    """The rows of a branch, one for each of its points."""

    def __init__(self, branch: Branch) -> None:
        self._branch = branch
        self.points = branch.points

    def height(self, width: int) -> int:
        """One row for each point."""
        return len(self.points) if width else 0

    def row(self, index: int, width: int) -> Content:
        """What it is on the left, how it stands on the right."""
        point = self.points[index]
        asked = self._branch.rounds[point.round - 1]
        left, right = _row(asked, point)
        said = Content.assemble(*left)
        state = Content.styled(f" {right[0]} ", right[1])
        room = width - state.cell_length
        said = said.truncate(max(1, room), ellipsis=True)
        return Content.assemble(said, " " * (room - said.cell_length), state)


def _row(asked: Round, point: Point) -> tuple[list[_Said], _Said]:
    match point.kind:
        case "request":
            return [(f" {asked.number} ", "bold $primary"), (_asked(asked), "bold")], ("", "")
        case "reply":
            what, how = _replied(asked)
            return [("   ", ""), (what, MUTED)], how
        case "call":
            call = asked.calls[point.call]
            return [("   ▸ ", MUTED), (neutralise_line(call.name), "")], call_state(call)
        case _:
            result = asked.calls[point.call].result
            return [("   ◂ ", MUTED), (_result_text(result), MUTED)], _result_state(result)


def _asked(asked: Round) -> str:
    new = asked.request.new_messages
    results = sum(message.get("role") == "tool" for message in new)
    prompts = [text_of(message) for message in new if message.get("role") == "user"]
    if prompts:
        return neutralise_line(prompts[-1]) or "an empty prompt"
    return f"{plural(results, 'result')} sent" if results else "asked again"


def _replied(asked: Round) -> tuple[str, _Said]:
    reply, calls = asked.reply, len(asked.calls)
    took = reply.latency.duration if reply.latency else None
    what = plural(calls, "call") if calls else _first_words(reply)
    match reply.state:
        case "waiting":
            return "asked", ("waiting", WAITS)
        case "arriving":
            return (what if calls or reply.text else "thinking"), ("arriving", WAITS)
        case "stopped":
            return what, ("stopped", WAITS)
        case "failed":
            return _failed(reply), ("failed", WRONG)
    return what, (duration(took) if took is not None else "", MUTED)


def _first_words(reply: Reply) -> str:
    return neutralise_line(reply.text[:200]) or "an empty answer"


def _failed(reply: Reply) -> str:
    if reply.error_code:
        return neutralise_line(reply.error_code)
    return reply.problem.title if reply.problem else "it did not work"


def call_state(call: Call) -> _Said:
    """How a call stands, in a word or two, and its style."""
    match call.state:
        case "arriving":
            return "arriving", WAITS
        case "running":
            return "running", WAITS
        case "unusable":
            return "broken off", WRONG
        case "answered":
            return ("✓", GOOD) if call.check.valid else ("✗ faults", WRONG)
    if call.check.valid:
        return "waits", WAITS
    if call.check.unreadable is not None:
        return "✗ not JSON", WRONG
    if call.check.unknown_tool:
        return "✗ unknown", WRONG
    return f"✗ {plural(len(call.check.faults), 'fault')}", WRONG


def _result_text(result: Result | None) -> str:
    return neutralise_line(result.sent[:200]) or "nothing" if result else ""


def _result_state(result: Result | None) -> _Said:
    if result is None:
        return "", ""
    style = WRONG if result.failed else MUTED
    if result.edited is not None:
        return "edited", style
    if result.origin == "ran":
        return duration(result.seconds), style
    return result.note or result.origin, style


_PHASES: Final[dict[Phase, _Said]] = {
    "empty": ("", MUTED),
    "arriving": ("arriving", WAITS),
    "calls": ("waits for you", WAITS),
    "results": ("F5 sends results", WAITS),
    "limit": ("limit of rounds", WRONG),
    "failed": ("F5 asks again", WAITS),
    "answered": ("answered", MUTED),
}


def branch_line(branch: Branch, *, place: int, of: int, phase: Phase, width: int) -> Content:
    """Which branch it is and what it came from; what it waits for."""
    if branch.parent is not None:
        what = f"fork of {branch.parent}"
    elif branch.recorded:
        what = neutralise_line(branch.recorded)
    else:
        what = "Timeline" if of == 1 else "anew"
    number = (f"{place}/{of} ", "bold") if of > 1 else ("", "")
    right = Content.styled(f"{_PHASES[phase][0]} ", _PHASES[phase][1])
    left = Content.assemble(" ", number, (what, MUTED))
    room = width - right.cell_length
    left = left.truncate(max(1, room - 1), ellipsis=True)
    return Content.assemble(left, " " * (room - left.cell_length), right)
