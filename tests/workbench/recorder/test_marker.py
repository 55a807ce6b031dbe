"""The marker beside a recording that is being made."""

import stat
import subprocess
import sys
from pathlib import Path

import pytest

from workbench.recorder.marker import Marker, cut_short, marker_of, remove_marker, writer_of

WRITER = """
import sys
from pathlib import Path
from workbench.recorder.marker import Marker
marker = Marker(Path(sys.argv[1]))
print("held", flush=True)
sys.stdin.read()
"""


@pytest.fixture
def recording(tmp_path: Path) -> Path:
    return tmp_path / "recording-1.wav"


def test_without_a_marker_nobody_writes(recording: Path) -> None:
    assert writer_of(recording) == "none"


def test_a_writer_is_seen_by_others_until_it_is_killed(recording: Path, repository: Path) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", WRITER, str(recording)],
        cwd=repository,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    ) as writer:
        assert writer.stdout is not None
        writer.stdout.readline()
        alive = writer_of(recording)
        writer.kill()
        writer.wait()

    assert alive == "alive"
    assert writer_of(recording) == "dead"


def test_a_finished_recording_has_no_marker(recording: Path) -> None:
    Marker(recording).remove()

    assert writer_of(recording) == "none"
    assert not marker_of(recording).exists()


def test_a_marker_that_was_left_is_one_of_a_dead_writer(recording: Path) -> None:
    Marker(recording).leave()

    assert writer_of(recording) == "dead"
    remove_marker(recording)
    assert writer_of(recording) == "none"


def test_recordings_that_were_cut_short_are_counted(tmp_path: Path) -> None:
    for name in ("recording-1.wav", "recording-2.wav", "recording-3.wav"):
        (tmp_path / name).touch()
    Marker(tmp_path / "recording-1.wav").leave()
    running = Marker(tmp_path / "recording-2.wav")
    Marker(tmp_path / "recording-without-a-file.wav").leave()

    assert cut_short(tmp_path) == 1
    assert cut_short(tmp_path / "missing") == 0
    running.remove()


def test_a_marker_is_its_owners_and_made_once(recording: Path) -> None:
    marker = Marker(recording)

    assert stat.S_IMODE(marker_of(recording).stat().st_mode) == 0o600
    with pytest.raises(FileExistsError):
        Marker(recording)
    marker.remove()
