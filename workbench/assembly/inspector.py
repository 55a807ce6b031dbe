"""Composes the inspector."""

from workbench.adapters import har_files
from workbench.assembly.parts import Parts
from workbench.commands.wire import WIRE
from workbench.panes.inspector.step import StepView
from workbench.panes.inspector.view import ViewPlace
from workbench.screens.inspector import InspectorScreen
from workbench.screens.views.wire import WireView
from workbench.screens.workspace import Workspace


def screen(parts: Parts) -> Workspace:
    """The inspector, with all of its views."""
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
    return InspectorScreen(parts.surroundings, views=views)
