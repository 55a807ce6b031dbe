"""The microphone and the loudspeaker that were chosen last."""

import stat
from pathlib import Path

import pytest

from workbench.adapters.device_choices import DeviceChoicesFile
from workbench.audio.devices import DeviceChoice

YETI = DeviceChoice(name="usb-1", api="Core Audio", label="Blue Yeti")


def test_a_choice_is_remembered_by_name(tmp_path: Path) -> None:
    file = tmp_path / "state" / "devices.json"
    DeviceChoicesFile(file).put("input", YETI)

    again = DeviceChoicesFile(file)

    chosen = again.get("input")
    assert chosen == YETI
    assert chosen.shown == "Blue Yeti"
    assert again.get("output") is None
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_the_system_default_is_a_choice_too(tmp_path: Path) -> None:
    choices = DeviceChoicesFile(tmp_path / "devices.json")
    choices.put("input", YETI)
    choices.put("input", None)

    assert DeviceChoicesFile(tmp_path / "devices.json").get("input") is None


@pytest.mark.parametrize("said", ["", "[]", '{"input": 3}', '{"input": {"name": 1, "api": "x"}}'])
def test_a_file_that_makes_no_sense_is_like_none(tmp_path: Path, said: str) -> None:
    (tmp_path / "devices.json").write_text(said)

    assert DeviceChoicesFile(tmp_path / "devices.json").get("input") is None


def test_a_choice_that_cannot_be_written_lasts_until_the_end(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    choices = DeviceChoicesFile(tmp_path / "file" / "devices.json")

    choices.put("input", YETI)

    assert choices.get("input") == YETI


def test_two_choices_are_the_same_device_whatever_it_was_called() -> None:
    assert DeviceChoice(name="usb-1", api="Core Audio") == YETI
    assert DeviceChoice(name="usb-1", api="Core Audio").shown == "usb-1"
