"""Shows where a link leads before anything is opened; only web addresses are."""

from typing import ClassVar
from urllib.parse import urlsplit

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Static

from workbench.neutralise import neutralise_line


def web_address(url: str) -> str | None:
    """The address as a browser will read it, with the true name of its host, or ``None``.

    ``None`` is what no browser should be given: another scheme than http or https, no host, or
    characters that hide something.
    """
    if neutralise_line(url) != url or "\\" in url:
        return None
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port
        true_name = host.encode("idna").decode("ascii") if not host.isascii() else host
    except ValueError:
        return None
    if parts.scheme not in ("http", "https") or not true_name or parts.username is not None:
        return None
    if ":" in true_name:
        true_name = f"[{true_name}]"
    return parts._replace(netloc=f"{true_name}:{port}" if port else true_name).geturl()


class LinkScreen(ModalScreen[bool]):
    """Asks whether to open an address; the answer is True only for Enter."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "dismiss(True)", "Open"),
        Binding("escape", "dismiss(False)", "Cancel"),
    ]

    def __init__(self, address: str) -> None:
        super().__init__()
        self._address = address

    def compose(self) -> ComposeResult:
        """The whole address, and two keys."""
        with Vertical(classes="dialog"):
            yield Static(Content.styled("Open in the browser?", "bold"))
            yield Static(Content(self._address), classes="dialog-body")
            yield Static(
                Content.assemble(("Enter", "bold"), " open   ", ("Esc", "bold"), " cancel"),
                classes="dialog-keys",
            )
