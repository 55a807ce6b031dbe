"""The toolbox as rows, and a tool as a page. Pure."""

from collections.abc import Iterator, Sequence
from typing import Final

from textual.content import Content

from workbench.neutralise import neutralise, neutralise_line
from workbench.panes.inspector.step_page import heading, prose
from workbench.panes.inspector.timeline_rows import FAINT, GOOD, MUTED, WAITS, WRONG
from workbench.session.tools.doctor import Finding
from workbench.session.tools.tool import Tool
from workbench.session.tools.toolbox import Held
from workbench.widgets.figures import plural
from workbench.widgets.inspector.json_changes import changes
from workbench.widgets.inspector.json_tree import tree
from workbench.widgets.inspector.page import Line, Page

_BLANK: Final = Line()
_MARKS: Final = {"error": ("✗", WRONG), "warning": ("!", WAITS), "note": ("·", MUTED)}
_NOTHING: Final = """\
o opens a file of tools: JSON in the API's form, or Python functions with type hints.
n writes a tool here. m connects MCP servers.

A tool is offered to the model only after you have seen and approved it; when it changes, you are \
asked again. Every call asks, always."""


class ToolRows:
    """A row for each tool."""

    def __init__(self, held: Sequence[Held], findings: Sequence[Finding]) -> None:
        self.held = tuple(held)
        self._findings = tuple(findings)

    def height(self, width: int) -> int:
        """How many."""
        return len(self.held) if width else 0

    def row(self, index: int, width: int) -> Content:
        """Its name and standing."""
        held = self.held[index]
        mark, style = standing(held)
        worst = next((f for f in self._findings if f.tool == held.tool.name), None)
        sign = _MARKS[worst.severity] if worst and worst.severity != "note" else (" ", "")
        dot = ("● ", GOOD) if held.offered else ("○ ", FAINT)
        name = Content.assemble(dot, (neutralise_line(held.tool.name), ""))
        right = Content.assemble(sign, (f" {mark}", style))
        room = width - right.cell_length - 1
        name = name.truncate(max(1, room), ellipsis=True)
        return Content.assemble(name, " " * (room - name.cell_length), right, " ")


def standing(held: Held) -> tuple[str, str]:
    """How a tool stands, in a word, and its style."""
    match held.standing:
        case "new":
            return "new", WAITS
        case "changed":
            return "changed", WRONG
    return ("offered", MUTED) if held.wanted else ("kept back", FAINT)


def heading_line(held: Sequence[Held], tokens: int) -> Content:
    """How many are offered, and what that costs."""
    offered = sum(each.offered for each in held)
    if not held:
        return Content.styled("No tools yet", MUTED)
    return Content.assemble(
        (f"{offered} of {plural(len(held), 'tool')} offered", "bold"),
        (f"   ~{tokens:,} tokens a request", MUTED),
    )


def tool_page(held: Held | None, findings: Sequence[Finding]) -> Page:
    """Everything about a tool: what the doctor says first, then what the model is told."""
    if held is None:
        return Page(list(prose(_NOTHING, MUTED)))
    return Page(list(_tool(held, [each for each in findings if each.tool == held.tool.name])))


def _tool(held: Held, findings: Sequence[Finding]) -> Iterator[Line]:
    tool = held.tool
    yield heading(neutralise_line(tool.name), standing(held))
    yield Line(((_about(tool), MUTED),), words=True)
    if held.standing != "approved":
        yield Line(((_WHY[held.standing], WAITS),), words=True)
    if held.before is not None:
        yield _BLANK
        yield heading("What changed since you approved it")
        yield from _changes(held)
    yield _BLANK
    yield from prose(
        tool.description or "It has no description.", "" if tool.description else FAINT
    )
    yield _BLANK
    counts = plural(len(findings), "finding") if findings else "nothing to say"
    yield heading("The doctor", (counts, MUTED if findings else GOOD))
    for finding in findings:
        yield from _finding(finding)
    yield _BLANK
    yield heading("Parameters", (f"~{tool.tokens:,} tokens in all", MUTED))
    yield from (
        tree(tool.parameters) if tool.parameters is not None else prose("It takes none.", MUTED)
    )


_WHY: Final = {
    "new": "Enter shows all of it and asks whether it may be offered.",
    "changed": "It is not offered any more. Enter shows all of it and asks again.",
}


def _about(tool: Tool) -> str:
    where = neutralise_line(tool.source.location or tool.source.name)
    return f"{where} · {'can be run' if tool.runnable else 'a definition, you type its results'}"


def _changes(held: Held) -> Iterator[Line]:
    found = list(changes(dict(held.before or {}), held.tool.definition))
    yield from found or [Line((("  its code, not its definition", WAITS),))]


def _finding(finding: Finding) -> Iterator[Line]:
    mark, style = _MARKS[finding.severity]
    said = f"{neutralise_line(finding.message)}  "
    yield Line(
        ((f"{mark} ", style), (said, style), (neutralise(finding.path), MUTED)), hang=2, words=True
    )
    yield Line((("  ", ""), (neutralise_line(finding.fix), MUTED)), hang=2, words=True)
