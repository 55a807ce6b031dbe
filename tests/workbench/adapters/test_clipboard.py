"""The desktop's clipboard, by programs that only look like the real ones."""

import stat
from pathlib import Path

import pytest

from workbench.adapters.clipboard import SystemClipboard


def program(folder: Path, name: str, script: str) -> None:
    path = folder / name
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(path.stat().st_mode | stat.S_IXUSR)


def clipboard(folder: Path, *, seconds: float = 20, **environ: str) -> SystemClipboard:
    return SystemClipboard(
        {"PATH": f"{folder}:/usr/bin:/bin", **environ},
        platform="linux",
        which=lambda name: str(folder / name) if (folder / name).exists() else None,
        seconds=seconds,
    )


async def test_a_program_of_the_desktop_takes_the_text(tmp_path: Path) -> None:
    program(tmp_path, "xclip", f'cat >{tmp_path}/taken; echo "$@" >{tmp_path}/how')
    found = clipboard(tmp_path, DISPLAY=":0")
    assert found.route == "xclip"
    assert await found.put("größer\nals\x1b")
    assert (tmp_path / "taken").read_text() == "größer\nals\x1b"
    assert (tmp_path / "how").read_text() == "-selection clipboard\n"


async def test_it_is_given_no_key(tmp_path: Path) -> None:
    program(tmp_path, "wl-copy", f"cat >/dev/null; env >{tmp_path}/environment")
    found = clipboard(tmp_path, WAYLAND_DISPLAY="w", GROQ_API_KEY="gsk_secret")
    assert await found.put("x")
    assert "gsk_secret" not in (tmp_path / "environment").read_text()


async def test_a_program_that_stays_to_serve_the_text_is_not_waited_for(tmp_path: Path) -> None:
    program(tmp_path, "xclip", "cat >/dev/null; sleep 60 & exit 0")
    assert await clipboard(tmp_path, DISPLAY=":0").put("x")


@pytest.mark.parametrize("script", ["exit 1", "exec sleep 60", "exec /does/not/exist"])
async def test_a_program_that_fails_is_told(tmp_path: Path, script: str) -> None:
    program(tmp_path, "xclip", script)
    assert not await clipboard(tmp_path, DISPLAY=":0", seconds=0.5).put("x" * 200_000)


async def test_a_program_that_went_away_is_told(tmp_path: Path) -> None:
    program(tmp_path, "xclip", "exit 0")
    found = clipboard(tmp_path, DISPLAY=":0")
    (tmp_path / "xclip").unlink()
    found._environ["PATH"] = str(tmp_path)
    assert not await found.put("x")


@pytest.mark.parametrize(
    ("environ", "platform", "route"),
    [
        ({}, "darwin", "pbcopy"),
        ({"WAYLAND_DISPLAY": "w", "DISPLAY": ":0"}, "linux", "wl-copy"),
        ({"DISPLAY": ":0"}, "linux", "xclip"),
        ({"WSL_DISTRO_NAME": "Debian"}, "linux", "clip.exe"),
        ({}, "linux", ""),
        ({"DISPLAY": ":0", "SSH_CONNECTION": "1 2 3 4"}, "linux", ""),
    ],
)
async def test_the_route_is_that_of_the_desktop_in_front_of_the_person(
    environ: dict[str, str], platform: str, route: str
) -> None:
    found = SystemClipboard(environ, platform=platform, which=lambda name: name)
    assert found.route == route
    if not route:
        assert not await found.put("x")
