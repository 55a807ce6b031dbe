"""A file that passes for a recording."""

from pathlib import Path

import pytest


@pytest.fixture
def clip(tmp_path: Path) -> Path:
    path = tmp_path / "talk.flac"
    path.write_bytes(b"fLaC" + bytes(1000))
    return path
