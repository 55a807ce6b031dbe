"""The last line: the keys that do something now, the most useful ones where room is short."""

from collections.abc import Collection, Iterable

from textual.app import RenderResult
from textual.content import Content
from textual.style import Style
from textual.widget import Widget

from workbench.commands.command import Command
from workbench.widgets.fit import Readout, fit


class KeyBar(Widget):
    """Keys of the commands that can be given now; a click gives them too."""

    def __init__(
        self,
        commands: Iterable[Command],
        *,
        id: str | None = None,  # noqa: A002 - Textual's name
    ) -> None:
        super().__init__(id=id)
        self._commands = tuple(commands)
        self._available: Collection[str] = ()

    def show(self, available: Collection[str]) -> None:
        """Offer these actions."""
        if set(available) != set(self._available):
            self._available = frozenset(available)
            self.refresh()

    def render(self) -> RenderResult:
        """Give what fits."""
        readouts = [_key("Enter", "Send", "send", rank=10)] if "send" in self._available else []
        readouts += [
            _key(command.shown, command.label, command.action, rank=command.rank)
            for command in self._commands
            if command.label and command.action in self._available
        ]
        return Content("  ").join(fit(readouts, width=self.content_size.width, gap=2))


def _key(shown: str, label: str, action: str, *, rank: int) -> Readout:
    form = Content.assemble((shown, "bold $foreground"), (f" {label}", "$foreground 60%"))
    form = form.stylize(Style.from_meta({"@click": f"screen.{action}"}))
    return Readout(forms=(form,), losses=(rank,))
