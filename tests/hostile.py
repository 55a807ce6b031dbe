"""Text that means harm to whoever shows it, and what no terminal may ever be sent."""

import re
from collections.abc import Callable, Iterable

from textual.app import App

PAYLOADS = {
    # orders to the terminal
    "osc 52": "\x1b]52;c;Y3VybCBldmlsLnNofHNo\x07",
    "osc 52 st": "\x1b]52;c;Y3VybA==\x1b\\",
    "osc 52 query": "\x1b]52;c;?\x07",
    "title": "\x1b]0;owned\x07",
    "title query": "\x1b[21t",
    "notification": "\x1b]777;notify;owned;owned\x07",
    "file transfer": "\x1b]1337;File=inline=1:QUJD\x07",
    "hyperlink": "\x1b]8;;file:///etc/passwd\x1b\\x\x1b]8;;\x1b\\",
    "csi": "\x1b[2J\x1b[1;1H\x1b[31mred",
    "private mode": "\x1b[?1049l\x1b[?25l",
    "mouse and paste modes": "\x1b[?1003h\x1b[?2004l",
    "synchronised output": "\x1b[?2026h",
    "report": "\x1b[6n\x1b[c\x05",
    "window": "\x1b[8;1;1t",
    "charset": "\x1b(0\x1b)0",
    "reset": "\x1bc",
    "dcs": "\x1bP+q544e\x1b\\",
    "sixel": "\x1bPq#0;2;0;0;0~\x1b\\",
    "apc": "\x1b_Gi=1\x1b\\",
    "pm": "\x1b^x\x1b\\",
    "sos": "\x1bXx\x1b\\",
    "tmux": "\x1bPtmux;\x1b\x1b]52;c;eA==\x07\x1b\\",
    "paste brackets": "\x1b[201~rm -rf /\x1b[200~",
    "open escape": "a\x1b",
    "c1 csi": "\x9b31m",
    "c1 osc": "\x9d52;c;eA==\x9c",
    "c1 dcs": "\x90q\x9c",
    "c1 line ends": "a\x85b\x84c",
    "nul": "a\x00b",
    "shifts": "\x0e\x0f",
    "bells": "\x07\x08\x0b\x0c",
    "delete": "a\x7fb",
    "carriage return": "safe\rrm -rf /",
    # what hides or reorders
    "bidi override": "\u202egpj.exe\u202c",
    "bidi isolate": "\u2066a\u2069\u2067b\u2068",
    "bidi marks": "\u200e\u200f\u061c",
    "zero width": "a\u200bb\u200cc\u2060d\ufefe\ufeff",
    "joiner outside emoji": "a\u200db",
    "soft hyphen": "a\u00adb",
    "tags": "\U000e0001\U000e0041\U000e007f",
    "selectors": "a\U000e0100\U000e01ef\ufe00",
    "fillers": "\u3164\u115f\u1160\uffa0\u2800\u034f\u17b4",
    "marks": "a" + "\u0301" * 5000,
    "surrogates": "\ud83d and \udc00",
    "annotation": "\ufff9a\ufffab\ufffb",
    "separators": "a\u2028b\u2029c\x85d",
    "mongolian": "a\u180eb",
    # markup
    "click": "[@click=app.quit]here[/]",
    "closing tag": "x[/foo]",
    "link tag": "[link=file:///etc/passwd]a[/link]",
    "colour": "[red on blue]",
    "variable": "[$x]",
    "open tag": "[bold",
    "escaped tag": r"\[/foo]",
    "escape in a tag": "[bold]\x1b[5m[/bold]",
}
"""Each by what it is."""
ALL = frozenset(range(len(PAYLOADS)))
"""Their numbers, as `marked` counts them."""
MARKUP = {name: payload for name, payload in PAYLOADS.items() if "[/" in payload or "[$" in payload}
"""Those that must be read on the screen letter by letter."""
FORBIDDEN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b"
    "\u200e\u200f\u2028-\u202e\u2060-\u206f\u2800\u3164\ufe00-\ufe0d\ufeff\uffa0\ufff9-\ufffb"
    "\ud800-\udfff\U000e0000-\U000e0fff]"
)
"""What commands a terminal, hides from its reader, or reorders what is read."""

# What the toolkit writes itself: colours, the cursor's place, and the ends of links to the web.
_OWN = re.compile(
    r"\x1b\[[0-9;:]*m|\x1b\[\d+;\d+H|\x1b\]8;[^;\x07\x1b]*;(?:https?://[^\x1b]*)?\x1b\\"
)
_MARK = re.compile(r"Q\d\dq")


def marked(*, longest: int = 60, apart: bool = True) -> list[str]:
    """Every payload behind a mark of its own, by which it is found again on a screen.

    Each is cut to the ``longest`` characters; without ``apart`` no blank lies between mark and
    payload, so that no line breaks there.
    """
    gap = " " if apart else ""
    return [
        f"Q{number:02}q{gap}{payload[:longest]}" for number, payload in enumerate(PAYLOADS.values())
    ]


def joined(separator: str = "\n") -> str:
    """Every payload in one text."""
    return separator.join(marked())


def in_groups(size: int, *, longest: int = 60) -> list[list[str]]:
    """The marked payloads, so many at a time: for lines on which not all of them fit."""
    all_of_them = marked(longest=longest)
    return [all_of_them[at : at + size] for at in range(0, len(all_of_them), size)]


def seen(app: App[object]) -> set[int]:
    """The numbers of the payloads whose marks are on the screen."""
    lines = app.screen._compositor.render_strips()
    found = _MARK.findall("\n".join(strip.text for strip in lines))
    return {int(mark[1:3]) for mark in found}


def assert_harmless(app: App[object], *, clicks: Iterable[str] = ()) -> None:
    """No byte of the screen commands, hides or reorders; nothing on it does what a text asked for.

    ``clicks`` are actions that the screen itself offers to a mouse, beside those of its commands.
    """
    edited = [
        widget.region
        for screen in app.screen_stack  # those below a dialog are drawn as well
        for widget in screen.query("Input, TextArea")
        if widget.display
    ]
    for y, strip in enumerate(app.screen._compositor.render_strips()):
        sent = _OWN.sub("", strip.render(app.console))
        assert not _forbidden(sent), repr(sent)
        x = 0
        for segment in strip:
            # what a person types or edits is left as it is, for the last fence to keep inside
            if _forbidden(segment.text):
                at_edit = any(region.contains(x, y) for region in edited)
                assert at_edit, f"not made safe before it was drawn: {segment.text!r}"
            x += segment.cell_length
            if segment.style is None:
                continue
            action = str(segment.style.meta.get("@click", "screen."))
            assert action.startswith("screen.") or action in clicks, action
            assert "quit" not in action
            link = segment.style.link or ""
            assert not link or link.startswith(("http://", "https://")), link


def _forbidden(text: str) -> bool:
    plain = text.isascii() and text.isprintable()  # most of a screen, and soon looked at
    return not plain and FORBIDDEN.search(text) is not None


def assert_literal(text: str, *, but: Callable[[str], str] = lambda payload: payload) -> None:
    """Payloads that look like markup can be read in the text letter by letter."""
    for name, payload in MARKUP.items():
        if not FORBIDDEN.search(payload):
            assert but(payload) in text, f"{name}: {payload!r} is not literally in\n{text}"
