"""What is said of tools in dialogs: definitions in full, verdicts, warnings. Pure."""

import json
from collections.abc import Iterator
from pathlib import Path

from textual.content import Content

from workbench.neutralise import neutralise, neutralise_line, write_out
from workbench.panes.inspector.step_page import heading, prose
from workbench.session.tools.definitions import DefinitionError, parse_tools
from workbench.session.tools.doctor import examine, tokens
from workbench.session.tools.files import PythonFile
from workbench.session.tools.toolbox import Held
from workbench.widgets.figures import plural
from workbench.widgets.inspector.page import Line
from workbench.widgets.wire.json_lines import MUTED, coloured


def absolute(path: Path) -> Path:
    """The path from the root on, with the home folder for ``~``."""
    return path.expanduser().absolute()


def written_out(definition: object) -> str:
    """A definition as JSON, to be read or edited."""
    return write_out(json.dumps(definition, ensure_ascii=False, indent=2))


def judged(text: str) -> Content:
    """The worst that there is to say of definitions while they are written."""
    try:
        tools = parse_tools(text)
    except DefinitionError as error:
        return Content.styled(f"✗ {neutralise(str(error))}", "$text-error")
    worst = next(iter(examine(tools)), None)
    if worst is not None and worst.severity != "note":
        style = "$text-error" if worst.severity == "error" else "$text-warning"
        said = f"! {worst.path} {worst.message}. {worst.fix}"
        return Content.styled(neutralise_line(said), style)
    said = f"✓ {plural(len(tools), 'tool')}, ~{tokens(tools):,} tokens in each request"
    return Content.styled(said, "$text-success")


def definition_lines(held: Held) -> Iterator[Line]:
    """All that a model would be told of a tool, after what speaks against it."""
    tool = held.tool
    where = neutralise_line(tool.source.location or tool.source.name)
    yield Line()
    yield heading(neutralise_line(tool.name), (f"~{tool.tokens:,} tokens", MUTED))
    yield Line(((where, MUTED),), words=True)
    for finding in examine([tool]):
        if finding.severity != "note":
            style = "$text-error" if finding.severity == "error" else "$text-warning"
            said = f"! {finding.path} {finding.message}. {finding.fix}"
            yield Line(((neutralise_line(said), style),), hang=2, words=True)
    for line in written_out(tool.definition).split("\n"):
        yield Line(tuple(coloured(neutralise(line).replace("\n", "␊"))), hang=4)


def about_running(file: PythonFile) -> Iterator[Line]:
    """Which file would be run, where, and what that means."""
    yield Line()
    rows = (("file", str(file.path)), ("in", str(file.path.parent)), ("sha256", file.code[:16]))
    for name, text in rows:
        yield Line(((f"{name:<8}", MUTED), (neutralise_line(text), "")), hang=8)
    yield Line()
    yield from prose(
        "To learn which functions it has, the file must be run once: in a process of its own, with "
        "30 seconds, without keys in its environment. It can still read and write your files, so "
        "open only what you trust. Its functions run later only when you approve a call."
    )
