"""The parts of what is shown, with a note at the right."""

from textual.content import Content

from workbench.widgets.view_tabs import ViewTabs


class PartTabs(ViewTabs):
    """Names of parts; ``note`` says which attempt it is, where there are several."""

    def __init__(self, titles: tuple[str, ...], *, id: str | None = None) -> None:  # noqa: A002 - Textual's name
        super().__init__(titles, id=id)
        self._note = ""

    def tell(self, note: str) -> None:
        """Say something at the right."""
        if note != self._note:
            self._note = note
            self.refresh()

    def render(self) -> Content:
        """Give the names, and the note where it has room."""
        names = super().render()
        room = self.content_size.width - names.cell_length
        if not self._note or room < len(self._note) + 2:
            return names
        return Content.assemble(names, (self._note.rjust(room), "$foreground 60%"))
