"""All keys on one page."""

from collections.abc import Iterable
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Static

from workbench.commands import COMMANDS, EDITING, READING
from workbench.neutralise import neutralise_line
from workbench.session.service import Service


class HelpScreen(ModalScreen[None]):
    """The keys of every command, of the prompt and of the conversation."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,f1,q,enter", "dismiss", "Close"),
    ]

    def __init__(self, service: Service) -> None:
        super().__init__()
        self._service = service

    def compose(self) -> ComposeResult:
        """Two columns where there is room, one where there is not."""
        with Vertical(classes="dialog", id="help"):
            yield Static(
                Content.assemble(
                    ("▍", "$primary"), ("Keys", "bold"), ("   Esc closes", "$foreground 60%")
                )
            )
            with VerticalScroll(id="help-body"), Horizontal(id="help-columns"):
                with Vertical(classes="help-column"):
                    groups = dict.fromkeys(command.group for command in COMMANDS)
                    for group in groups:
                        pairs = [(c.shown, c.title) for c in COMMANDS if c.group == group]
                        yield _section(group, pairs)
                with Vertical(classes="help-column"):
                    yield _section("In the prompt", EDITING)
                    yield _section("In the conversation", READING)
                    yield _section(
                        "Service",
                        [
                            ("Host", neutralise_line(self._service.name)),
                            ("Key", neutralise_line(self._service.key_source)),
                        ],
                    )

    def on_mount(self) -> None:
        """Let the arrows scroll."""
        self.query_one("#help-body").focus()


def _section(title: str, pairs: Iterable[tuple[str, str]]) -> Static:
    lines = [Content.styled(title, "bold $primary")]
    for shown, what in pairs:
        lines.append(Content.assemble((f"{shown:<10}", "bold"), (what, "$foreground 70%")))
    return Static(Content("\n").join(lines), classes="help-section")
