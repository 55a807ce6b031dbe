"""All keys on one page."""

from collections.abc import Iterable, Sequence
from typing import ClassVar, TypeAlias

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Static

from workbench.commands.command import Command
from workbench.neutralise import neutralise_line
from workbench.session.service import Service

Section: TypeAlias = tuple[str, Sequence[tuple[str, str]]]
"""A heading, and keys with what they do."""


class HelpScreen(ModalScreen[None]):
    """The keys of every command, and of what is no command, by section."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,f1,q,enter", "dismiss", "Close"),
    ]

    def __init__(
        self, commands: Iterable[Command], sections: Iterable[Section], *, service: Service
    ) -> None:
        super().__init__()
        self._commands = tuple(commands)
        self._sections = tuple(sections)
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
                    for group in dict.fromkeys(command.group for command in self._commands):
                        yield _section(group, self._keys_of(group))
                with Vertical(classes="help-column"):
                    for title, keys in self._sections:
                        yield _section(title, keys)
                    yield _section(
                        "Service",
                        [
                            ("Host", neutralise_line(self._service.name)),
                            ("Key", neutralise_line(self._service.key_source)),
                        ],
                    )

    def _keys_of(self, group: str) -> list[tuple[str, str]]:
        return [(c.shown, c.title) for c in self._commands if c.group == group]

    def on_mount(self) -> None:
        """Let the arrows scroll."""
        self.query_one("#help-body").focus()


def _section(title: str, pairs: Iterable[tuple[str, str]]) -> Static:
    lines = [Content.styled(title, "bold $primary")]
    for shown, what in pairs:
        lines.append(Content.assemble((f"{shown:<10}", "bold"), (what, "$foreground 70%")))
    return Static(Content("\n").join(lines), classes="help-section")
