"""The import contracts of pyproject.toml: each is kept, and each notices when it is broken."""

import os
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

DIRECTION = "workbench uses client, never the reverse"
FRONT_DOOR = "workbench knows client by its front door"
OWN_DOOR = "client does not go through its own front door"
SCREENLESS = "what runs without a screen knows no screen"
HTTPX = "one file speaks to httpx"
PORTAUDIO = "one file speaks to PortAudio"
SIMULATOR = "the simulator never imports what it is to test"
CYCLES = "no cycles"
CLIENT_LAYERS = "layers of client"
WORKBENCH_LAYERS = "layers of workbench"

# contract, file, the line that breaks it and no other
BREAKS = [
    (DIRECTION, "client/timing.py", "import workbench"),
    (FRONT_DOOR, "workbench/neutralise.py", "import client.timing"),
    (FRONT_DOOR, "workbench/neutralise.py", "from client.types.models import Model"),
    (OWN_DOOR, "client/builder.py", "import client"),
    (OWN_DOOR, "client/builder.py", "from client import GroqClient"),
    (SCREENLESS, "client/errors.py", "import rich"),
    (SCREENLESS, "client/adapters/clock.py", "def now(): import textual.app"),
    (SCREENLESS, "workbench/simulator/wire.py", "from rich.text import Text"),
    (SCREENLESS, "workbench/adapters/__init__.py", "from textual.app import App"),
    (SCREENLESS, "workbench/session/chat.py", "import textual"),
    (HTTPX, "client/stream.py", "import httpx"),
    (PORTAUDIO, "workbench/adapters/microphone.py", "import sounddevice"),
    (HTTPX, "client/adapters/auth.py", "from httpx import Auth"),
    (HTTPX, "workbench/simulator/wire.py", "import httpx"),
    (SIMULATOR, "workbench/simulator/wire.py", "from client import Model"),
    (CYCLES, "client/types/base.py", "import client.types.chat"),
    (CYCLES, "workbench/simulator/wire.py", "import workbench.simulator.app"),
    (CLIENT_LAYERS, "client/chat.py", "import client.adapters.clock"),
    (CLIENT_LAYERS, "client/accumulator.py", "import client.config"),
    (CLIENT_LAYERS, "client/unplaced.py", "# a new file that says not where it belongs"),
    (WORKBENCH_LAYERS, "workbench/session/__init__.py", "import workbench.adapters"),
    (WORKBENCH_LAYERS, "workbench/config.py", "import workbench.session"),
    (WORKBENCH_LAYERS, "workbench/unplaced.py", "# likewise"),
]


@pytest.fixture
def tree(repository: Path, tmp_path: Path) -> Path:
    """A copy of both packages, to be broken."""
    shutil.copy(repository / "pyproject.toml", tmp_path)
    for package in ("client", "workbench"):
        ignored = shutil.ignore_patterns("__pycache__")
        shutil.copytree(repository / package, tmp_path / package, ignore=ignored)
    return tmp_path


def broken_contracts(tree: Path) -> set[str]:
    run = subprocess.run(
        [Path(sys.executable).with_name("lint-imports"), "--no-logo", "--no-cache"],
        cwd=tree,
        env={**os.environ, "COLUMNS": "200"},
        capture_output=True,
        text=True,
        check=False,
    )
    verdicts = re.findall(r"^(.+?) (KEPT|BROKEN)\b", run.stdout, re.MULTILINE)
    broken = {name for name, verdict in verdicts if verdict == "BROKEN"}
    assert verdicts, run.stdout + run.stderr
    assert (run.returncode == 0) == (not broken)
    return broken


@pytest.fixture(scope="module")
def already_broken(repository: Path) -> set[str]:
    """What the tree as it is breaks: nothing, or one test below says so and the others go on."""
    return broken_contracts(repository)


def test_the_tree_as_it_is_keeps_every_contract(already_broken: set[str]) -> None:
    assert already_broken == set()


def test_every_contract_is_seen_to_break_below(repository: Path) -> None:
    declared = tomllib.loads((repository / "pyproject.toml").read_text())["tool"]["importlinter"]

    assert {contract["name"] for contract in declared["contracts"]} == {name for name, *_ in BREAKS}


@pytest.mark.parametrize(("contract", "file", "line"), BREAKS)
def test_an_offending_import_breaks_its_contract_and_no_other(
    tree: Path, already_broken: set[str], contract: str, file: str, line: str
) -> None:
    with (tree / file).open("a") as source:
        source.write(f"\n{line}\n")

    assert broken_contracts(tree) - already_broken == {contract}
