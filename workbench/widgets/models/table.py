"""The table of models: only the lines in view are made."""

from typing import ClassVar

from textual import events
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.geometry import Region, Size
from textual.message import Message
from textual.reactive import reactive
from textual.scroll_view import ScrollView
from textual.strip import Strip
from textual.visual import Visual
from textual.widget import Widget
from typing_extensions import override

from workbench.session.models.browser import BrowserView
from workbench.session.models.filtering import Match
from workbench.session.models.rows import ModelRow
from workbench.session.models.sorting import ColumnName, Sort
from workbench.widgets.models.columns import Layout, Widths, headings, lay_out, line

_CHAT, _TRANSCRIPTION = "●", "◉"


class ModelTable(ScrollView, can_focus=True):
    """Models, one a line; ``show`` it a view. The cursor stays on its model."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {"models--cursor", "models--cursor-blurred"}
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up,k", "move(-1)", "Up", show=False),
        Binding("down,j", "move(1)", "Down", show=False),
        Binding("pageup", "page(-1)", "Page up", show=False),
        Binding("pagedown", "page(1)", "Page down", show=False),
        Binding("home,g", "first", "First", show=False),
        Binding("end,G", "last", "Last", show=False),
        Binding("left", "sort(-1)", "Order by the column on the left", show=False),
        Binding("right", "sort(1)", "Order by the column on the right", show=False),
    ]

    cursor: reactive[int] = reactive(0, repaint=False)

    class Pointed(Message):
        """The cursor is on another model, or on none."""

        def __init__(self, model: str | None) -> None:
            super().__init__()
            self.model = model

    class Chosen(Message):
        """A model was clicked twice."""

    class SortWanted(Message):
        """Another order is wanted: by this column, or by the same one the other way round."""

        def __init__(self, column: ColumnName) -> None:
            super().__init__()
            self.column = column

    class SortMoved(Message):
        """The order of a column further on is wanted, among those in view."""

        def __init__(self, step: int, columns: tuple[ColumnName, ...]) -> None:
            super().__init__()
            self.step = step
            self.columns = columns

    class LaidOut(Message):
        """The columns stand elsewhere."""

        def __init__(self, layout: Layout) -> None:
            super().__init__()
            self.layout = layout

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 - Textual's name
        super().__init__(id=id)
        self._view: BrowserView | None = None
        self._widths = Widths.of(())
        self._layout = lay_out(self._widths, 0)
        self._laid_out: tuple[ModelRow, ...] = ()
        self._strips: dict[tuple[int, bool, bool], Strip] = {}

    @property
    def matches(self) -> tuple[Match, ...]:
        """The rows shown."""
        return self._view.matches if self._view else ()

    @property
    def model(self) -> str | None:
        """The id under the cursor, ``None`` where there is no row."""
        return self.matches[self.cursor].row.id if self.cursor < len(self.matches) else None

    def show(self, view: BrowserView, *, point_at: str | None = None) -> None:
        """Show these rows, with the cursor on ``point_at`` or else where it was."""
        before = self.model
        wanted = point_at or before or view.chat_model
        self._view = view
        ids = [match.row.id for match in view.matches]
        place = ids.index(wanted) if wanted in ids else min(self.cursor, max(0, len(ids) - 1))
        self.set_reactive(ModelTable.cursor, place)
        self._lay_out()
        self._keep_in_view()
        if self.model != before:
            self.post_message(self.Pointed(self.model))

    def _lay_out(self) -> None:
        width = self.scrollable_content_region.width
        rows = self._view.rows if self._view else ()
        if rows is not self._laid_out or width != self._layout.width:
            if rows is not self._laid_out:
                self._laid_out, self._widths = rows, Widths.of(rows)
            layout = lay_out(self._widths, width)
            if layout != self._layout:
                self._layout = layout
                self.post_message(self.LaidOut(layout))
        self._strips.clear()
        self.virtual_size = Size(width, len(self.matches))
        self.refresh()

    def on_resize(self) -> None:
        """Use the room there is."""
        self._lay_out()
        self._keep_in_view()

    @override
    def notify_style_update(self) -> None:
        super().notify_style_update()
        self._strips.clear()

    @override
    def render_line(self, y: int) -> Strip:
        width = self.size.width
        place = y + self.scroll_offset.y
        if place >= len(self.matches):
            return Strip.blank(width, self.rich_style)
        under = place == self.cursor
        key = (place, under, self.has_focus)
        if key not in self._strips:
            self._strips[key] = self._strip(place, under)
        return self._strips[key].adjust_cell_length(width, self.rich_style)

    def _strip(self, place: int, under: bool) -> Strip:
        match, view = self.matches[place], self._view
        used = ""
        if view is not None and match.row.id == view.chat_model:
            used = _CHAT
        elif view is not None and match.row.id == view.transcription_model:
            used = _TRANSCRIPTION
        marked = view is not None and match.row.id in view.marked
        text = line(match, self._layout, marked=marked, used=used)
        style = self.visual_style
        if under:
            name = "models--cursor" if self.has_focus else "models--cursor-blurred"
            style = self.get_visual_style(name)
        width = self.size.width
        return Visual.to_strips(self, text, width, 1, style, pad=True)[0]

    # -- the cursor -------------------------------------------------------------------------

    def validate_cursor(self, cursor: int) -> int:
        """Stay among the rows."""
        return max(0, min(cursor, len(self.matches) - 1))

    def watch_cursor(self, old: int, new: int) -> None:
        """Paint the two lines, and tell."""
        for place in (old, new):
            self.refresh(Region(0, place - self.scroll_offset.y, self.size.width, 1))
        self._keep_in_view()
        self.post_message(self.Pointed(self.model))

    def _keep_in_view(self) -> None:
        if self.matches and self.size.height:
            self.scroll_to_region(Region(0, self.cursor, 1, 1), animate=False, x_axis=False)

    def on_focus(self) -> None:
        """Light the cursor."""
        self.refresh()

    def on_blur(self) -> None:
        """Dim it."""
        self.refresh()

    def action_move(self, step: int) -> None:
        """Go up or down."""
        self.cursor += step

    def action_page(self, pages: int) -> None:
        """Go so many screens up or down."""
        self.cursor += pages * max(1, self.scrollable_content_region.height - 1)

    def action_first(self) -> None:
        """Go to the first row."""
        self.cursor = 0

    def action_last(self) -> None:
        """Go to the last row."""
        self.cursor = len(self.matches) - 1

    def action_sort(self, step: int) -> None:
        """Order by the next column in view."""
        self.post_message(self.SortMoved(step, self._layout.order))

    def on_click(self, event: events.Click) -> None:
        """Point at a row; choose it by a second click."""
        place = event.y + self.scroll_offset.y
        if place < len(self.matches):
            self.cursor = place
            if event.chain == 2:
                self.post_message(self.Chosen())


class ModelHeadings(Widget):
    """Who says what and the columns' titles; a click on one orders by it."""

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 - Textual's name
        super().__init__(id=id)
        self._layout = lay_out(Widths.of(()), 0)
        self._sort = Sort()

    def show(self, sort: Sort) -> None:
        """Light the column that gives the order."""
        self._sort = sort
        self.refresh()

    def lay_out(self, layout: Layout) -> None:
        """Stand above the columns."""
        self._layout = layout
        self.refresh()

    def render(self) -> Content:
        """Both lines."""
        return headings(self._layout, self._sort)

    def on_click(self, event: events.Click) -> None:
        """Order by the column under the pointer."""
        column = self._layout.at(event.x)
        if column is not None:
            self.post_message(ModelTable.SortWanted(column))
