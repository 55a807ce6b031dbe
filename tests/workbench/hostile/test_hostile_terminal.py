"""The whole program in a real terminal, at a service that means harm: nothing of it gets out."""

import os
import re
import shutil
import subprocess
import sys
import time
from codecs import getincrementaldecoder
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.hostile import FORBIDDEN
from tests.hostile_service import HostileService
from tests.terminal import Terminal

ALT_2, ALT_3, ESCAPE, PAGE_UP, QUIT = "\x1b2", "\x1b3", "\x1b", "\x1b[5~", "\x11"
# what a frame is made of: colours, places, cursor and pointer, links to the web
FRAME = re.compile(
    r"\x1b\[[0-9;:]*m|\x1b\[[0-9;]*H|\x1b\[\?2026[hl]|\x1b\[\?25[hl]|"
    r"\x1b\]22;[a-z-]*\x07|\x1b\]8;[^;\x07\x1b]*;(?:https?://[^\x1b]*)?\x1b\\|\r\n"
)


@pytest.fixture
def service() -> Iterator[HostileService]:
    with HostileService() as service:
        yield service


def assert_only_frames(output: bytes) -> None:
    """Nothing but text that can be seen and what draws it."""
    shown = getincrementaldecoder("utf-8")().decode(output)  # its last character may be cut
    left = FRAME.sub("", re.sub(r"\x1b[^A-Za-z]*$", "", shown)).replace("\n", "")
    bad = FORBIDDEN.search(left)
    assert not bad, repr(left[max(0, bad.start() - 60) : bad.end() + 20])


def test_no_byte_of_a_hostile_service_reaches_the_terminal(
    service: HostileService, tmp_path: Path
) -> None:
    arguments = ["--base-url", service.url, "--model", "m"]
    with Terminal(arguments, home=tmp_path, columns=120, rows=50) as terminal:
        terminal.until_shown("Ask a Groq model")
        begun = len(terminal.output)
        terminal.type("go\r")
        terminal.until_shown("asks for a tool")
        for _ in range(12):  # past the calls, the code and the text
            before = terminal.screen
            terminal.type(PAGE_UP)
            terminal.until(lambda screen, before=before: screen != before)
        terminal.type("fail\r")
        terminal.until_shown("refused")
        terminal.type("\x0f")
        terminal.until_shown("Q05q")
        terminal.type(ESCAPE)
        terminal.until(lambda screen: "type to filter" not in screen)
        terminal.type(ALT_2)
        terminal.until_shown("models")
        terminal.until_shown("Q15q")
        terminal.type(ALT_3)
        terminal.until_shown("step by step")
        terminal.type("go\r")
        terminal.until_shown("waits for you")
        terminal.until_shown("Q01q")
        assert_only_frames(bytes(terminal.output[begun:]))
        terminal.type(QUIT)
        assert terminal.wait() == 0


class Tmux:
    """A tmux of its own, in which programs may set the clipboard."""

    def __init__(self, folder: Path) -> None:
        self._socket = folder / "tmux"
        self("new-session", "-d", "-x", "120", "-y", "50", "-s", "s", "cat")
        self("set-option", "-g", "set-clipboard", "on")
        self("set-option", "-g", "allow-passthrough", "on")
        self("set-option", "-g", "remain-on-exit", "on")

    def __call__(self, *arguments: str) -> str:
        environment = {"PATH": os.environ["PATH"], "HOME": str(self._socket.parent)}
        return subprocess.run(
            ["tmux", "-f", "/dev/null", "-S", str(self._socket), *arguments],
            env={**environment, "LANG": "C.UTF-8", "TERM": "xterm-256color"},
            check=True,
            capture_output=True,
            text=True,
            timeout=30,
        ).stdout

    def run(self, *command: str) -> None:
        """Run this in the place of what ran."""
        self("respawn-pane", "-k", "-t", "s", "-c", str(Path(__file__).parents[3]), *command)

    def until(self, seen: Callable[[str], bool]) -> None:
        deadline = time.monotonic() + 30
        while not seen(shown := self("capture-pane", "-p", "-t", "s")):
            assert time.monotonic() < deadline, f"never seen, on this screen:\n{shown}"
            time.sleep(0.02)  # tmux cannot be waited for

    @property
    def pasted(self) -> str:
        return self("show-buffer")

    @property
    def title(self) -> str:
        return self("display-message", "-p", "-t", "s", "#{pane_title}|#{window_name}").strip()


@pytest.fixture
def tmux(tmp_path: Path) -> Iterator[Tmux]:
    if shutil.which("tmux") is None:
        pytest.skip("needs tmux, which is not here")
    tmux = Tmux(tmp_path)
    yield tmux
    tmux("kill-server")


def test_what_one_would_paste_stays_what_one_copied(tmux: Tmux, service: HostileService) -> None:
    # that this terminal is one which obeys is seen first
    tmux.run("sh", "-c", r"printf '\033]52;c;dGhlaXJz\007\033]2;theirs\007done'; cat")
    tmux.until(lambda screen: "done" in screen)
    assert tmux.pasted == "theirs"
    assert "theirs" in tmux.title
    tmux("set-buffer", "mine")
    tmux("select-pane", "-t", "s", "-T", "mine")
    title = tmux.title

    tmux.run(sys.executable, "-m", "workbench", "--base-url", service.url, "--model", "m")
    tmux.until(lambda screen: "Ask a Groq model" in screen)
    tmux("send-keys", "-t", "s", "go", "Enter")
    tmux.until(lambda screen: "asks for a tool" in screen and "^R Again" in screen)
    tmux("send-keys", "-t", "s", "fail", "Enter")
    tmux.until(lambda screen: "refused" in screen)
    tmux("send-keys", "-t", "s", "M-2")
    tmux.until(lambda screen: "Q20q" in screen)

    assert tmux.pasted == "mine"
    assert tmux.title.split("|")[0] == title.split("|")[0]
