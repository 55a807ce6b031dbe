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
        tries = len(exchange.attempts)
        took = "under way" if exchange.open else duration(exchange.duration)
        status, style = _status(exchange)
        cells = [
            Content.styled(f"{exchange.id:>4}", "$foreground 60%"),
            *([Content.styled(_when(exchange), "$foreground 60%")] if timed else []),
            Content(asked).truncate(_ASKED, ellipsis=True, pad=True),
            Content.styled(_from_end(name, model), "$foreground 75%"),
            Content.styled(f"{status:>4}", style),
            Content.styled(f"{f'↻{tries}' if tries > 1 else '':<2}", "$text-warning"),
            Content(f"{_bytes(exchange.received):>6}"),
            Content(f"{took:>9}"),
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
        "    ",
        "  ",
        f"{'bytes':>6}",
        f"{'took':>9}",
    ]
    return Content.styled(_GAP.join(cells), "$foreground 38%").truncate(width, ellipsis=True)


def _layout(width: int) -> tuple[bool, int]:
    """Whether the time of day has room, and how many cells the model has."""
    timed = width >= _WITHOUT_TIME
    used = 4 + _ASKED + 4 + 2 + 6 + 9 + (10 if timed else 0) + 6 * len(_GAP)
    return timed, max(_SHORTEST_MODEL, min(44, width - used))


def _when(exchange: WireExchange) -> str:
    began = exchange.attempts[0].started_at
    if began <= 0:
        return f"{UNKNOWN:<8}"
    return datetime.fromtimestamp(began).astimezone().strftime("%H:%M:%S")


def _status(exchange: WireExchange) -> tuple[str, str]:
    if exchange.status == 0:
        return ("…", "$foreground 60%") if exchange.open else ("✗", "$text-error")
    if exchange.failed:
        return str(exchange.status), "$text-error"
    if exchange.open:
        return str(exchange.status), "$text-accent"
    return str(exchange.status), "$text-success"


def _from_end(text: str, cells: int) -> str:
    """The text, its beginning left out where it is too long: models differ at their ends."""
    return f"{text:<{cells}}" if len(text) <= cells else f"…{text[1 - cells :]}"


def _bytes(size: int) -> str:
    if size < 10_000:
        return f"{size:,}"
    if size < 9_950_000:
        return f"{size / 1000:.0f}k" if size >= 99_500 else f"{size / 1000:.1f}k"
    return f"{size / 1_000_000:.0f}M"
