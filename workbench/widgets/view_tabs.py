"""The names of the views, with the one in sight lit; a click goes to another."""

from collections.abc import Sequence

from textual import events
from textual.content import Content
from textual.message import Message
from textual.reactive import reactive
from textual.widget import Widget


class ViewTabs(Widget):
    """One line of names. Posts ``Chosen``."""

    current: reactive[int] = reactive(0)

    class Chosen(Message):
        """A view was clicked, by its place."""

        def __init__(self, index: int) -> None:
            super().__init__()
            self.index = index

    def __init__(self, titles: Sequence[str], *, id: str | None = None) -> None:  # noqa: A002 - Textual's name
        super().__init__(id=id)
        self._titles = tuple(titles)

    def render(self) -> Content:
        """Give the names."""
        return Content(" ").join(
            Content.styled(
                f" {title} ",
                "bold $foreground on $panel" if index == self.current else "$foreground 60%",
            )
            for index, title in enumerate(self._titles)
        )

    def on_click(self, event: events.Click) -> None:
        """Choose the name under the pointer."""
        start = 0
        for index, title in enumerate(self._titles):
            end = start + len(title) + 2
            if start <= event.x < end:
                self.post_message(self.Chosen(index))
                return
            start = end + 1
