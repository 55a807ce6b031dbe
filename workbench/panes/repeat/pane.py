"""What to ask, of whom, how often, and what the answers must be like; below, what came of it."""

from collections.abc import Sequence
from typing import ClassVar, Final

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.content import Content
from textual.message import Message
from textual.widgets import Input, Label, Static, TextArea

from workbench.session.repeat.checks import HELP
from workbench.session.repeat.summary import ModelSummary, Variation
from workbench.widgets.ground import GroundVertical
from workbench.widgets.wire.repeat_rows import RepeatRows
from workbench.widgets.wire.rows_view import NoRows, RowsView

_EXPLAINED: Final = (
    "  Checks, one in each line:",
    *(f"    {line}" for line in HELP),
    "",
    "  The share that passed stands with its 95 % interval: few runs prove little.",
    "  Requests that fail are counted apart.",
)
_NUMBERS: Final = (("times", "Times", "5"), ("seeds", "Seeds", ""), ("at-once", "At once", "4"))


class RepeatPane(GroundVertical):
    """A form and its results. Posts ``Started`` and ``Stopped``."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+r", "start", "Run", show=False, priority=True),
        Binding("escape", "stop", "Stop", show=False),
    ]

    class Started(Message):
        """It is to be run as it is typed."""

        def __init__(
            self, *, models: str, times: str, seeds: str, at_once: str, checks: str
        ) -> None:
            super().__init__()
            self.models = models
            self.times = times
            self.seeds = seeds
            self.at_once = at_once
            self.checks = checks

    class Stopped(Message):
        """It is to stop."""

    def compose(self) -> ComposeResult:
        """The form above, what was found below."""
        yield Static(id="repeat-request")
        with Horizontal(classes="repeat-line"):
            yield Label("Models ", classes="repeat-name")
            yield Input(id="repeat-models", compact=True, placeholder="one or more model ids")
        with Horizontal(classes="repeat-line"):
            for name, label, value in _NUMBERS:
                yield Label(Content(f"{label} "), classes="repeat-name")
                yield Input(
                    value,
                    id=f"repeat-{name}",
                    compact=True,
                    classes="repeat-number",
                    placeholder="none" if name == "seeds" else "",
                )
        with Horizontal(id="repeat-check-line"):
            yield Label("Checks ", classes="repeat-name")
            yield TextArea(
                id="repeat-checks", compact=True, tab_behavior="focus", placeholder="called NAME"
            )
        yield Static(id="repeat-state")
        yield RowsView(NoRows(*_EXPLAINED), pointing=False, id="repeat-results")

    def on_mount(self) -> None:
        """Keep the cursors still."""
        for box in self.query(Input):
            box.cursor_blink = False
        self.query_one(TextArea).cursor_blink = False
        self.show_request("")
        self.show_state("^R runs it; nothing is sent before.")

    # -- what the view calls ----------------------------------------------------------------

    def show_request(self, text: str) -> None:
        """Say what is asked."""
        said = text or "Nothing to repeat yet: choose an exchange on the wire and press b."
        style = "" if text else "$foreground 60%"
        request = Content.assemble(("Request ", "$foreground 60%"), (said, style))
        self.query_one("#repeat-request", Static).update(request)

    def suggest(self, *, models: str, checks: str) -> None:
        """Put in what fits another request; what a person typed stays."""
        box, area = self.query_one("#repeat-models", Input), self.query_one(TextArea)
        box.value = models
        if not area.text.strip():
            area.load_text(checks)

    def show_state(self, text: str, *, problem: bool = False) -> None:
        """Say how far it is, or what is wrong."""
        mark = ("✗ ", "$text-error") if problem else ""
        style = "$text-error" if problem else "$foreground 75%"
        self.query_one("#repeat-state", Static).update(Content.assemble(mark, (text, style)))

    def show_results(
        self, models: Sequence[ModelSummary], variations: Sequence[Variation], *, begun: bool
    ) -> None:
        """Show what was found so far; from the top when it has just ``begun``."""
        rows = RepeatRows(models, variations)
        self.query_one("#repeat-results", RowsView).show(rows, keep_place=not begun)

    def take_focus(self) -> None:
        """Begin with the checks."""
        self.query_one(TextArea).focus()

    # -- keys -------------------------------------------------------------------------------

    @on(Input.Submitted)
    def _submitted(self, event: Input.Submitted) -> None:
        event.stop()
        self.action_start()

    def action_start(self) -> None:
        """Run it."""
        typed = {box.id: box.value for box in self.query(Input)}
        self.post_message(
            self.Started(
                models=typed["repeat-models"],
                times=typed["repeat-times"],
                seeds=typed["repeat-seeds"],
                at_once=typed["repeat-at-once"],
                checks=self.query_one(TextArea).text,
            )
        )

    def action_stop(self) -> None:
        """Stop it."""
        self.post_message(self.Stopped())
