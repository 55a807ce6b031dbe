"""Composes the inspector."""

import json
import os

from workbench.adapters import har_files
from workbench.adapters.mcp.servers import McpServers
from workbench.adapters.tool_files import ApprovalFile, read_text
from workbench.adapters.tool_process import ToolProcesses
from workbench.assembly.parts import Parts
from workbench.commands.failures import FAILURES
from workbench.commands.repeat import REPEAT
from workbench.commands.tools import TOOLS
from workbench.commands.wire import WIRE
from workbench.panes.inspector.step import StepView
from workbench.panes.inspector.view import ViewPlace
from workbench.screens.inspecting.steps import Steps
from workbench.screens.inspector import InspectorScreen
from workbench.screens.views.failures import FailuresView
from workbench.screens.views.repeat import RepeatView
from workbench.screens.views.tools import ToolsView
from workbench.screens.views.wire import WireView
from workbench.screens.workspace import Workspace
from workbench.session.inspector.session import InspectorSession
from workbench.session.inspector.settings import InspectorSettings
from workbench.session.tools.definitions import DefinitionError, parse_tools
from workbench.session.tools.files import ToolFiles
from workbench.session.tools.servers import ToolServers
from workbench.session.tools.tool import ToolSource
from workbench.session.tools.toolbox import Toolbox


def screen(parts: Parts) -> Workspace:
    """The inspector, with all of its views."""
    toolbox = _toolbox(parts)
    processes = ToolProcesses(os.environ)
    files = ToolFiles(toolbox, processes, read_text)
    mcp = McpServers()
    parts.closing.push_async_callback(mcp.aclose)
    servers = ToolServers(toolbox, mcp, read=read_text, environ=os.environ)
    session = InspectorSession(
        parts.groq,
        toolbox=toolbox,
        settings=InspectorSettings(model=parts.chat.model),
        runners={"python": processes, "mcp": mcp},
    )
    views = (
        ViewPlace(name="step", title="Step", make=lambda: StepView(id="step")),
        ViewPlace(
            name="tools",
            title="Tools",
            make=lambda: ToolsView(toolbox, files, servers),
            wide=True,
            offers=frozenset(command.action for command in TOOLS),
        ),
        ViewPlace(
            name="wire",
            title="Wire",
            make=lambda: WireView(parts.wire, parts.groq, load=har_files.load, save=har_files.save),
            wide=True,
            offers=frozenset(command.action for command in WIRE),
        ),
        ViewPlace(
            name="failures",
            title="Failures",
            make=lambda: FailuresView(
                parts.wire,
                parts.groq,
                models=lambda: tuple(model.id for model in parts.models.chat_models),
            ),
            wide=True,
            offers=frozenset(command.action for command in FAILURES),
        ),
        ViewPlace(
            name="repeat",
            title="Repeat",
            make=lambda: RepeatView(parts.groq),
            wide=True,
            offers=frozenset(command.action for command in REPEAT),
        ),
    )
    return InspectorScreen(
        parts.surroundings,
        session=session,
        steps=Steps(chat=parts.chat, models=parts.models, load=har_files.load),
        history=parts.history,
        views=views,
    )


def _toolbox(parts: Parts) -> Toolbox:
    """The tools that were named on the command line, which is approval enough."""
    toolbox = Toolbox(ApprovalFile(parts.paths.approved_tools))
    source = ToolSource(kind="file", name="--tools")
    for definition in parts.chat.parameters.tools:
        try:
            tools = parse_tools(json.dumps(definition), source)
        except DefinitionError:
            continue  # a tool of the service's own: only the chat offers it
        for tool in tools:
            toolbox.approve(toolbox.add(tool).tool.name)
    return toolbox
