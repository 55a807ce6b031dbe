"""Connecting MCP servers: which, only after a yes, and what to say of what came of it."""

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from textual.widget import Widget

from workbench.neutralise import neutralise_line
from workbench.panes.inspector.step_page import heading, prose
from workbench.screens.inspecting.tool_approval import ToolApprovalScreen
from workbench.screens.wire.ask_path import AskPathScreen
from workbench.screens.workspace import Workspace
from workbench.session.tools.servers import Connected, ServerError, ToolServers
from workbench.tool_servers import ServerSpec
from workbench.widgets.figures import plural
from workbench.widgets.inspector.page import Line
from workbench.widgets.wire.json_lines import MUTED

_CONNECTING: Final = "connect-servers"


class Connecting:
    """Asks for a file of servers, connects those that are agreed to, and has their tools seen.

    Args:
        owner: the view that it is done in.
        show_new: shows the tools of a location that were not approved yet.

    """

    def __init__(
        self, owner: Widget, servers: ToolServers, *, show_new: Callable[[str], None]
    ) -> None:
        self._owner = owner
        self._servers = servers
        self._show_new = show_new
        self._named: tuple[ServerSpec, ...] = ()

    def listen(self) -> Callable[[], None]:
        """Look again at a server that says its tools changed; call the result to end that."""

        def heard(spec: ServerSpec) -> None:
            self._owner.call_later(self._changed, spec.location)

        return self._servers.subscribe(heard)

    def open(self) -> None:
        """Ask which file names the servers."""

        def chosen(path: Path | None) -> None:
            if path is not None:
                self._ask(self._named)

        hint = 'A JSON file with "mcpServers": commands to start, or addresses to reach.'
        self._owner.app.push_screen(
            AskPathScreen("Connect MCP servers", hint, path="", do=self._look), chosen
        )

    def again(self, location: str) -> None:
        """Connect a server once more, and look at what it offers now."""
        self._owner.run_worker(self._again(location), group=_CONNECTING)

    async def _look(self, path: Path) -> str:
        try:
            self._named = await self._servers.look_at(path)
        except ServerError as error:
            return str(error)
        return ""

    def _ask(self, specs: Sequence[ServerSpec]) -> None:
        def answered(agreed: bool | None) -> None:
            if agreed:
                self._owner.run_worker(self._connect(specs), group=_CONNECTING)

        self._owner.app.push_screen(
            ToolApprovalScreen(
                f"Connect {plural(len(specs), 'server')}?",
                list(about_servers(specs)),
                yes="connect",
                no="start and reach nothing",
            ),
            answered,
        )

    async def _connect(self, specs: Sequence[ServerSpec]) -> None:
        self._say(f"Connecting {', '.join(neutralise_line(spec.name) for spec in specs)}…")
        for spec in specs:
            self._tell(await self._servers.connect(spec))

    async def _again(self, location: str) -> None:
        connected = await self._servers.again(location)
        if connected is None:
            self._say("Connect its file again first (m): nobody agreed to it in this run.")
        else:
            self._tell(connected)

    def _changed(self, location: str) -> None:
        self._say("A server says that its tools changed: they are looked at anew.")
        self.again(location)

    def _tell(self, connected: Connected) -> None:
        if connected.problem:
            name = neutralise_line(connected.spec.name)
            self._say(f"{name}: {neutralise_line(connected.problem)}", problem=True)
        else:
            self._show_new(connected.spec.location)

    def _say(self, text: str, *, problem: bool = False) -> None:
        if isinstance(workspace := self._owner.screen, Workspace):
            workspace.say(text, problem=problem)
        else:  # a dialog covers it
            self._owner.app.notify(text, markup=False)


def about_servers(specs: Sequence[ServerSpec]) -> Iterator[Line]:
    """All that a person has to know before a server is started or reached."""
    for spec in specs:
        yield Line()
        yield heading(neutralise_line(spec.name), ("reached" if spec.url else "started", MUTED))
        for name, text in _rows(spec):
            yield Line(((f"{name:<9}", MUTED), (neutralise_line(text), "")), hang=9)
    yield Line()
    if any(spec.command for spec in specs):
        yield from prose(
            "A program is started with your rights: it can read and write your files. It is given "
            "no key of the workbench, only what is named here and a few harmless variables."
        )
    if any(spec.url for spec in specs):
        yield from prose("What a call is given goes to that host.")
    yield from prose(
        "What a server says of its tools is a stranger's text: you see all of it before any is "
        "offered, and again whenever it changes. Each call still asks."
    )


def _rows(spec: ServerSpec) -> Iterator[tuple[str, str]]:
    if spec.url:
        yield "host", urlsplit(spec.url).netloc.rpartition("@")[2]
        yield "address", spec.url
        if spec.headers:
            yield "headers", ", ".join(sorted(spec.headers))
        return
    yield "command", spec.location
    if spec.environment:
        yield "given", ", ".join(sorted(spec.environment))
    yield "in", str(Path(spec.folder).absolute())
