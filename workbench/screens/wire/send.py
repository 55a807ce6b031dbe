"""Asks before a request goes out again, and shows what differs from the original."""

import json
from collections.abc import Sequence
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical, VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Static

from workbench.neutralise import neutralise_line
from workbench.session.wire.difference import Difference
from workbench.widgets.figures import plural

_SHOWN = 160


class SendScreen(ModalScreen[bool]):
    """Gives whether it is to be sent."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "dismiss(True)", "Send", priority=True),
        Binding("escape", "dismiss(False)", "Cancel", priority=True),
    ]

    def __init__(self, what: str, differences: Sequence[Difference]) -> None:
        super().__init__()
        self._what = what
        self._differences = tuple(differences)

    def compose(self) -> ComposeResult:
        """What goes out, what differs, two keys."""
        number = len(self._differences)
        said = f"{plural(number, 'difference')} to the original" if number else "just as it was"
        with Vertical(classes="dialog"):
            yield Static(
                Content.assemble(
                    ("▍", "$primary"), ("Send again? ", "bold"), (said, "$foreground 60%")
                )
            )
            yield Static(Content.styled(neutralise_line(self._what), "$foreground 75%"))
            with VerticalScroll(id="differences", can_focus=False):
                yield Static(Content("\n").join(map(difference_lines, self._differences)))
            yield Static(
                Content.assemble(("Enter", "bold"), " send   ", ("Esc", "bold"), " do not send"),
                classes="dialog-keys",
            )

    def on_mount(self) -> None:
        """Leave out the list where there is nothing to list."""
        self.query_one("#differences").display = bool(self._differences)


def difference_lines(difference: Difference) -> Content:
    """A difference as a person reads it: the place, then what was and what is."""
    lines = [Content.styled(neutralise_line(difference.path), "$text-accent")]
    if difference.kind != "added":
        lines.append(Content.styled(f"  - {_value(difference.before)}", "$text-error"))
    if difference.kind != "removed":
        lines.append(Content.styled(f"  + {_value(difference.after)}", "$text-success"))
    return Content("\n").join(lines)


def _value(value: object) -> str:
    text = neutralise_line(json.dumps(value, ensure_ascii=False))
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…"
