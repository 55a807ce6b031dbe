"""Gives looks their colours, from the theme of the app."""

from typing import get_args

from rich.style import Style
from textual.widget import Widget

from workbench.markdown.line import Look, Role

PREFIX = "transcript--"
ROLES: tuple[Role, ...] = get_args(Role)
COMPONENT_CLASSES = frozenset({PREFIX + role for role in ROLES} | {PREFIX + "panel"})

STYLES = """
Transcript {
    background: $background;
    color: $foreground;
    padding: 0 1;
    overflow-x: hidden;
    overflow-y: scroll;
    scrollbar-size-vertical: 1;
    scrollbar-color: $foreground 18%;
    scrollbar-color-hover: $foreground 35%;
    scrollbar-color-active: $accent;
    scrollbar-background: $background;
    scrollbar-background-hover: $background;
    scrollbar-background-active: $background;

    & .transcript--text { color: $foreground; }
    & .transcript--space, & .transcript--table-head { color: $foreground; }
    & .transcript--heading-1 { color: $text-accent; }
    & .transcript--heading-2 { color: $text-accent; }
    & .transcript--heading-3 { color: $text-secondary; }
    & .transcript--code { color: $text-success; background: $foreground 8%; }
    & .transcript--panel { background: $foreground 6%; }
    & .transcript--code-block { color: $foreground 90%; }
    & .transcript--code-edge { color: $foreground 6%; }
    & .transcript--code-label { color: $foreground 50%; }
    & .transcript--link { color: $text-primary; }
    & .transcript--url, & .transcript--muted { color: $foreground 50%; }
    & .transcript--image { color: $text-secondary; }
    & .transcript--quote, & .transcript--reasoning { color: $foreground 60%; }
    & .transcript--quote-bar { color: $text-secondary 80%; }
    & .transcript--marker, & .transcript--checkbox { color: $text-accent; }
    & .transcript--rule, & .transcript--table-line { color: $foreground 30%; }
    & .transcript--name-user { color: $text-primary; background: $primary 12%; }
    & .transcript--user { color: $foreground; background: $primary 12%; }
    & .transcript--gutter-user { color: $primary; background: $primary 12%; }
    & .transcript--name-answer { color: $text-accent; }
    & .transcript--gutter-answer { color: $accent 45%; }
    & .transcript--gutter-reasoning { color: $foreground 30%; }
    & .transcript--reasoning-head { color: $foreground 55%; text-style: italic; }
    & .transcript--gutter-tool, & .transcript--tool-name { color: $text-success; }
    & .transcript--gutter-cursor { color: $warning; }
    & .transcript--gutter-error, & .transcript--title-error { color: $text-error; }
    & .transcript--gutter-warning, & .transcript--title-warning { color: $text-warning; }
    & .transcript--gutter-information, & .transcript--title-information { color: $text-primary; }
    & .transcript--stopped { color: $text-warning; }
    & .transcript--found { color: $foreground; background: $warning 35%; }
    & .transcript--found-current { color: $background; background: $warning; }
    & .transcript--syntax-keyword { color: $text-accent; }
    & .transcript--syntax-name { color: $foreground 90%; }
    & .transcript--syntax-function { color: $text-primary; }
    & .transcript--syntax-type { color: $text-secondary; }
    & .transcript--syntax-string { color: $text-success; }
    & .transcript--syntax-number { color: $text-warning; }
    & .transcript--syntax-comment { color: $foreground 50%; }
    & .transcript--syntax-operator { color: $foreground 75%; }
    & .transcript--syntax-inserted { color: $text-success; }
    & .transcript--syntax-deleted { color: $text-error; }
}
"""
"""The colours of every role, in the variables of Textual's themes: dark and light follow."""


class Palette:
    """Looks to styles, each resolved once; `clear` when the theme has changed."""

    def __init__(self, widget: Widget) -> None:
        self._widget = widget
        self._styles: dict[Look | None, Style] = {}

    def clear(self) -> None:
        """Forget all styles."""
        self._styles.clear()

    def __getitem__(self, look: Look | None) -> Style:
        """Give the style of a look; None is the bare ground."""
        style = self._styles.get(look)
        if style is None:
            style = self._styles[look] = self._resolve(look)
        return style

    def _resolve(self, look: Look | None) -> Style:
        if look is None:
            return self._widget.rich_style
        style = self._widget.get_component_rich_style(PREFIX + look.role)
        if look.panel and not look.role.startswith("found"):
            panel = self._widget.get_component_rich_style(PREFIX + "panel")
            style += Style(bgcolor=panel.bgcolor)
        return style + Style(
            bold=look.bold or None,
            italic=look.italic or None,
            strike=look.strike or None,
            underline=look.underline or None,
        )
