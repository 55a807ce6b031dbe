"""What the models are filtered by: words, and what they can do."""

from collections.abc import Set as AbstractSet

from textual import events
from textual.content import Content
from textual.message import Message
from textual.widget import Widget
from textual.widgets import Input

from workbench.session.models.capabilities import CAPABILITIES, CapabilityName
from workbench.widgets.models.sources import FAINT, MUTED


class FilterBox(Input):
    """Words to filter by. The arrows go on moving in the table."""

    class Moved(Message):
        """The cursor of the table should go up or down."""

        def __init__(self, action: str) -> None:
            super().__init__()
            self.action = action

    class Left(Message):
        """The person is done typing; ``cleared`` when nothing should be filtered any more."""

        def __init__(self, *, cleared: bool) -> None:
            super().__init__()
            self.cleared = cleared

    _MOVES = {  # noqa: RUF012 - never changed
        "up": "move(-1)",
        "down": "move(1)",
        "pageup": "page(-1)",
        "pagedown": "page(1)",
    }

    def on_key(self, event: events.Key) -> None:
        """Hand on what is meant for the table."""
        if event.key in self._MOVES:
            self.post_message(self.Moved(self._MOVES[event.key]))
        elif event.key == "escape":
            self.post_message(self.Left(cleared=True))
        elif event.key == "enter":
            self.post_message(self.Left(cleared=False))
        else:
            return
        event.stop()
        event.prevent_default()


class CapabilityBar(Widget):
    """What models can do, each with its letter in the table and the key that asks for it."""

    class Toggled(Message):
        """Only models that can do this are wanted, or the others too again."""

        def __init__(self, capability: CapabilityName) -> None:
            super().__init__()
            self.capability = capability

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 - Textual's name
        super().__init__(id=id)
        self._asked: AbstractSet[CapabilityName] = frozenset()

    def show(self, asked: AbstractSet[CapabilityName]) -> None:
        """Light what is asked for."""
        self._asked = asked
        self.refresh()

    def render(self) -> Content:
        """Give the chips in a row."""
        return Content(" ").join(self._chips())

    def _chips(self) -> list[Content]:
        chips = []
        for number, one in enumerate(CAPABILITIES, 1):
            if one.name in self._asked:
                text = f" {number} {one.title} "
                chips.append(Content.styled(text, "bold $background on $primary"))
            else:
                chips.append(
                    Content.assemble(
                        (f" {number} ", FAINT), (one.letter, "bold"), (f"{one.title[1:]} ", MUTED)
                    )
                )
        return chips

    def on_click(self, event: events.Click) -> None:
        """Ask for what is under the pointer."""
        start = 0
        for one, chip in zip(CAPABILITIES, self._chips(), strict=True):
            if start <= event.x < start + chip.cell_length:
                self.post_message(self.Toggled(one.name))
                return
            start += chip.cell_length + 1
