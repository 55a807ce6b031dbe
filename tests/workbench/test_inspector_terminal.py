"""A prompt with two tools, in a real terminal, with a real server and tools that really run."""

import json
from pathlib import Path

from tests.terminal import Terminal

SAMPLES = Path(__file__).parents[2] / "assets" / "tools"
F2, F3, F4, F5 = "\x1bOQ", "\x1bOR", "\x1bOS", "\x1b[15~"
ALT_3 = "\x1b3"
ARGUMENTS = ["--demo", "--model", "qwen/qwen3.8-27b"]


def test_two_tools_go_through_call_edit_result_and_answer(tmp_path: Path) -> None:
    file = tmp_path / "talk.har"
    recorded = [*ARGUMENTS, "--record", str(file)]
    with Terminal(recorded, home=tmp_path, columns=100, rows=30) as terminal:
        terminal.until_shown("Ask a Groq model")
        terminal.type(ALT_3)
        terminal.until_shown("Tool calls, step by step")
        # tools: the file is run only after a yes, its functions are offered only after another
        terminal.type(F4)
        terminal.until_shown("No tools yet")
        terminal.type("o")
        terminal.until_shown("Open a file of tools")
        terminal.type(f"{SAMPLES / 'travel.py'}\r")
        terminal.until_shown("Run travel.py to find its tools?")
        terminal.type("y")
        terminal.until_shown("Offer 2 tools to the model?")
        terminal.type("y")
        terminal.until_shown("2 of 2 tools offered")
        # ask; the calls wait
        terminal.type(F3)
        terminal.until_shown("step by step")
        terminal.type("Find trains from Lisbon to Porto on 2026-11-24, and the weather in Porto\r")
        terminal.until_shown("waits for you")
        terminal.until_shown("e Edit")
        terminal.until_shown("find_trains")
        terminal.until_shown("get_weather")
        # edit, approve, see the result of each
        terminal.type("e")
        terminal.until_shown("leave it as it was")
        terminal.type(F5)
        terminal.until(lambda screen: "leave it as it was" not in screen)
        while "F5 sends results" not in terminal.screen:
            results = terminal.screen.count("◂")
            terminal.type("\r")
            terminal.until_shown("Run this call?")
            terminal.type("y")
            terminal.until(lambda screen, before=results: screen.count("◂") > before)
        terminal.until_shown("returned · ")
        terminal.type(F5)
        terminal.until_shown("answered")
        terminal.until_shown("written beforehand")
        terminal.type("\x11")
        assert terminal.wait() == 0
    messages = json.loads(file.read_text())["log"]["entries"][-1]["request"]["postData"]["text"]
    assert "IC " in messages, "the tool's own words went to the model"

    # what was recorded is opened again, and one can go on from any step of it
    with Terminal(ARGUMENTS, home=tmp_path, columns=100, rows=30) as terminal:
        terminal.until_shown("Ask a Groq model")
        terminal.type(ALT_3)
        terminal.until_shown("Tool calls, step by step")
        terminal.type("\t")
        terminal.type("\x1b[Z")
        terminal.type("\x1b[Z")
        terminal.until_shown("o Open")
        terminal.type("o")
        terminal.until_shown("Open recorded exchanges")
        terminal.type(f"{file}\r")
        terminal.until_shown("talk.har")
        terminal.until_shown("answered")
        terminal.until_shown("find_trains")
        terminal.until_shown("f Fork")
        terminal.type("f")
        terminal.until_shown("fork of")
        terminal.type("\x11")
        assert terminal.wait() == 0
