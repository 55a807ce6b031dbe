"""`.ci/environment` on machines where something is missing, with stand-ins for Python."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

TOOLS = ("cat", "cksum", "cp", "dirname", "flock", "grep", "id", "mkdir", "rm", "sed", "sh", "tail")
# answers `-c` as its first argument says, and makes an environment whose pip fails as told
PYTHON = """#!/bin/sh
case "$*" in
    *ensurepip*) exit {without_ensurepip} ;;
    *'%d.%d-venv'*) echo python3.11-venv ;;
    '-m venv .venv') mkdir .venv/bin && cp "$0" .venv/bin/python ;;
    '-m pip'*) echo "{pip_says}"; exit {pip_fails} ;;
esac
"""


@pytest.fixture
def machine(repository: Path, tmp_path: Path) -> Path:
    """A clone of the repository beside a folder `bin` with all the programs there are."""
    (tmp_path / "clone").mkdir()
    shutil.copytree(repository / ".ci", tmp_path / "clone" / ".ci")
    for name in ("pyproject.toml", ".constraints.txt"):
        shutil.copy(repository / name, tmp_path / "clone")
    (tmp_path / "bin").mkdir()
    for tool in TOOLS:
        if path := shutil.which(tool):
            (tmp_path / "bin" / tool).symlink_to(path)
    return tmp_path


def give_python(machine: Path, *, ensurepip: bool = True, pip_fails: str = "") -> None:
    python = machine / "bin" / "python3"
    python.write_text(
        PYTHON.format(
            without_ensurepip=int(not ensurepip), pip_says=pip_fails, pip_fails=int(bool(pip_fails))
        )
    )
    python.chmod(0o755)


def set_up(
    machine: Path, clone: str = "clone", *, purpose: str = "run"
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [".ci/environment", purpose],
        cwd=machine / clone,
        env={**os.environ, "PATH": str(machine / "bin")},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )


def test_without_python_it_says_which_python_is_needed(machine: Path) -> None:
    run = set_up(machine)

    assert run.returncode == 1
    assert "needs Python 3.11 or newer" in run.stderr


def test_without_venv_it_names_the_package_to_install(machine: Path) -> None:
    give_python(machine, ensurepip=False)

    run = set_up(machine)

    assert run.returncode == 1
    assert "sudo apt install python3.11-venv" in run.stderr


def test_a_failed_download_is_told_in_one_message(machine: Path) -> None:
    give_python(machine, pip_fails="after connection broken by 'No route to host': /simple/pip/")

    run = set_up(machine)

    assert run.returncode == 1
    assert "No route to host" in run.stderr
    assert "/simple/pip/" not in run.stderr


def test_any_other_failure_shows_the_last_words_of_pip(machine: Path) -> None:
    give_python(machine, pip_fails="ERROR: No space left on device")

    run = set_up(machine)

    assert run.returncode == 1
    assert "No space left on device" in run.stderr


def test_a_finished_environment_is_left_alone(machine: Path) -> None:
    give_python(machine)
    first = set_up(machine)

    second = set_up(machine)

    assert first.returncode == second.returncode == 0
    assert "Making .venv" in first.stdout
    assert second.stdout == second.stderr == ""


def test_a_half_made_environment_is_made_anew(machine: Path) -> None:
    give_python(machine, pip_fails="ERROR: interrupted")
    set_up(machine)
    remains = machine / "clone" / ".venv" / "remains"
    remains.touch()
    give_python(machine)

    run = set_up(machine)

    assert run.returncode == 0
    assert not remains.exists()


def test_an_environment_that_was_moved_is_made_anew(machine: Path) -> None:
    give_python(machine)
    set_up(machine)
    (machine / "clone").rename(machine / "moved")

    assert "Making .venv" in set_up(machine, clone="moved").stdout


@pytest.mark.parametrize("file", ["pyproject.toml", ".constraints.txt"])
def test_a_change_of_what_is_needed_is_installed(machine: Path, file: str) -> None:
    give_python(machine)
    set_up(machine)
    changed = machine / "clone" / file
    changed.write_text(f"# changed\n{changed.read_text()}")

    assert "up to date" in set_up(machine).stdout


def test_a_setting_of_a_tool_installs_nothing(machine: Path) -> None:
    give_python(machine)
    set_up(machine)
    with (machine / "clone" / "pyproject.toml").open("a") as file:
        file.write("\n# a new rule of ruff\n")

    assert set_up(machine).stdout == ""


@pytest.fixture
def debian(machine: Path) -> Path:
    """The machine has apt, and nothing that the tests need beside Python; one is root on it."""
    give_python(machine)
    for tool in ("env", "sh", "cat"):
        if path := shutil.which(tool):
            (machine / "bin" / tool).unlink(missing_ok=True)
            (machine / "bin" / tool).symlink_to(path)
    for name, script in {
        "id": "echo 0",
        "dpkg-query": "exit 1",
        "apt-get": f'echo "$@" >>{machine}/apt',
    }.items():
        program = machine / "bin" / name
        program.unlink(missing_ok=True)
        program.write_text(f"#!/bin/sh\n{script}\n")
        program.chmod(0o755)
    return machine


def test_a_sound_server_for_the_tests_is_installed_and_replaces_nothing(debian: Path) -> None:
    run = set_up(debian, purpose="test")

    asked = (debian / "apt").read_text().splitlines()[-1]
    assert run.returncode == 0
    assert "--no-remove" in asked
    assert asked.endswith(" libportaudio2 libasound2-plugins pulseaudio pulseaudio-utils tmux")


def test_a_desktop_keeps_its_own_sound_server(debian: Path) -> None:
    (debian / "bin" / "pipewire").write_text("#!/bin/sh\n")
    (debian / "bin" / "pipewire").chmod(0o755)

    run = set_up(debian, purpose="test")

    assert not (debian / "apt").exists()
    assert "sudo apt install libportaudio2 libasound2-plugins pulseaudio" in run.stdout


def test_running_the_workbench_installs_no_sound_server(debian: Path) -> None:
    set_up(debian)

    assert not (debian / "apt").exists()
