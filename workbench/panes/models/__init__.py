"""The panes of the model browser."""

from workbench.panes.models.browser import ModelsPane as ModelsPane
