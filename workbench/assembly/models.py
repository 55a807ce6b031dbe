"""Puts the model browser together."""

from workbench.assembly.parts import Parts
from workbench.screens.models import ModelsScreen
from workbench.screens.workspace import Workspace
from workbench.session.models.browser import ModelBrowser


def screen(parts: Parts) -> Workspace:
    """The workspace with all models."""
    browser = ModelBrowser(
        parts.models,
        parts.measurements,
        parts.status,
        chat=parts.chat,
        choices=parts.choices,
        now=parts.groq.now,
    )
    return ModelsScreen(
        parts.surroundings,
        browser=browser,
        catalogue=parts.models,
        measurements=parts.measurements,
    )
