"""What really reaches a terminal, read from the other end of a pseudo-terminal."""

import os
import pty
import re
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]

CHILD = r"""
from textual.app import App
from workbench.widgets.transcript import AnswerEntry, NoticeEntry, Transcript, UserEntry

PAYLOADS = [
    "\x1b]52;c;CANARY\x07", "\x1b]0;CANARY\x07", "\x1b]8;;file:///CANARY\x1b\\x\x1b]8;;\x1b\\",
    "\x1bP+qCANARY\x1b\\", "\x1b_GCANARY\x1b\\", "\x1b^CANARY\x1b\\", "\x9d52;c;CANARY\x9c",
    "\x1b[31mCANARY", "\x9b31mCANARY", "\x1b[201~CANARY\x1b[200~", "a\rCANARY", "\u202eCANARY",
    "\x0eCANARY\x0f", "\x00CANARY\x7f", "[@click=app.quit]CANARY[/] [/foo]",
]

class Hostile(App):
    def compose(self):
        yield Transcript()

    def on_mount(self):
        transcript = self.query_one(Transcript)
        for payload in PAYLOADS:
            transcript.add(UserEntry(payload))
            answer = AnswerEntry(payload)
            transcript.add(answer)
            for char in payload:
                answer.add_reasoning(char)
            answer.fold_reasoning(payload)
            for char in f"{payload}\n\n```{payload}\n{payload}\n```\n\n[{payload}](http://e/)\n":
                answer.add_text(char)
            answer.add_tool_call(name=payload, arguments=payload, call_id=payload)
            answer.finish(payload)
            transcript.add(NoticeEntry(severity="error", title=payload, body=payload))
        self.set_timer(1.0, self.exit)

Hostile().run()
"""


@pytest.mark.skipif(not hasattr(pty, "fork"), reason="needs a pseudo-terminal")
def test_no_payload_reaches_a_terminal_as_a_command() -> None:
    child, terminal = pty.fork()
    if child == 0:
        os.environ |= {
            "TERM": "xterm-256color",
            "COLORTERM": "truecolor",
            "PYTHONPATH": str(ROOT),
            "LINES": "300",
            "COLUMNS": "100",
        }
        os.execv(sys.executable, [sys.executable, "-W", "ignore", "-c", CHILD])
    written = b""
    try:
        while data := os.read(terminal, 65536):
            written += data
    except OSError:
        pass
    finally:
        os.waitpid(child, 0)
        os.close(terminal)
    text = written.decode("utf-8", "replace")
    assert text.count("CANARY") > 100
    assert not re.search(r"\x1b[\]P_^X][^\x07\x1b]*CANARY", text)
    assert not re.search(r"\x1b\[[0-9;?~]*CANARY(?<!mCANARY)", text)
    assert "\x1b]52" not in text
    assert "\x1b[201~" not in text
    assert not re.search("[\x00\x0e\x0f\x7f-\x9f\u202e]", text)
