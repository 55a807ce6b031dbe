"""The one command that helps where something is missing, by the name of the system."""

import platform
import sys
from collections.abc import Mapping
from typing import Final

_PORTAUDIO: Final = {
    "debian": "sudo apt install libportaudio2",
    "ubuntu": "sudo apt install libportaudio2",
    "fedora": "sudo dnf install portaudio",
    "rhel": "sudo dnf install portaudio",
    "arch": "sudo pacman -S portaudio",
    "alpine": "sudo apk add portaudio",
    "suse": "sudo zypper install libportaudio2",
    "opensuse": "sudo zypper install libportaudio2",
    "gentoo": "sudo emerge media-libs/portaudio",
    "void": "sudo xbps-install portaudio",
    "nixos": "nix-shell -p portaudio",
}
_PULSE_FOR_ALSA: Final = {
    "debian": "sudo apt install libasound2-plugins",
    "ubuntu": "sudo apt install libasound2-plugins",
    "fedora": "sudo dnf install alsa-plugins-pulseaudio",
    "arch": "sudo pacman -S alsa-plugins",
    "alpine": "sudo apk add alsa-plugins-pulse",
}


def system() -> tuple[str, ...]:
    """The names that this system goes by, its own before those that it is like."""
    if sys.platform != "linux":
        return (sys.platform,)
    try:
        release: Mapping[str, str] = platform.freedesktop_os_release()
    except OSError:
        return ("linux",)
    return (release.get("ID", ""), *release.get("ID_LIKE", "").split(), "linux")


def to_get_portaudio(names: tuple[str, ...]) -> str:
    """The command that installs PortAudio; "" where none is known."""
    if names[0] in ("darwin", "win32"):
        return f'"{sys.executable}" -m pip install --force-reinstall sounddevice'
    return next((_PORTAUDIO[name] for name in names if name in _PORTAUDIO), "")


def to_get_the_package() -> str:
    """The command that installs what reaches PortAudio from Python."""
    return f'"{sys.executable}" -m pip install sounddevice'


def to_reach_the_server(names: tuple[str, ...]) -> str:
    """The command that lets ALSA programs use the sound server; "" where none is known."""
    return next((_PULSE_FOR_ALSA[name] for name in names if name in _PULSE_FOR_ALSA), "")
