"""Composes the inspector."""

from workbench.assembly.parts import Parts
from workbench.panes.inspector.step import StepView
from workbench.panes.inspector.view import ViewPlace
from workbench.screens.inspector import InspectorScreen
from workbench.screens.workspace import Workspace


def screen(parts: Parts) -> Workspace:
    """The inspector, with all of its views."""
    views = (ViewPlace(name="step", title="Step", make=lambda: StepView(id="step")),)
    return InspectorScreen(parts.surroundings, views=views)
