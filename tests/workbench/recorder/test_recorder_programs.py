"""Recording by programs that the system has: which one, with which arguments, and what they say."""

import threading
from pathlib import Path

import pytest

from workbench.audio.capture import AudioUnavailable
from workbench.audio.devices import DeviceChoice
from workbench.recorder.engine import UnreachableError
from workbench.recorder.programs import Programs

NO_LIBRARY = UnreachableError(AudioUnavailable(reason="no-library", explanation="No PortAudio."))
CARDS = """null
    Discard all samples (playback) or generate zero samples (capture)
sysdefault:CARD=PCH
    HDA Intel PCH, ALC257 Analog
    Default Audio Device
plughw:CARD=Yeti,DEV=0
    Blue Yeti, USB Audio
    Hardware device with all software conversions
"""


@pytest.fixture
def programs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder that is the whole PATH."""
    monkeypatch.setenv("PATH", str(tmp_path))
    return tmp_path


def program(folder: Path, name: str, script: str) -> None:
    file = folder / name
    file.write_text(f"#!/bin/sh\nPATH=/usr/bin:/bin\n{script}\n")
    file.chmod(0o755)


def test_without_any_program_the_library_is_what_is_missing(programs: Path) -> None:
    with pytest.raises(UnreachableError, match="No PortAudio"):
        Programs(NO_LIBRARY)


def test_the_sound_servers_own_program_comes_first(programs: Path) -> None:
    program(programs, "arecord", "")
    program(programs, "parec", "")

    assert Programs(NO_LIBRARY).name == "parec"


def test_alsa_cards_are_listed_by_name(programs: Path) -> None:
    program(programs, "arecord", f"cat <<'END'\n{CARDS}END")

    found = Programs(NO_LIBRARY).devices("input")

    assert [(device.name, device.label, device.extra) for device in found.devices] == [
        ("sysdefault:CARD=PCH", "HDA Intel PCH, ALC257 Analog", True),
        ("plughw:CARD=Yeti,DEV=0", "Blue Yeti, USB Audio", False),
    ]
    assert found.engine == "arecord"


def test_a_program_hands_over_blocks_of_20_ms_and_its_end(programs: Path) -> None:
    program(programs, "arecord", 'echo "$@" >&2; sleep 0.4; head -c 1500 /dev/zero')
    blocks: list[bytes] = []
    over = threading.Event()
    said: list[str] = []

    def lost(detail: str) -> None:
        said.append(detail)
        over.set()

    stream = Programs(NO_LIBRARY).record(None, take=blocks.append, lost=lost)

    assert over.wait(10)
    stream.close()
    assert blocks == [bytes(640), bytes(640)]
    assert "-f S16_LE -r 16000 -c 1" in said[0]


def test_a_program_that_is_refused_the_device_says_why(programs: Path) -> None:
    program(programs, "arecord", "echo 'audio open error: Device or resource busy' >&2; exit 1")

    with pytest.raises(UnreachableError, match="Device or resource busy") as refused:
        Programs(NO_LIBRARY).record(None, take=lambda _: None, lost=lambda _: None)

    assert refused.value.unavailable.reason == "refused"


def test_a_missing_device_is_not_replaced(programs: Path) -> None:
    program(programs, "arecord", f"cat <<'END'\n{CARDS}END")
    gone = DeviceChoice(name="plughw:CARD=Gone", api="ALSA")

    with pytest.raises(UnreachableError, match="not there now"):
        Programs(NO_LIBRARY).record(gone, take=lambda _: None, lost=lambda _: None)


@pytest.mark.parametrize(
    ("help_text", "raw"), [("  -a, --raw   RAW mode", True), ("  --rate", False)]
)
def test_pipewires_program_is_asked_for_raw_sound_as_its_version_wants(
    programs: Path, help_text: str, raw: bool
) -> None:
    program(programs, "pw-cat", f"echo '{help_text}'")
    program(programs, "pw-record", 'echo "$@" >&2; sleep 0.4')
    over = threading.Event()
    said: list[str] = []

    def lost(detail: str) -> None:
        said.append(detail)
        over.set()

    stream = Programs(NO_LIBRARY).record(None, take=lambda _: None, lost=lost)

    assert over.wait(10)
    stream.close()
    assert ("--raw" in said[0]) is raw
    assert said[0].endswith(" -")
