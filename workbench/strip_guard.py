"""The last fence before the terminal: no widget's text can carry a control character to it."""

from functools import wraps
from re import Match

from rich.cells import get_character_cell_size
from rich.console import Console
from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip

from workbench.neutralise import INVISIBLE, is_harmful, replace_harmful

_MARK = "_strip_guard"


def install_strip_guard() -> None:
    """Wrap `textual.strip.Strip.render` so that controls never leave a strip; twice does nothing.

    Control characters, lone surrogates, what reorders and what hides is taken out of every
    segment's text, and out of the target of every link, whichever widget made the strip. What
    took room becomes a visible mark, so that the rest of the line stays where it is.
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
    return is_harmful(segment.text) or (
        style is not None and style.link is not None and is_harmful(style.link)
    )


def _clean(segment: Segment) -> Segment:
    text, style, control = segment
    if style is not None and style.link is not None:
        style = style.update_link(None) + Style(link=replace_harmful(style.link, lambda _: ""))
    return Segment(replace_harmful(text, _as_wide), style, control)


def _as_wide(found: Match[str]) -> str:
    return INVISIBLE * get_character_cell_size(found[0])
