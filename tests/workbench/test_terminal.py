"""The whole program as a person uses it: a real terminal, a real server, real keys."""

import re
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.terminal import Terminal


@pytest.fixture
def terminal(tmp_path: Path) -> Iterator[Terminal]:
    with Terminal(["--demo"], home=tmp_path, columns=100, rows=30) as terminal:
        yield terminal


def test_a_newcomer_asks_a_question_and_sees_answer_limits_and_timing(terminal: Terminal) -> None:
    opened = terminal.until_shown("Ask a Groq model")
    assert "SIMULATED" in opened
    assert "openai/gpt-oss-20b" in opened

    terminal.type("Write quicksort in Python and compare it in a table\r")
    # The service's own speed comes with the end of the answer.
    answered = terminal.until(lambda screen: bool(re.search(r"\d tok/s server", screen)))

    assert "999/1,000" in answered
    assert "/8,000" in answered
    assert "first token" in answered
    assert "ms" in answered

    terminal.type("And shorter?\r")
    terminal.until_shown("998/1,000")
    terminal.type("\x11")  # Ctrl+Q
    assert terminal.wait() == 0


def test_stopping_keeps_the_partial_and_the_prompt_goes_on(terminal: Terminal) -> None:
    terminal.until_shown("Ask a Groq model")
    terminal.type("Write a long essay\r")
    terminal.until(lambda screen: "▏" in screen and "Esc" in screen)
    terminal.type("\x1b")
    terminal.until_shown("Stopped")
    terminal.type("a draft")
    terminal.until_shown("a draft")


def test_it_gives_the_terminal_back(terminal: Terminal) -> None:
    terminal.until_shown("Ask a Groq model")
    terminal.type("\x11")

    assert terminal.wait() == 0
    assert b"\x1b[?1049l" in terminal.output  # the screen of before
    assert b"\x1b[?25h" in terminal.output  # the cursor


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_it_gives_the_terminal_back_when_it_is_killed_while_an_answer_streams(
    terminal: Terminal, number: signal.Signals
) -> None:
    terminal.until_shown("Ask a Groq model")
    terminal.type("Write a long essay\r")
    terminal.until(lambda screen: "▏" in screen and "Esc" in screen)
    terminal.program.kill(number)

    assert terminal.wait() == 128 + number
    for given_back in (b"\x1b[?1049l", b"\x1b[?25h", b"\x1b[?1000l", b"\x1b[?2004l"):
        assert given_back in terminal.output


def test_it_ends_when_its_terminal_is_closed(terminal: Terminal) -> None:
    terminal.until_shown("Ask a Groq model")
    terminal.type("Write a long essay\r")
    terminal.until(lambda screen: "▏" in screen and "Esc" in screen)
    terminal.program.ptyproc.fileobj.close()

    terminal.program.wait()
    assert terminal.program.signalstatus is None  # by itself, and not because it took too long


@pytest.mark.parametrize(
    ("fault", "shown"),
    [
        ("status=429; retry-after=60", "Rate limit reached"),
        ("401", "API key was not accepted"),
        ("cut-after=1500", "broke off"),
        ("error-event=tool_use_failed", "tool call was not valid"),
        ("html=502", "service failed"),
    ],
)
def test_a_failure_is_explained_and_the_question_kept(
    tmp_path: Path, fault: str, shown: str
) -> None:
    with Terminal(["--demo", "--fault", fault], home=tmp_path, columns=100, rows=30) as terminal:
        terminal.until_shown("Ask a Groq model")
        terminal.type("What is the matter?\r")
        terminal.until(lambda screen: shown in screen and "kept" in screen)
        terminal.type("still here")
        terminal.until_shown("still here")


def test_it_fits_a_small_terminal_and_follows_its_size(tmp_path: Path) -> None:
    with Terminal(["--demo"], home=tmp_path, columns=80, rows=24) as terminal:
        terminal.until_shown("Ask a Groq model")
        terminal.type("Hello\r")
        terminal.until_shown("999/1,000")
        terminal.resize(160, 50)
        wide = terminal.until(lambda screen: "F1 Help" in screen.splitlines()[-1])
        assert "SIMULATED" in wide


def test_no_network_is_said_plainly(tmp_path: Path) -> None:
    with Terminal(
        ["--base-url", "http://127.0.0.1:9"], home=tmp_path, columns=100, rows=30
    ) as terminal:
        terminal.until_shown("Ask a Groq model")
        terminal.type("Anybody there?\r")
        terminal.until_shown("cannot be reached")


def test_what_streaming_leaves_on_the_screen_is_what_a_fresh_paint_shows(
    terminal: Terminal,
) -> None:
    terminal.until_shown("Ask a Groq model")
    terminal.type("Why is the sky blue?\r")
    streamed = terminal.until(lambda screen: "Simulated by" in screen and "tok/s ·" in screen)

    terminal.resize(100, 40)
    terminal.until(lambda screen: "F1 Help" in screen.splitlines()[-1])
    terminal.resize(100, 30)

    rows = slice(1, 22)  # the conversation; what is below counts down
    expected = streamed.splitlines()[rows]
    terminal.until(lambda screen: screen.splitlines()[rows] == expected)
