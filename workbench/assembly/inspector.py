"""Composes the inspector."""

import os

from workbench.adapters import har_files
from workbench.adapters.tool_process import ToolProcesses
from workbench.assembly.parts import Parts
from workbench.commands.wire import WIRE
from workbench.panes.inspector.step import StepView
from workbench.panes.inspector.view import ViewPlace
from workbench.screens.inspecting.steps import Steps
from workbench.screens.inspector import InspectorScreen
from workbench.screens.views.wire import WireView
from workbench.screens.workspace import Workspace
from workbench.session.inspector.session import InspectorSession
from workbench.session.inspector.settings import InspectorSettings
from workbench.session.tools.toolbox import Toolbox


def screen(parts: Parts) -> Workspace:
    """The inspector, with all of its views."""
    session = InspectorSession(
        parts.groq,
        toolbox=Toolbox(),
        settings=InspectorSettings(model=parts.chat.model),
        runners={"python": ToolProcesses(os.environ)},
    )
    views = (
        ViewPlace(name="step", title="Step", make=lambda: StepView(id="step")),
        ViewPlace(
            name="wire",
            title="Wire",
            make=lambda: WireView(parts.wire, parts.groq, load=har_files.load, save=har_files.save),
            wide=True,
            offers=frozenset(command.action for command in WIRE),
        ),
    )
    return InspectorScreen(
        parts.surroundings,
        session=session,
        steps=Steps(chat=parts.chat, models=parts.models, load=har_files.load),
        history=parts.history,
        views=views,
    )
