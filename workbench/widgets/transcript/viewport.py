"""The window onto the conversation: lays out and paints what it shows, and keeps its place."""

from time import perf_counter, thread_time

from rich.style import Style
from textual import events
from textual.geometry import Region, Size
from textual.reactive import reactive
from textual.scroll_view import ScrollView
from textual.scrollbar import ScrollBar
from textual.selection import Selection
from textual.strip import Strip

from workbench.markdown.flow import Path, Stack
from workbench.markdown.line import Line, copied
from workbench.widgets.transcript.canvas import Canvas
from workbench.widgets.transcript.cursor import BlockCursor
from workbench.widgets.transcript.entries import Entry
from workbench.widgets.transcript.frames import FrameBudget
from workbench.widgets.transcript.lag import LagMeter
from workbench.widgets.transcript.painter import paint, paint_selected, pointed_at
from workbench.widgets.transcript.palette import Palette
from workbench.widgets.transcript.search import Search, marked
from workbench.widgets.transcript.selected import SelectedText
from workbench.widgets.transcript.thumb import thumb_of

MEASURE = 112
"""The widest a line of text gets, in cells: wider ones are hard to read."""

_ROUNDS = 4  # laying out changes heights, which changes what is in view


class Viewport(ScrollView):
    """A column of entries of which only the visible lines are laid out and painted."""

    ALLOW_SELECT = True

    following: reactive[bool] = reactive(True)
    """The end of the conversation is in view and stays there while it grows."""

    def __init__(
        self,
        *,
        name: str | None = None,
        id: str | None = None,  # noqa: A002 - the name that Textual gives it
        classes: str | None = None,
    ) -> None:
        super().__init__(name=name, id=id, classes=classes)
        self._stack = Stack()
        self._dirty: set[Entry] = set()
        self._budget = FrameBudget()
        self._selected_text = SelectedText()
        self._asked = False  # a frame is on its way
        self._palette = Palette(self)
        self._canvas = Canvas(self, self._palette)
        self._thumb: tuple[int, int] | None = None  # what the scrollbar shows, as far as known
        self.lag = LagMeter()
        """Of the answer that streams: whoever adds to it says when its pieces arrived."""
        self._cursor = BlockCursor()
        self._search: Search | None = None
        self._found: Path | None = None  # the line with the occurrence looked at
        self._found_row = -1
        self._pointed = range(0)  # the rows under the block cursor
        self._anchor: Path = ()  # the line at the top of the window
        self._released = 0  # where the window was when what lies far from it was forgotten
        self._moving = False  # we scroll, not the reader
        self._checking = False  # whether what was refreshed has been painted

    @property
    def _column(self) -> int:
        return max(1, min(MEASURE, self.scrollable_content_region.width - 1))

    @property
    def _rows(self) -> int:
        return self.scrollable_content_region.height

    # -- frames -----------------------------------------------------------------------------

    def _touched(self, entry: Entry) -> None:
        self._dirty.add(entry)
        self._ask_for_frame()

    def _ask_for_frame(self) -> None:
        """Draw soon, once, however often this is called before."""
        if not self._asked and self.is_mounted and self._rows:
            self._asked = True
            delay = self._budget.delay(perf_counter())
            if delay:
                self.set_timer(delay, self._frame)
            else:
                self.call_later(self._frame)

    def _frame(self) -> None:
        self._asked = False
        # the work alone: that others keep the machine busy is no reason to draw less
        began = thread_time()
        self._budget.begin(perf_counter())
        for entry in self._dirty:
            if entry.index >= 0:
                entry.settle()
                self._stack.remeasure(entry.index)
                self._settled(entry)
        self._dirty.clear()
        visible = self._arrange() and self.following and self.screen.is_current
        self.lag.laid_out(visible=visible)
        self._budget.spend(perf_counter(), thread_time() - began)

    def _settled(self, entry: Entry) -> None:
        """An entry is up to date with its text."""

    def _arrange(self) -> bool:
        """Lay out what is in view, where the window belongs, and repaint what is different.

        Says whether anything is.
        """
        width, rows, stack = self._column, self._rows, self._stack
        if not rows:
            return False
        top = 0
        for _ in range(_ROUNDS):
            total = stack.height(width)
            last = max(0, total - rows)
            top = last if self.following else min(last, stack.row_of(width, self._anchor))
            stack.lay(width, top, top + rows)
            if stack.height(width) == total and (
                self.following or stack.row_of(width, self._anchor) == top
            ):
                break
        return self._move_to(top)

    def _move_to(self, top: int) -> bool:
        """Put the window there without taking it for the reader's doing."""
        width, total = self._column, self._stack.height(self._column)
        self._moving = True
        try:
            if self.virtual_size != (width, total):
                # a layout of the whole screen for every new line would cost more than the line
                self.set_reactive(Viewport.virtual_size, Size(width, total))
            self._anchor = self._stack.locate(width, top)
            self._release(top)
            self.scroll_target_y = top
            self.scroll_y = top
        finally:
            self._moving = False
        self._keep_selected()
        self._move_scrollbar(top, total)
        return self._repaint()

    def _move_scrollbar(self, top: int, total: int) -> None:
        """Tell the scrollbar; paint it when it looks different, for that costs as much as text."""
        rows, bar = self._rows, self.vertical_scrollbar
        # A layout of the screen paints it as it stands, so it is told in any case.
        bar.set_reactive(ScrollBar.window_virtual_size, total)
        bar.set_reactive(ScrollBar.window_size, rows)
        bar.set_reactive(ScrollBar.position, float(top))
        thumb = thumb_of(rows, top, total)
        if thumb != self._thumb:
            self._thumb = thumb
            bar.refresh()

    def _repaint(self) -> bool:
        """Refresh the visible rows that no longer look as they were painted."""
        top, width = self.scroll_offset.y, self._column
        self._pointed = self._pointed_rows()
        self._found_row = -1 if self._found is None else self._stack.row_of(width, self._found)
        changed, pending = self._unpainted()
        if changed:
            self.refresh(*changed)
            if not self._checking:
                self._checking = True
                self.call_after_refresh(self._check_painted)
        self._canvas.keep(top, top + self._rows)
        if pending:
            self._ask_for_frame()
        return bool(changed)

    def _unpainted(self) -> tuple[list[Region], bool]:
        """The visible rows that look different now, and whether some are still to be coloured."""
        top, width = self.scroll_offset.y, self._column
        changed: list[Region] = []
        pending = False
        for y in range(self._rows):
            line = self._line(top + y, width)
            pending = pending or line.pending
            if not self._canvas.shows(y, line):
                self._canvas.forget(y)
                if changed and changed[-1].bottom == y:
                    changed[-1] = changed[-1].grow((0, 0, 1, 0))
                else:
                    changed.append(Region(0, y, self.size.width, 1))
        return changed, pending

    def _check_painted(self, tries: int = 3) -> None:
        """Refresh again what was not painted: a layout of the screen forgets what waits for it."""
        self._checking = False
        if not self.is_attached or not self._rows:
            return
        unpainted, _ = self._unpainted()
        if unpainted and tries:
            self.refresh(*unpainted)
            self._checking = True
            self.call_after_refresh(self._check_painted, tries - 1)

    # -- scrolling --------------------------------------------------------------------------

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        """Follow the end, or let go of it, as the reader scrolls."""
        if self._moving:
            return  # what changes by it is painted by whoever moves
        super().watch_scroll_y(old_value, new_value)
        self._thumb = None
        if round(old_value) == round(new_value):
            return
        self._keep_steady(round(new_value))
        self.following = self.scroll_offset.y >= self.max_scroll_y

    def _keep_steady(self, top: int) -> None:
        """Lay out what the reader scrolled to, so that what was in view does not jump."""
        width, rows, stack = self._column, self._rows, self._stack
        wanted, anchor = top, self._anchor
        before = stack.row_of(width, anchor)
        for _ in range(_ROUNDS):
            stack.lay(width, top, top + rows)
            now = stack.row_of(width, anchor)
            if now == before or abs(top - before) > 2 * rows:
                break
            top += now - before
            before = now
        top = max(0, min(top, stack.height(width) - rows))
        if top != wanted or self.virtual_size.height != stack.height(width):
            self._move_to(top)
        else:
            self._anchor = stack.locate(width, top)
            self._release(top)

    def _release(self, top: int) -> None:
        """Forget what lies far from the window, now and then: memory grows with the text alone."""
        rows = self._rows
        if abs(top - self._released) > 4 * rows:
            self._released = top
            self._stack.release(self._column, top - 8 * rows, top + 9 * rows)

    def watch_following(self, following: bool) -> None:
        """Go to the end when it is followed again."""
        if following and self.is_mounted:
            self._arrange()

    def on_resize(self, event: events.Resize) -> None:
        """Lay out anew what is in view; the rest when it comes into view."""
        del event
        self._canvas.clear()
        self._thumb = None
        self._arrange()
        self.refresh()
        if self._dirty:
            self._ask_for_frame()

    def on_show(self) -> None:
        """Draw what came while nobody could see it."""
        self._ask_for_frame()

    def notify_style_update(self) -> None:
        """Take up the colours of a new theme."""
        super().notify_style_update()
        self._palette.clear()
        self._canvas.clear()

    # -- painting ---------------------------------------------------------------------------

    def render_lines(self, crop: Region) -> list[Strip]:
        """Paint lines; those that did not change come as they were painted last."""
        began = thread_time()
        top, width, column = self.scroll_offset.y, self.size.width, self._column
        strips = [self._row(y + top, y, width, column) for y in crop.line_range]
        if crop.column_span != (0, self.outer_size.width):
            strips = [strip.crop(*crop.column_span) for strip in strips]
        self.lag.painted()
        self._budget.spend(perf_counter(), thread_time() - began)
        return strips

    def _row(self, row: int, y: int, width: int, column: int) -> Strip:
        line = self._line(row, column)
        if self._selected(row) is None:
            return self._canvas.row(row, y, line, width, column)
        self._canvas.forget(y)
        return self._canvas.finished(self._paint(row, line))

    def render_line(self, y: int) -> Strip:
        """Give one visible line, with the offsets that selecting by mouse looks for."""
        row = y + self.scroll_offset.y
        return self._paint(row, self._line(row, self._column)).apply_offsets(0, row)

    def _paint(self, row: int, line: Line) -> Strip:
        width, column, span = self.size.width, self._column, self._selected(row)
        if span is None:
            return paint(line, width, column, self._palette)
        style = self._selection_style()
        return paint_selected(line, width, column, self._palette, span=span, style=style)

    def _selected(self, row: int) -> tuple[int, int] | None:
        selection = self.text_selection
        return None if selection is None else selection.get_span(row)

    def _line(self, row: int, width: int) -> Line:
        line = self._stack.line(width, row)
        if self._search is not None and self._search.query:
            line = marked(line, self._search.query, current=row == self._found_row)
        return pointed_at(line) if row in self._pointed else line

    def _pointed_rows(self) -> range:
        rows = self._cursor.rows(self._column)
        if rows is None or self._cursor.entry is None:
            return range(0)
        top = self._stack.above(self._column, self._cursor.entry.index)
        return range(top + rows[0], top + rows[1])

    def _selection_style(self) -> Style:
        return self.screen.get_component_rich_style("screen--selection", partial=True)

    # -- selecting --------------------------------------------------------------------------

    def selection_updated(self, selection: Selection | None) -> None:
        """Show what is selected now."""
        self._selected_text.note(selection, self._stack, self._column)
        self.refresh()

    def _keep_selected(self) -> None:
        """Let the selection go with its text when what is above it takes more or less room."""
        moved = self._selected_text.moved(self._stack, self._column)
        if moved is not None:
            self.screen.selections = {**self.screen.selections, self: moved}

    def get_selection(self, selection: Selection) -> tuple[str, str] | None:
        """Give the logical text of what is selected: no gutters, no breaks that the width made."""
        width = self._column
        total = self._stack.height(width)
        first = 0 if selection.start is None else max(0, selection.start.y)
        last = total - 1 if selection.end is None else min(selection.end.y, total - 1)
        parts: list[str] = []
        for row in range(first, last + 1):
            self._stack.lay(width, row, row + 1)
            line = self._stack.line(width, row)
            start, stop = selection.get_span(row) or (0, -1)
            if line.join == "skip" and first != last:
                continue
            if parts:
                parts.append({"line": "\n", "space": " "}.get(line.join, ""))
            parts.append(copied(line, start, None if stop < 0 else stop))
        return "".join(parts).strip("\n"), "\n"
