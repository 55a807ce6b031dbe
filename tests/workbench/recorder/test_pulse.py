"""What the sound server says through ``pactl``, from a stand-in that says it."""

import json
from pathlib import Path

import pytest

from workbench.recorder import pulse

INFO = {
    "server_name": "PulseAudio (on PipeWire 1.4.2)",
    "default_source_name": "usb",
    "default_sink_name": "hdmi",
}
SOURCES = [
    {
        "index": 1,
        "name": "hdmi.monitor",
        "description": "Monitor of HDMI",
        "sample_specification": "s32le 2ch 48000Hz",
        "monitor_source": "hdmi",
        "properties": {"device.class": "monitor"},
    },
    {"index": 2, "name": "built-in", "description": "Built-in", "sample_specification": "odd"},
    {
        "index": 3,
        "name": "usb",
        "description": "Blue Yeti",
        "sample_specification": "s16le 1ch 44100Hz",
        "properties": {"device.class": "sound"},
    },
]


@pytest.fixture
def pactl(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of a ``pactl`` that answers from files."""
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    program = tmp_path / "pactl"
    program.write_text(f'#!/bin/sh\ncat "{tmp_path}/$2$3.json"\n')
    program.chmod(0o755)
    (tmp_path / "info.json").write_text(json.dumps(INFO))
    (tmp_path / "listsources.json").write_text(json.dumps(SOURCES))
    return tmp_path


def test_microphones_come_before_monitors_and_the_default_before_the_others(pactl: Path) -> None:
    found = pulse.devices("input")

    assert [(one.label, one.default, one.monitor, one.extra) for one in found] == [
        ("Blue Yeti", True, False, False),
        ("Built-in", False, False, False),
        ("Monitor of HDMI", False, True, True),
    ]
    assert {one.api for one in found} == {"PipeWire"}
    assert [(one.rate, one.channels) for one in found] == [(44_100, 1), (None, None), (48_000, 2)]


@pytest.mark.parametrize("said", ["", "No such command", "{}", "[1, {}]"])
def test_a_server_that_speaks_otherwise_has_nothing(pactl: Path, said: str) -> None:
    (pactl / "listsources.json").write_text(said)

    assert pulse.devices("input") == ()


def test_a_server_that_hangs_is_not_waited_for(
    pactl: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (pactl / "pactl").write_text("#!/bin/sh\nexec sleep 60\n")
    monkeypatch.setattr(pulse, "_PATIENCE", 0.1)

    assert pulse.devices("input") == ()
