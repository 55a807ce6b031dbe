"""Recording a session and replaying it: the options, and the program in a real terminal."""

import json
import os
import re
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pexpect
import pyte
import pytest

ROWS, COLUMNS = 30, 100


def run(tmp_path: Path, *options: str) -> tuple[int, str]:
    """The program in a terminal that it need not open, and what it says."""
    said = pexpect.spawn(
        sys.executable,
        ["-m", "workbench", *options],
        env={**os.environ, "HOME": str(tmp_path)},
        timeout=30,
    )
    output = said.read().decode()
    said.close()
    return int(said.exitstatus or 0), output


class Workbench:
    """The program in a terminal, and what a person sees there."""

    def __init__(self, home: Path, *options: str) -> None:
        environment = {"PATH": os.environ["PATH"], "HOME": str(home)}
        self._screen = pyte.Screen(COLUMNS, ROWS)
        self._stream = pyte.ByteStream(self._screen)
        self._program = pexpect.spawn(
            sys.executable,
            ["-m", "workbench", *options],
            env={**environment, "TERM": "xterm-256color", "LANG": "C.UTF-8"},
            dimensions=(ROWS, COLUMNS),
        )

    def until(self, seen: Callable[[str], bool]) -> str:
        deadline = time.monotonic() + 30
        while not seen(screen := "\n".join(self._screen.display)):
            left = deadline - time.monotonic()
            assert left > 0, f"never seen, on this screen:\n{screen}"
            try:
                self._stream.feed(self._program.read_nonblocking(65_536, timeout=left))
            except (pexpect.EOF, pexpect.TIMEOUT):
                pytest.fail(f"the program ended, or stalled:\n{screen}")
        return screen

    def ask(self, question: str) -> str:
        """Ask, and give the screen when the answer is there."""
        self.until(lambda screen: "Ask a Groq model" in screen)
        self._program.send(question + "\r")
        return self.until(lambda screen: bool(re.search(r"\d tokens · .* tok/s", screen)))

    def quit(self) -> int:
        self._program.send("\x11")
        self._program.expect(pexpect.EOF, timeout=30)
        self._program.close()
        return int(self._program.exitstatus or 0)


def answer(screen: str) -> list[str]:
    """The last lines of the answer, without the line of figures below it."""
    lines = [line for line in screen.splitlines() if "▏" in line and "tok/s" not in line]
    return lines[-8:]


def test_what_a_demo_recorded_is_replayed_offline_and_named_so(tmp_path: Path) -> None:
    file = tmp_path / "session.har"
    first = Workbench(tmp_path, "--demo", "--record", str(file))
    recorded = first.ask("Why is the sky blue?")
    assert "SIMULATED" in recorded
    assert first.quit() == 0

    urls = [entry["request"]["url"] for entry in json.loads(file.read_text())["log"]["entries"]]
    assert sum("/chat/completions" in url for url in urls) == 1
    assert "gsk_" not in file.read_text()

    second = Workbench(tmp_path, "--replay", str(file), "--speed", "0")
    replayed = second.ask("Why is the sky blue?")
    assert second.quit() == 0

    assert "REPLAY" in replayed
    assert "SIMULATED" not in replayed
    assert "●" not in replayed.splitlines()[0]  # the mark of a live service
    assert len(set(answer(recorded))) > 4
    assert answer(replayed) == answer(recorded)


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--replay", "session.har", "--demo"], "--demo has no meaning with it"),
        (["--replay", "session.har", "--record", "x.har"], "--record has no meaning with it"),
        (["--replay", "session.har", "--base-url", "http://x"], "--base-url has no meaning"),
        (["--speed", "2"], "--speed is the speed of a --replay"),
        (["--replay", "missing.har"], "missing.har cannot be read: No such file"),
    ],
)
def test_a_wrong_option_is_one_clear_line(tmp_path: Path, options: list[str], said: str) -> None:
    code, output = run(tmp_path, *options)

    assert code == 2
    assert said in output
    assert output.startswith("groq-workbench: ")
    assert output.count("\n") == 1


@pytest.mark.parametrize(
    ("speed", "said"), [("-1", "`speed` must be 0 or more"), ("fast", "invalid float value")]
)
def test_a_speed_that_is_none_is_refused(tmp_path: Path, speed: str, said: str) -> None:
    file = tmp_path / "session.har"
    file.write_text('{"log": {"entries": []}}')

    code, output = run(tmp_path, "--replay", str(file), "--speed", speed)

    assert code == 2
    assert said in output


def test_a_recording_that_is_there_is_not_overwritten(tmp_path: Path) -> None:
    file = tmp_path / "session.har"
    file.write_text("precious")

    code, output = run(tmp_path, "--demo", "--record", str(file))

    assert code == 2
    assert "it is not overwritten" in output
    assert file.read_text() == "precious"


def test_help_names_the_options() -> None:
    said = subprocess.run(
        [sys.executable, "-m", "workbench", "--help"], capture_output=True, text=True, check=True
    )

    for option in ("--record FILE", "--replay FILE", "--speed X"):
        assert option in said.stdout
