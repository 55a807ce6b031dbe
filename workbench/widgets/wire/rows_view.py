"""A window onto rows: asks for the visible ones alone, keeps a cursor, marks what was found."""

from typing import ClassVar, Final, Protocol

from rich.segment import Segment
from rich.style import Style as RichStyle
from textual import events
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.geometry import Region, Size
from textual.message import Message
from textual.reactive import reactive
from textual.scroll_view import ScrollView
from textual.strip import Strip
from textual.visual import Visual

_KEPT: Final = 512
"""Painted rows that are kept for the next frame."""


class Rows(Protocol):
    """What a window shows: rows, each one line."""

    def height(self, width: int) -> int:
        """How many rows there are at this width."""

    def row(self, index: int, width: int) -> Content:
        """One row, no wider than ``width``, safe to show."""


class NoRows:
    """Nothing yet: lines that say so, and what to do."""

    def __init__(self, *lines: str) -> None:
        self._lines = lines

    def height(self, width: int) -> int:
        """As many as there are lines."""
        return len(self._lines) if width else 0

    def row(self, index: int, width: int) -> Content:
        """What there is to say."""
        return Content.styled(self._lines[index], "$foreground 60%").truncate(width, ellipsis=True)


class RowsView(ScrollView, can_focus=True):
    """Rows with a cursor, which is shown where ``pointing``.

    Posts ``Pointed`` when the cursor moves, ``Chosen`` for Enter or a click on the cursor's row.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up,k", "move(-1)", "Up", show=False),
        Binding("down,j", "move(1)", "Down", show=False),
        Binding("pageup", "page(-1)", "Page up", show=False),
        Binding("pagedown,space", "page(1)", "Page down", show=False),
        Binding("home,g", "go_to(0)", "First", show=False),
        Binding("end,G", "go_to(-1)", "Last", show=False),
        Binding("enter", "choose", "Open", show=False),
    ]
    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "rows--cursor",
        "rows--cursor-blurred",
        "rows--found",
    }
    DEFAULT_CSS = """
    RowsView {
        background: $background;
        color: $foreground;
        text-wrap: nowrap;
        text-overflow: clip;
        overflow-x: hidden;
        overflow-y: auto;
        scrollbar-size-vertical: 1;
        scrollbar-color: $foreground 18%;
        scrollbar-background: $background;

        & .rows--cursor { background: $panel; text-style: bold; }
        & .rows--cursor-blurred { background: $panel; }
        & .rows--found { background: $warning 35%; }
    }
    """

    cursor: reactive[int] = reactive(0, repaint=False)

    class Pointed(Message):
        """The cursor is on another row."""

        def __init__(self, view: "RowsView", index: int) -> None:
            super().__init__()
            self.view = view
            self.index = index

        @property
        def control(self) -> "RowsView":
            """Whose cursor."""
            return self.view

    class Chosen(Message):
        """A row was chosen."""

        def __init__(self, view: "RowsView", index: int) -> None:
            super().__init__()
            self.view = view
            self.index = index

        @property
        def control(self) -> "RowsView":
            """Whose row."""
            return self.view

    def __init__(
        self,
        rows: Rows | None = None,
        *,
        pointing: bool = True,
        id: str | None = None,  # noqa: A002 - Textual's name
    ) -> None:
        super().__init__(id=id)
        self._rows: Rows = rows or NoRows()
        self._pointing = pointing
        self._marked = ""
        self._painted: dict[tuple[int, bool], Strip] = {}

    # -- what a pane calls ------------------------------------------------------------------

    @property
    def rows(self) -> Rows:
        """What is shown."""
        return self._rows

    def show(self, rows: Rows, *, keep_place: bool = False) -> None:
        """Show other rows, from the top, or the same ones as they are now."""
        self._rows = rows
        if not keep_place:
            self.set_reactive(RowsView.cursor, 0)
            self.scroll_to(y=0, animate=False, immediate=True)
        self.renew()

    def renew(self) -> None:
        """The rows are different now."""
        self._painted.clear()
        height = self._rows.height(self.row_width)
        if self.virtual_size.height != height or self.virtual_size.width != self.row_width:
            self.virtual_size = Size(self.row_width, height)
        if self.cursor >= height:
            self.set_reactive(RowsView.cursor, max(0, height - 1))
        self.refresh()

    def mark(self, words: str) -> None:
        """Mark these words wherever they are in a row; "" marks nothing."""
        self._marked = words
        self._painted.clear()
        self.refresh()

    def point_at(self, index: int, *, tell: bool = True) -> None:
        """Put the cursor on a row, and bring it into view."""
        height = self._rows.height(self.row_width)
        index = max(0, min(index, height - 1))
        if index != self.cursor:
            before, self.cursor = self.cursor, index
            self._forget(before, index)
            if tell:
                self.post_message(self.Pointed(self, index))
        self.bring_into_view(index)

    def bring(self, index: int) -> None:
        """Bring a row into view, under the cursor where there is one."""
        if self._pointing:
            self.point_at(index, tell=False)
        else:
            self.bring_into_view(index)

    @property
    def row_width(self) -> int:
        """How many cells a row has."""
        return max(1, self.scrollable_content_region.width)

    # -- keys and pointer -------------------------------------------------------------------

    def action_move(self, step: int) -> None:
        """Go up or down."""
        if self._pointing:
            self.point_at(self.cursor + step)
        else:
            self.scroll_relative(y=step, animate=False)

    def action_page(self, step: int) -> None:
        """Go a page up or down."""
        rows = max(1, self.scrollable_content_region.height - 1)
        if self._pointing:
            self.point_at(self.cursor + step * rows)
        else:
            self.scroll_relative(y=step * rows, animate=False)

    def action_go_to(self, index: int) -> None:
        """Go to the first row, or to the last."""
        last = self._rows.height(self.row_width) - 1
        target = last if index < 0 else index
        if self._pointing:
            self.point_at(target)
        else:
            self.scroll_to(y=target, animate=False)

    def action_choose(self) -> None:
        """Choose the row under the cursor."""
        if self._rows.height(self.row_width):
            self.post_message(self.Chosen(self, self.cursor))

    def on_click(self, event: events.Click) -> None:
        """Point at a row; a click on the cursor chooses."""
        offset = event.get_content_offset(self)
        if offset is None or not self._pointing:
            return
        index = offset.y + self.scroll_offset.y
        if index >= self._rows.height(self.row_width):
            return
        if index == self.cursor:
            self.action_choose()
        else:
            self.point_at(index)

    def bring_into_view(self, index: int) -> None:
        """Scroll just so far that a row is in view."""
        top, rows = self.scroll_offset.y, self.scrollable_content_region.height
        if index < top:
            self.scroll_to(y=index, animate=False, immediate=True)
        elif rows and index >= top + rows:
            self.scroll_to(y=index - rows + 1, animate=False, immediate=True)

    # -- painting ---------------------------------------------------------------------------

    def on_resize(self) -> None:
        """Lay out for another width."""
        self.renew()

    def on_focus(self) -> None:
        """Show the cursor as it is where keys go to."""
        self._forget(self.cursor)

    def on_blur(self) -> None:
        """Show it calmer."""
        self._forget(self.cursor)

    def notify_style_update(self) -> None:
        """Take up the colours of a new theme."""
        super().notify_style_update()
        self._painted.clear()

    def _forget(self, *rows: int) -> None:
        for index in rows:
            self._painted.pop((index, True), None)
            self._painted.pop((index, False), None)
            y = index - self.scroll_offset.y
            self.refresh(Region(0, y, self.size.width, 1))

    def render_line(self, y: int) -> Strip:
        """Give one visible line."""
        index, width = y + self.scroll_offset.y, self.row_width
        if index >= self._rows.height(width):
            return Strip.blank(self.size.width, self.rich_style)
        pointed = self._pointing and index == self.cursor and not isinstance(self._rows, NoRows)
        strip = self._painted.get((index, pointed))
        if strip is None:
            strip = self._paint(index, width, pointed=pointed)
            if len(self._painted) > _KEPT:
                self._painted.clear()
            self._painted[index, pointed] = strip
        return strip

    def _paint(self, index: int, width: int, *, pointed: bool) -> Strip:
        content = self._rows.row(index, width)
        for start, end in self._occurrences(content.plain):
            content = content.stylize("$foreground on $warning 35%", start, end)
        strips = Visual.to_strips(self, content, width, 1, self.visual_style, pad=True)
        strip = strips[0] if strips else Strip.blank(width, self.rich_style)
        if pointed:
            name = "rows--cursor" if self.has_focus else "rows--cursor-blurred"
            look = self.get_component_rich_style(name, partial=True)
            over = RichStyle(bgcolor=look.bgcolor, bold=look.bold)
            strip = Strip(Segment.apply_style(strip, post_style=over), strip.cell_length)
        return strip.adjust_cell_length(self.size.width, self.rich_style)

    def _occurrences(self, text: str) -> list[tuple[int, int]]:
        words, low = self._marked.lower(), text.lower()
        if not words or len(low) != len(text):
            return []
        found, at = [], low.find(words)
        while at >= 0:
            found.append((at, at + len(words)))
            at = low.find(words, at + len(words))
        return found
