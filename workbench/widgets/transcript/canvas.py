"""The rows of the window as painted last; a row is painted again when its line changed."""

from textual.strip import Strip
from textual.widget import Widget

from workbench.markdown.line import Line
from workbench.widgets.transcript.painter import paint
from workbench.widgets.transcript.palette import Palette


class Canvas:
    """Strips by row, as wide as the widget, its padding and the app's filters included."""

    def __init__(self, widget: Widget, palette: Palette) -> None:
        self._widget = widget
        self._palette = palette
        self._painted: dict[int, tuple[Line, Strip]] = {}
        self._screen: dict[int, Line] = {}

    def clear(self) -> None:
        """Forget everything: the size or the colours changed."""
        self._painted.clear()
        self._screen.clear()

    def shows(self, y: int, line: Line) -> bool:
        """Say whether the window's line `y` was painted last with this line, wherever it was then.

        A row that scrolled is on another line of the window, and so is what it replaced.
        """
        shown = self._screen.get(y)
        return shown is not None and (shown is line or shown == line)

    def forget(self, y: int) -> None:
        """Take it that the window's line `y` looks different from anything known."""
        self._screen.pop(y, None)

    def row(self, row: int, y: int, line: Line, width: int, column: int) -> Strip:
        """Give a row, for the window's line `y`; it may take `column` of `width` cells."""
        self._screen[y] = line
        known = self._painted.get(row)
        if known is not None and (known[0] is line or known[0] == line):
            return known[1]
        strip = self.finished(paint(line, width, column, self._palette))
        self._painted[row] = (line, strip)
        return strip

    def finished(self, strip: Strip) -> Strip:
        """Put the padding round a row and apply the filters of the app."""
        widget = self._widget
        left, right = widget.gutter.left, widget.gutter.right
        if left or right:
            ground = self._palette[None]
            blanks = [Strip.blank(left, ground)] if left else []
            blanks_after = [Strip.blank(right, ground)] if right else []
            strip = Strip.join([*blanks, strip, *blanks_after])
        background = widget.background_colors[1]
        for line_filter in widget.get_line_filters():
            strip = strip.apply_filter(line_filter, background)
        return strip

    def keep(self, first: int, last: int) -> None:
        """Forget the rows outside `first` to `last` when they have become many."""
        if len(self._painted) > 4 * max(64, last - first):
            self._painted = {
                row: known for row, known in self._painted.items() if first <= row < last
            }
