"""What tests of transcription share."""

import os

import pytest

LISTEN = "GROQ_WORKBENCH_LISTEN"


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out what needs a model to listen with, unless one is given."""
    if os.environ.get(LISTEN):
        return
    left_out = [item for item in items if item.get_closest_marker("listens")]
    if left_out:
        config.hook.pytest_deselected(items=left_out)
        items[:] = [item for item in items if not item.get_closest_marker("listens")]
