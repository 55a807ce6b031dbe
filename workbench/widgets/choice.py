"""One of a few words, all of them in view: arrows or a click choose."""

from collections.abc import Sequence
from typing import ClassVar

from textual import events
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.message import Message
from textual.reactive import reactive
from textual.widget import Widget


class Choice(Widget, can_focus=True):
    """Options in a row; the first stands for what the service does unasked."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("left", "move(-1)", "Previous", show=False),
        Binding("right,space", "move(1)", "Next", show=False),
    ]

    chosen: reactive[int] = reactive(0)

    class Changed(Message):
        """Another option was chosen."""

        def __init__(self, choice: "Choice") -> None:
            super().__init__()
            self.choice = choice

        @property
        def control(self) -> "Choice":
            """Who says so."""
            return self.choice

    def __init__(self, options: Sequence[str], *, chosen: int = 0, id: str | None = None) -> None:  # noqa: A002 - Textual's name
        super().__init__(id=id)
        self._options = tuple(options)
        self.set_reactive(Choice.chosen, chosen)

    @property
    def value(self) -> str | None:
        """The chosen option, ``None`` for the first."""
        return self._options[self.chosen] if self.chosen else None

    def offer(self, options: Sequence[str]) -> None:
        """Offer other options; what stands in the place of the chosen one is chosen."""
        self._options = tuple(options)
        self.refresh(layout=True)

    def render(self) -> Content:
        """Give the options with the chosen one lit."""
        lit = "bold $background on $primary" if self.has_focus else "bold $foreground on $panel"
        return Content(" ").join(
            Content.styled(f" {option} ", lit if index == self.chosen else "$foreground 60%")
            for index, option in enumerate(self._options)
        )

    def watch_chosen(self) -> None:
        """Tell."""
        self.post_message(self.Changed(self))

    def action_move(self, step: int) -> None:
        """Choose the next or the previous option; the ends do not wrap around."""
        self.chosen = min(max(self.chosen + step, 0), len(self._options) - 1)

    def on_click(self, event: events.Click) -> None:
        """Choose the option under the pointer."""
        start = 0
        for index, option in enumerate(self._options):
            if start <= event.x < start + len(option) + 2:
                self.chosen = index
                return
            start += len(option) + 3
