"""The one command that helps."""

import pytest

from workbench.recorder.remedies import system, to_get_portaudio, to_reach_the_server


@pytest.mark.parametrize(
    ("names", "command"),
    [
        (("debian", "linux"), "sudo apt install libportaudio2"),
        (("linuxmint", "ubuntu", "debian", "linux"), "sudo apt install libportaudio2"),
        (("fedora", "linux"), "sudo dnf install portaudio"),
        (("manjaro", "arch", "linux"), "sudo pacman -S portaudio"),
        (("somethingelse", "linux"), ""),
    ],
)
def test_it_is_the_command_of_this_system(names: tuple[str, ...], command: str) -> None:
    assert to_get_portaudio(names) == command


def test_where_the_package_brings_the_library_it_is_installed_anew() -> None:
    assert "pip install --force-reinstall sounddevice" in to_get_portaudio(("darwin",))


def test_alsa_reaches_the_sound_server_through_a_package() -> None:
    assert to_reach_the_server(("debian",)) == "sudo apt install libasound2-plugins"


def test_this_system_has_a_name() -> None:
    assert system()[-1]
