"""Asks whether a call may run: what would run, with what, and where."""

import json
from collections.abc import Iterator, Mapping
from typing import Any, ClassVar, Literal, TypeAlias

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Static

from workbench.neutralise import neutralise, neutralise_line
from workbench.session.inspector.timeline import Call
from workbench.session.tools.tool import Tool
from workbench.widgets.inspector.page import Line, Page
from workbench.widgets.wire.json_lines import MUTED, coloured
from workbench.widgets.wire.rows_view import RowsView

Decision: TypeAlias = Literal["run", "deny"]


class ApprovalScreen(ModalScreen[Decision | None]):
    """The whole call, to be read before it runs. Nothing runs by Enter or by closing it."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("y", "dismiss('run')", "Run it"),
        Binding("n", "dismiss('deny')", "Deny it"),
        Binding("escape", "dismiss(None)", "Decide later"),
    ]

    def __init__(self, call: Call, tool: Tool, *, folder: str) -> None:
        super().__init__()
        self._call = call
        self._tool = tool
        self._folder = folder

    def compose(self) -> ComposeResult:
        """What would run, and three keys."""
        with Vertical(classes="dialog", id="approval"):
            yield Static(
                Content.assemble(("▍", "$primary"), ("Run this call?", "bold")),
            )
            yield Static(self._where(), classes="dialog-body")
            yield RowsView(Page(list(arguments(self._call, self._tool))), pointing=False)
            yield Static(
                Content.assemble(
                    *(("y", "bold"), " run   ", ("n", "bold"), " deny, and tell the model   "),
                    *(("Esc", "bold"), " decide later"),
                ),
                classes="dialog-keys",
            )

    def on_mount(self) -> None:
        """Let the arrows scroll."""
        self.query_one(RowsView).focus()

    def on_resize(self) -> None:
        """Keep the keys in view under what is read, in a window of any size."""
        self.call_after_refresh(fit_rows, self)

    def _where(self) -> Content:
        rows = [
            ("tool", neutralise_line(self._tool.name), "bold"),
            ("from", neutralise_line(f"{self._tool.source.name}"), ""),
            ("in", neutralise_line(self._folder) or "its server", ""),
        ]
        return Content("\n").join(
            Content.assemble((f"{name:<6}", MUTED), (text, style)) for name, text, style in rows
        )


def fit_rows(dialog: ModalScreen[Any]) -> None:
    """Give a dialog's rows the lines they need, or all there are above its keys.

    What the dialog answers with is ``Any``: it does not matter here.
    """
    if not dialog.is_mounted:
        return
    box, rows = dialog.query_one(".dialog"), dialog.query_one(RowsView)
    others = box.children[-1].region.bottom - box.children[0].region.y - rows.outer_size.height
    # whole lines: of a share of the window, the rounding leaves an empty line under the keys
    room = dialog.size.height * 9 // 10 - box.gutter.height - others
    rows.styles.height = max(1, min(rows.rows.height(rows.outer_size.width), room))


def arguments(call: Call, tool: Tool) -> Iterator[Line]:
    """The arguments as they would be given, all of them, in the order of the schema."""
    value = _in_order(call.check.value, tool.parameters)
    edited = "edited by you" if call.edited is not None else "as the model wrote them"
    yield Line((("Arguments", "bold"),), right=(edited, MUTED))
    for line in json.dumps(value, ensure_ascii=False, indent=2).split("\n"):
        safe = neutralise(line).replace("\n", "␊")
        yield Line(tuple(coloured(safe)), hang=4)


def _in_order(value: object, schema: Mapping[str, object] | None) -> object:
    known = schema.get("properties") if schema else None
    if not isinstance(value, dict) or not isinstance(known, Mapping):
        return value
    names = [name for name in known if name in value]
    return {name: value[name] for name in [*names, *(name for name in value if name not in known)]}
