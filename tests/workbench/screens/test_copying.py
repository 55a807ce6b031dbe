"""Copying says by which route, and whether it worked as far as can be known."""

from tests.stage import Stage
from workbench.screens.copying import Copied
from workbench.widgets.transcript import Transcript


class Desktop:
    """A clipboard that takes text, or does not."""

    route = "xclip"

    def __init__(self, *, takes: bool) -> None:
        self.takes = takes
        self.text = ""

    async def put(self, text: str) -> bool:
        self.text = text
        return self.takes


async def told(desktop: Desktop | None, text: str) -> tuple[Stage, str]:
    """Copy an answer and give what the person was told."""
    stage = Stage(clipboard=desktop)
    async with stage.open(size=(120, 30)) as actor:
        stage.app.chat_screen.post_message(Transcript.CopyRequested(text, "the answer"))
        await actor.until(lambda: len(stage.app._notifications))
        return stage, next(iter(stage.app._notifications)).message


async def test_the_desktops_clipboard_is_certain() -> None:
    desktop = Desktop(takes=True)
    stage, said = await told(desktop, "One.\nTwo.")
    assert said == "Copied the answer, 2 lines, with xclip."
    assert desktop.text == "One.\nTwo."
    assert stage.app.clipboard == "One.\nTwo."


async def test_the_terminals_clipboard_is_not() -> None:
    stage, said = await told(None, "One.")
    assert said.startswith("Sent the answer, 1 line, to the terminal's clipboard (OSC 52)")
    assert "does not say" in said
    assert stage.app.clipboard == "One."


async def test_a_desktop_that_fails_is_told() -> None:
    _, said = await told(Desktop(takes=False), "One.")
    assert "(OSC 52)" in said
    assert said.endswith("xclip failed.")


async def test_half_a_character_is_copied_as_a_mark() -> None:
    stage, _ = await told(None, "a\udc00b")
    assert stage.app.clipboard == "a?b"


def test_what_a_terminal_may_refuse_is_said() -> None:
    assert "may refuse so much" in Copied("x" * 80_000, "the answer").told
