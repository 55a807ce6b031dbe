"""Says that the conversation goes on below what is in view; a click goes there."""

from textual import events
from textual.content import Content
from textual.message import Message
from textual.widgets import Static

from workbench.widgets.figures import plural


class MoreBelow(Static):
    """One line over the conversation's last, shown only when the reader has let go of the end."""

    class Wanted(Message):
        """The reader wants to be at the end."""

    def show_hidden(self, lines: int) -> None:
        """Say how many lines are below; none hides this."""
        self.display = lines > 0
        if lines > 0:
            self.update(
                Content.assemble(
                    ("▼ ", "$primary"),
                    (f"{plural(lines, 'line')} below", "$foreground"),
                    ("  ^End follows", "$foreground 60%"),
                )
            )

    def on_click(self, event: events.Click) -> None:
        """Go to the end."""
        event.stop()
        self.post_message(self.Wanted())
