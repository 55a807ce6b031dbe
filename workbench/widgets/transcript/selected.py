"""What is selected, named so that it stays the same text when heights above it change."""

from textual.geometry import Offset
from textual.selection import Selection

from workbench.markdown.flow import Path, Stack


class SelectedText:
    """The ends of a selection as lines of the conversation. Nothing is selected at first."""

    __slots__ = ("_end", "_selection", "_start")

    def __init__(self) -> None:
        self._selection: Selection | None = None
        self._start: Path = ()
        self._end: Path = ()

    def note(self, selection: Selection | None, stack: Stack, width: int) -> None:
        """Remember which lines it runs between."""
        if selection == self._selection:
            return
        self._selection = selection
        start, end = (None, None) if selection is None else selection
        self._start = () if start is None else stack.locate(width, start.y)
        self._end = () if end is None else stack.locate(width, end.y)

    def moved(self, stack: Stack, width: int) -> Selection | None:
        """Give the selection of the same lines where they are now; None when it is still right."""
        if self._selection is None:
            return None
        start, end = self._selection
        if start is not None:
            start = Offset(start.x, stack.row_of(width, self._start))
        if end is not None:
            end = Offset(end.x, stack.row_of(width, self._end))
        moved = Selection(start, end)
        if moved == self._selection:
            return None
        self._selection = moved
        return moved
