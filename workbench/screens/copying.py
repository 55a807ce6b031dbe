"""Copying: to the terminal's clipboard and to the desktop's, and what is known of each."""

from typing import Final

from textual.message import Message
from textual.screen import Screen

from workbench.ports import Clipboard
from workbench.widgets.figures import plural

_GROUP: Final = "copy"
_MOST_TERMINALS: Final = 74_000
"""Bytes that terminals take by OSC 52; several take no more than these."""


class Copied(Message):
    """Something was copied; ``program`` took it, or else nobody says whether it arrived."""

    def __init__(self, text: str, what: str, *, program: str = "", failed: str = "") -> None:
        super().__init__()
        self.what = what
        self.lines = len(text.splitlines())
        self.size = len(text.encode())
        self.program = program
        self.failed = failed

    @property
    def told(self) -> str:
        """What to tell the person: what, by which route, and whether it worked."""
        copied = f"{self.what}, {plural(self.lines, 'line')}"
        if self.program:
            return f"Copied {copied}, with {self.program}."
        doubt = "which does not say whether it took it"
        if self.size > _MOST_TERMINALS:
            doubt = "which may refuse so much"
        failed = f" {self.failed} failed." if self.failed else ""
        return f"Sent {copied}, to the terminal's clipboard (OSC 52), {doubt}.{failed}"


def copy(screen: Screen[None], clipboard: Clipboard | None, text: str, what: str) -> None:
    """Copy by every route there is; ``Copied`` is posted to the screen when it is done."""
    text = text.encode("utf-8", "replace").decode()  # half a character has no bytes
    screen.app.copy_to_clipboard(text)
    if clipboard is None or not clipboard.route:
        screen.post_message(Copied(text, what))
        return
    screen.run_worker(_put(screen, clipboard, text, what), group=_GROUP, exclusive=True)


async def _put(screen: Screen[None], clipboard: Clipboard, text: str, what: str) -> None:
    took = await clipboard.put(text)
    name = clipboard.route
    screen.post_message(
        Copied(text, what, program=name if took else "", failed="" if took else name)
    )
