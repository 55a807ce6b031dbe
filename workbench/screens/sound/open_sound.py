"""Opens a sound file: by its path, typed or pasted, or from the folders."""

from collections.abc import Iterable
from pathlib import Path
from typing import ClassVar, Final

from rich.style import Style
from rich.text import Text
from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import DirectoryTree, Input, Static
from textual.widgets.directory_tree import DirEntry
from textual.widgets.tree import TreeNode

from workbench.neutralise import neutralise_line
from workbench.screens.sound.pasted import pasted_path

KINDS: Final = frozenset(
    {
        *(".wav", ".flac", ".mp3", ".ogg", ".oga", ".opus", ".m4a", ".webm", ".mp4", ".mpeg"),
        *(".mpga", ".aac", ".aif", ".aiff", ".au", ".caf", ".w64", ".rf64", ".mkv", ".mov"),
    }
)
"""Endings of sound files; a path that is typed may have any."""
_MUTED: Final = "$foreground 60%"


class _SoundTree(DirectoryTree):
    """Folders and sound files; what is hidden stays so."""

    ICON_NODE = "▸ "
    ICON_NODE_EXPANDED = "▾ "
    ICON_FILE = "♪ "

    def filter_paths(self, paths: Iterable[Path]) -> Iterable[Path]:
        """Leave out what is no sound."""
        return [
            path
            for path in paths
            if not path.name.startswith(".") and (path.suffix.lower() in KINDS or _is_folder(path))
        ]

    def render_label(self, node: TreeNode[DirEntry], base_style: Style, style: Style) -> Text:
        """The name, safe to show."""
        label = super().render_label(node, base_style, style)
        safe = neutralise_line(label.plain)
        return label if safe == label.plain.strip() else Text(safe, style=style)


class OpenSoundScreen(ModalScreen[Path | None]):
    """A line for a path, and the folders below it; ``None`` when nothing was chosen."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "dismiss(None)", "Cancel", priority=True),
        Binding("down", "go_down", "To the folders", show=False),
    ]

    def __init__(self, folder: Path) -> None:
        super().__init__()
        self._folder = folder

    def compose(self) -> ComposeResult:
        """The path, the folders, what is wrong."""
        with Vertical(classes="dialog", id="open-sound"):
            yield Static(
                Content.assemble(
                    ("▍", "$primary"),
                    ("Open a sound file", "bold"),
                    ("   Enter opens · Tab to the folders · Esc", _MUTED),
                )
            )
            yield Input(
                placeholder="Path: type, paste, or drop the file here",
                id="open-path",
                compact=True,
            )
            yield _SoundTree(self._folder, id="open-tree")
            yield Static(
                Content.styled("wav flac mp3 ogg opus; m4a mp4 webm: see F1", _MUTED),
                id="open-note",
            )

    def on_mount(self) -> None:
        """Let the person type."""
        box = self.query_one(Input)
        box.cursor_blink = False
        box.focus()

    def action_go_down(self) -> None:
        """Go to the folders."""
        self.query_one(_SoundTree).focus()

    @on(Input.Submitted)
    def _typed(self, event: Input.Submitted) -> None:
        event.stop()
        path = pasted_path(event.value)
        if path is None:
            self._refuse("That is no path.")
        elif _is_folder(path):
            self.query_one(_SoundTree).path = path
            self.query_one(_SoundTree).focus()
        elif not path.is_file():
            self._refuse(f"There is no file {neutralise_line(str(path))}")
        else:
            self.dismiss(path)

    @on(DirectoryTree.FileSelected)
    def _picked(self, event: DirectoryTree.FileSelected) -> None:
        event.stop()
        self.dismiss(event.path)

    def _refuse(self, why: str) -> None:
        self.query_one("#open-note", Static).update(Content.styled(f"✗ {why}", "$text-error"))


def _is_folder(path: Path) -> bool:
    try:
        return path.is_dir()
    except OSError:
        return False
