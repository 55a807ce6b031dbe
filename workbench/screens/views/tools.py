"""The tools' view: the only place where what happens in the toolbox changes its pane."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from textual import on
from textual.app import ComposeResult
from textual.widget import Widget

from workbench.neutralise import neutralise_line
from workbench.panes.inspector.tools import ToolsPane
from workbench.panes.inspector.view import InspectorView
from workbench.screens.inspecting.editor import EditorScreen
from workbench.screens.inspecting.servers import Connecting
from workbench.screens.inspecting.tool_approval import ToolApprovalScreen
from workbench.screens.inspecting.tool_words import (
    about_running,
    absolute,
    definition_lines,
    judged,
    written_out,
)
from workbench.screens.wire.ask_path import AskPathScreen
from workbench.screens.workspace import Workspace
from workbench.session.inspector.selection import Selection
from workbench.session.tools.definitions import TEMPLATE, DefinitionError, parse_tools
from workbench.session.tools.doctor import Finding, examine, tokens
from workbench.session.tools.files import PythonFile, ToolFileError, ToolFiles
from workbench.session.tools.servers import ToolServers
from workbench.session.tools.strict import made_strict
from workbench.session.tools.tool import EDITOR, Tool
from workbench.session.tools.toolbox import Held, Toolbox
from workbench.widgets.figures import plural


class ToolsView(InspectorView):
    """What there is to offer. Nothing is offered before a person has seen it."""

    def __init__(self, toolbox: Toolbox, files: ToolFiles, servers: ToolServers) -> None:
        super().__init__(id="tools")
        self._toolbox = toolbox
        self._files = files
        self._connecting = Connecting(self, servers, show_new=self._ask_for_new)
        self._examined: tuple[Tool, ...] = ()
        self._findings: tuple[Finding, ...] = ()
        self._leave: Callable[[], None] | None = None
        self._leave_servers: Callable[[], None] | None = None

    def compose(self) -> ComposeResult:
        """The pane."""
        yield ToolsPane(id="tools-pane")

    def on_mount(self) -> None:
        """Hear of changes."""
        self._leave = self._toolbox.subscribe(self._renew)
        self._leave_servers = self._connecting.listen()

    def on_unmount(self) -> None:
        """Listen no more."""
        for leave in (self._leave, self._leave_servers):
            if leave is not None:
                leave()

    @property
    def doer(self) -> Widget:
        """The pane: it names the tool that is pointed at."""
        return self._pane

    def show(self, selection: Selection) -> None:
        """Show the toolbox; the selection does not matter here."""
        del selection
        self._renew()

    def take_focus(self) -> None:
        """Let the arrows move the cursor."""
        self._pane.take_focus()

    @property
    def _pane(self) -> ToolsPane:
        return self.query_one(ToolsPane)

    def _renew(self) -> None:
        if not self.display:
            return
        held = self._toolbox.held
        tools = tuple(each.tool for each in held)
        if tuple(map(id, tools)) != tuple(map(id, self._examined)):
            self._examined, self._findings = tools, examine(tools)
        self._pane.show(held, self._findings, tokens=tokens(self._toolbox.offered))

    def _say(self, text: str, *, problem: bool = False) -> None:
        if isinstance(self.screen, Workspace):
            self.screen.say(neutralise_line(text), problem=problem)

    @on(ToolsPane.Wanted)
    async def _wanted(self, event: ToolsPane.Wanted) -> None:
        event.stop()
        held = self._toolbox.get(event.name)
        if event.what == "open":
            self._open()
        elif event.what == "servers":
            self._connecting.open()
        elif event.what == "write":
            self._edit_text(TEMPLATE, "A new tool")
        elif held is None:
            self._say("There is no tool yet: o opens a file, n writes one.")
        else:
            await self._do(event.what, held)

    async def _do(self, what: str, held: Held) -> None:
        match what:
            case "approve":
                await self._approve(held)
            case "toggle":
                self._toggle(held)
            case "edit":
                self._edit(held)
            case "strict":
                self._make_strict(held)
            case "reload":
                await self._reload(held)
            case "remove":
                self._toolbox.remove(held.tool.name)
            case "copy" if isinstance(self.screen, Workspace):
                self.screen.copy(written_out(held.tool.definition), "the tool")

    # -- trust ------------------------------------------------------------------------------

    async def _approve(self, held: Held) -> None:
        tool = held.tool
        if held.standing == "approved":
            self._say("You have approved it as it is. Space offers it or keeps it back.")
            return
        if tool.source.kind == "python":
            file = await self._looked_at(Path(tool.source.location))
            if file is None:
                return
            if file.code != tool.code:
                self._ask_to_run(file)
                return
        self._ask(held)

    def _ask(self, *held: Held) -> None:
        """Show all of the definitions, and offer them if the person agrees."""
        names = [each.tool.name for each in held]
        what = neutralise_line(names[0]) if len(names) == 1 else plural(len(names), "tool")
        lines = [line for each in held for line in definition_lines(each)]

        def answered(agreed: bool | None) -> None:
            for name in names if agreed else ():
                if self._toolbox.get(name) is not None:
                    self._toolbox.approve(name)

        self.app.push_screen(
            ToolApprovalScreen(
                f"Offer {what} to the model?",
                lines,
                yes="offer",
                no="not now, it stays in the list",
            ),
            answered,
        )

    def _toggle(self, held: Held) -> None:
        if held.standing == "approved":
            self._toolbox.want(held.tool.name, wanted=not held.wanted)
        else:
            self._say("It is not approved yet: Enter shows all of it.")

    # -- files ------------------------------------------------------------------------------

    def _open(self) -> None:
        def opened(path: Path | None) -> None:
            if path is not None and path.suffix == ".py":
                self.run_worker(self._open_python(path), exclusive=True)
            elif path is not None:
                self._ask_for_new(str(absolute(path)))

        hint = "A .json file in the API's form, or a .py file: each public function is a tool"
        self.app.push_screen(
            AskPathScreen("Open a file of tools", hint, path="", do=self._look), opened
        )

    async def _look(self, path: Path) -> str:
        path = absolute(path)
        try:
            if await self._files.look_at(path) is None:
                await self._files.open_definitions(path)
        except ToolFileError as error:
            return str(error)
        return ""

    async def _open_python(self, path: Path) -> None:
        file = await self._looked_at(absolute(path))
        if file is not None:
            self._ask_to_run(file)

    async def _looked_at(self, path: Path) -> PythonFile | None:
        try:
            return await self._files.look_at(path)
        except ToolFileError as error:
            self._say(str(error), problem=True)
            return None

    def _ask_to_run(self, file: PythonFile) -> None:
        def answered(agreed: bool | None) -> None:
            if agreed:
                self.run_worker(self._run_python(file), exclusive=True)

        name = neutralise_line(file.path.name)
        self.app.push_screen(
            ToolApprovalScreen(
                f"Run {name} to find its tools?",
                list(about_running(file)),
                yes="run it, apart from the workbench",
                no="do not run it",
            ),
            answered,
        )

    async def _run_python(self, file: PythonFile) -> None:
        try:
            _, problem = await self._files.open_python(file)
        except ToolFileError as error:
            self._say(str(error), problem=True)
            return
        if problem:
            self._say(problem, problem=True)
        self._ask_for_new(str(file.path))

    def _ask_for_new(self, location: str) -> None:
        of_it = [each for each in self._toolbox.held if each.tool.source.location == location]
        new = [each for each in of_it if each.standing != "approved"]
        if of_it:
            self._pane.point_at(of_it[0].tool.name)
        if new:
            self._ask(*new)
        elif of_it:
            self._say(f"{plural(len(of_it), 'tool')}, just as you approved them before.")

    async def _reload(self, held: Held) -> None:
        source = held.tool.source
        path = Path(source.location)
        if source.kind == "python":
            await self._open_python(path)
        elif source.kind == "file" and source.location:
            if problem := await self._look(path):
                self._say(problem, problem=True)
            else:
                self._ask_for_new(source.location)
        elif source.kind == "mcp":
            self._connecting.again(source.location)
        else:
            self._say("It comes from no file.")

    # -- writing ----------------------------------------------------------------------------

    def _edit(self, held: Held) -> None:
        if held.tool.runnable:
            name = neutralise_line(held.tool.source.name)
            self._say(f"Edit it where it comes from, {name}; then u reads it again.")
        else:
            self._edit_text(written_out(held.tool.definition), "Tool", held)

    def _make_strict(self, held: Held) -> None:
        tool = held.tool
        if tool.runnable:
            self._say("Strict definitions are of use where the model's word is final: edit a copy.")
            return
        strict = replace(tool, strict=True, parameters=made_strict(tool.parameters or {}))
        self._edit_text(written_out(strict.definition), "Strict", held)

    def _edit_text(self, text: str, title: str, before: Held | None = None) -> None:
        def kept(text: str | None) -> None:
            if text is not None:
                self._keep(text, before)

        about = "one definition, or a list of them"
        self.app.push_screen(EditorScreen(title, text, about=about, judge=judged), kept)

    def _keep(self, text: str, before: Held | None) -> None:
        try:
            tools = parse_tools(text)
        except DefinitionError as error:
            self._say(str(error), problem=True)
            self._edit_text(text, "Tool", before)
            return
        if before is not None:
            self._toolbox.remove(before.tool.name)
        for tool in tools:
            # what a person wrote was seen by that person
            held = self._toolbox.add(replace(tool, source=EDITOR))
            self._toolbox.approve(held.tool.name)
        self._pane.point_at(tools[0].name)
