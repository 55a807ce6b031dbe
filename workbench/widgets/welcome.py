"""What an empty chat says: what this is, and questions to begin with."""

from typing import ClassVar, Final

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalGroup
from textual.content import Content
from textual.message import Message
from textual.reactive import reactive
from textual.widget import Widget
from textual.widgets import Static

from workbench.session.service import Service

EXAMPLES: Final = (
    "Why is the sky blue?",
    "Write a merge sort in Python and explain it",
    "Compare the planets in a table",
    "What is 1234 * 5678? Think it through",
)


class Examples(Widget, can_focus=True):
    """Questions to choose from, with the arrows and Enter, a digit, or a click."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up", "move(-1)", "Up", show=False),
        Binding("down", "move(1)", "Down", show=False),
        Binding("enter,space", "choose", "Ask", show=False),
        *(Binding(str(n), f"take({n - 1})", show=False) for n in range(1, len(EXAMPLES) + 1)),
    ]

    chosen: reactive[int] = reactive(0)

    class Chosen(Message):
        """An example is to be asked."""

        def __init__(self, question: str) -> None:
            super().__init__()
            self.question = question

    def render(self) -> Content:
        """Give one line for each."""
        lines = []
        for index, question in enumerate(EXAMPLES):
            lit = self.has_focus and index == self.chosen
            lines.append(
                Content.assemble(
                    ("▸ " if lit else "  ", "$primary"),
                    (f"{index + 1}", "bold $primary" if lit else "bold $foreground 60%"),
                    "  ",
                    (question, "$foreground" if lit else "$foreground 75%"),
                )
            )
        return Content("\n").join(lines)

    def action_move(self, step: int) -> None:
        """Point at another."""
        self.chosen = (self.chosen + step) % len(EXAMPLES)

    def action_choose(self) -> None:
        """Ask the one pointed at."""
        self.action_take(self.chosen)

    def action_take(self, index: int) -> None:
        """Ask one by its number."""
        self.post_message(self.Chosen(EXAMPLES[index]))

    def on_click(self, event: events.Click) -> None:
        """Ask the one under the pointer."""
        if 0 <= event.y < len(EXAMPLES):
            self.action_take(event.y)


class Welcome(VerticalGroup):
    """The empty chat."""

    def __init__(self, service: Service, *, id: str | None = None) -> None:  # noqa: A002 - Textual's name
        super().__init__(id=id)
        self._service = service

    def compose(self) -> ComposeResult:
        """A name, a sentence, the examples, a hint."""
        yield Static(
            Content.assemble(("▍", "$primary"), ("Ask a Groq model", "bold")), id="welcome-title"
        )
        if self._service.replayed:
            text = "Recorded answers in their order, whatever is asked: no key, no network."
        elif self._service.simulated:
            text = "Simulated answers at the speed of real ones: no key, no network."
        else:
            text = "Answers stream as they are written; their speed is shown below."
        yield Static(Content.styled(text, "$foreground 60%"), id="welcome-text")
        yield Examples(id="examples")
        yield Static(
            Content.assemble(
                ("Type below, or ", "$foreground 60%"),
                ("Tab", "bold"),
                (" and ", "$foreground 60%"),
                ("1-4", "bold"),
                (" to ask one of these. ", "$foreground 60%"),
                ("F1", "bold"),
                (" shows all keys.", "$foreground 60%"),
            ),
            id="welcome-hint",
        )
