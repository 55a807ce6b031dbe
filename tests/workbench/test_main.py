"""The command line."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from client import VERSION
from tests.hostile import FORBIDDEN, joined
from workbench.__main__ import main
from workbench.config import ConfigError, read_tools


def test_the_version_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as end:
        main(["--version"])

    assert end.value.code == 0
    assert capsys.readouterr().out == f"groq-workbench {VERSION}\n"


@pytest.mark.parametrize("option", ["--help", "--version"])
def test_help_and_version_load_nothing_heavy(option: str) -> None:
    program = (
        "import sys\n"
        "from workbench.__main__ import main\n"
        f"try: main([{option!r}])\n"
        "except SystemExit: pass\n"
        "heavy = {'textual', 'rich', 'httpx', 'pydantic', 'starlette', 'uvicorn', 'numpy'}\n"
        "print(sorted(heavy & set(sys.modules)))\n"
    )
    said = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert said.stdout.splitlines()[-1] == "[]"


def test_without_a_terminal_it_says_so_in_one_line() -> None:
    said = subprocess.run(
        [sys.executable, "-m", "workbench"], capture_output=True, text=True, check=False
    )

    assert said.returncode == 2
    assert said.stderr == ("groq-workbench: this is an application for a terminal; see --help.\n")


def test_what_an_error_quotes_is_no_command_to_the_terminal(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def refuse(_: object) -> int:
        raise ConfigError(joined(" "))

    monkeypatch.setattr("workbench.__main__._open_workbench", refuse)

    assert main([]) == 2
    said = capsys.readouterr().err
    assert not FORBIDDEN.search(said)
    assert "Q54q" in said


def test_tools_are_read_in_the_form_of_the_api(tmp_path: Path) -> None:
    tool = {"type": "function", "function": {"name": "weather"}}
    file = tmp_path / "tools.json"
    file.write_text(json.dumps([tool]))
    assert read_tools(file) == (tool,)

    file.write_text(json.dumps(tool))
    assert read_tools(file) == (tool,)


@pytest.mark.parametrize("text", ["{", "[1]", '{"name": "weather"}'])
def test_tools_of_another_form_are_refused_with_the_file_s_name(tmp_path: Path, text: str) -> None:
    file = tmp_path / "tools.json"
    file.write_text(text)

    with pytest.raises(ConfigError, match=r"tools\.json"):
        read_tools(file)


def test_a_missing_file_of_tools_is_one_clear_line(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="No such file"):
        read_tools(tmp_path / "none.json")
