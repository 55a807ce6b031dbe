"""Exchanges as rows, the newest first: what was asked of whom, when, and what came of it."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from textual.content import Content

from workbench.neutralise import neutralise_line
from workbench.session.wire.exchange import WireExchange
from workbench.widgets.figures import UNKNOWN, duration

_GAP: Final = "  "
_ASKED: Final = 21
_STATUS: Final = 5
_BYTES: Final = 6
_TOOK: Final = 8
_SHORTEST_MODEL: Final = 12
_WITHOUT_TIME: Final = 70


class ExchangeRows:
    """One row for each exchange."""

    def __init__(self, exchanges: Sequence[WireExchange]) -> None:
        self.exchanges = tuple(exchanges)

    def height(self, width: int) -> int:
        """As many as there are."""
        return len(self.exchanges) if width else 0

    def row(self, index: int, width: int) -> Content:
        """One row."""
        exchange = self.exchanges[index]
        timed, model = _layout(width)
        asked = neutralise_line(f"{exchange.method} {exchange.endpoint.lstrip('/')}")
        name = neutralise_line(exchange.model or UNKNOWN)
        took = "…" if exchange.open else duration(exchange.duration)
        cells = [
            Content.styled(f"{exchange.id:>4}", "$foreground 60%"),
            *([Content.styled(_when(exchange), "$foreground 60%")] if timed else []),
            Content(asked).truncate(_ASKED, ellipsis=True, pad=True),
            Content.styled(_fitting(name, model), "$foreground 75%"),
            _status(exchange),
            Content(f"{_bytes(exchange.received):>{_BYTES}}"),
            Content(f"{took:>{_TOOK}}"),
        ]
        return Content(_GAP).join(cells).truncate(width, ellipsis=True)


def heading(width: int) -> Content:
    """The names of the columns."""
    timed, model = _layout(width)
    cells = [
        f"{'#':>4}",
        *(["time    "] if timed else []),
        f"{'request':<{_ASKED}}",
        f"{'model':<{model}}",
        f"{'':<{_STATUS}}",
        f"{'bytes':>{_BYTES}}",
        f"{'took':>{_TOOK}}",
    ]
    return Content.styled(_GAP.join(cells), "$foreground 38%").truncate(width, ellipsis=True)


def _layout(width: int) -> tuple[bool, int]:
    """Whether the time of day has room, and how many cells the model has."""
    timed = width >= _WITHOUT_TIME
    used = 4 + _ASKED + _STATUS + _BYTES + _TOOK + (10 if timed else 0) + 5 * len(_GAP)
    return timed, max(_SHORTEST_MODEL, min(44, width - used))


def _when(exchange: WireExchange) -> str:
    began = exchange.attempts[0].started_at
    if began <= 0:
        return f"{UNKNOWN:<8}"
    return datetime.fromtimestamp(began).astimezone().strftime("%H:%M:%S")


def _status(exchange: WireExchange) -> Content:
    """The status, and how often it was sent if more than once."""
    tries = len(exchange.attempts)
    text, style = str(exchange.status), "$text-success"
    if not exchange.status:
        text, style = ("…", "$foreground 60%") if exchange.open else ("✗", "$text-error")
    elif exchange.failed:
        style = "$text-error"
    elif exchange.open:
        style = "$text-accent"
    again = f"↻{tries}" if tries > 1 else ""
    return Content.assemble((f"{text:>3}", style), (f"{again:<2}", "$text-warning"))


def _fitting(model: str, cells: int) -> str:
    """The model, without its maker or its beginning where it is too long."""
    if len(model) > cells:
        model = model.rpartition("/")[2]
    if len(model) > cells:
        model = f"…{model[1 - cells :]}"
    return f"{model:<{cells}}"


def _bytes(size: int) -> str:
    if size < 10_000:
        return f"{size:,}"
    if size < 9_950_000:
        return f"{size / 1000:.0f}k" if size >= 99_500 else f"{size / 1000:.1f}k"
    return f"{size / 1_000_000:.0f}M"
