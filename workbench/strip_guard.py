"""The last fence before the terminal: no widget's text can carry a control character to it."""

import re
from functools import wraps

from rich.console import Console
from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip

_FORBIDDEN = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff\u202a-\u202e\u2066-\u2069]")
_MARK = "_strip_guard"


def install_strip_guard() -> None:
    """Wrap `textual.strip.Strip.render` so that controls never leave a strip; twice does nothing.

    Control characters, lone surrogates and bidirectional overrides are deleted from every
    segment's text, and from the target of every link, whichever widget made the strip.
    """
    unguarded = Strip.render
    if hasattr(unguarded, _MARK):
        return

    @wraps(unguarded)
    def render(self: Strip, console: Console) -> str:
        segments = list(self)
        if not any(_unsafe(segment) for segment in segments):
            return unguarded(self, console)
        return unguarded(Strip([_clean(segment) for segment in segments]), console)

    setattr(render, _MARK, True)
    Strip.render = render  # type: ignore[method-assign]


def _unsafe(segment: Segment) -> bool:
    style = segment.style
    return _FORBIDDEN.search(segment.text) is not None or (
        style is not None and style.link is not None and _FORBIDDEN.search(style.link) is not None
    )


def _clean(segment: Segment) -> Segment:
    text, style, control = segment
    if style is not None and style.link is not None:
        style = style.update_link(None) + Style(link=_FORBIDDEN.sub("", style.link))
    return Segment(_FORBIDDEN.sub("", text), style, control)
