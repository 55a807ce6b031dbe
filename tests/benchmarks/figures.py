"""Figures and tables of the benchmarks."""

import sys
from collections.abc import Sequence


def share(values: Sequence[float], part: float) -> float:
    """Give the value that `part` of all are not above: 0.5 the median, 0.99 the p99."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(part * len(ordered)))] if ordered else float("nan")


def ms(seconds: float) -> str:
    """Milliseconds."""
    return f"{seconds * 1e3:.1f}"


def say(text: str) -> None:
    """Write a line at once."""
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


class Table:
    """Rows under a heading, written as they come."""

    def __init__(self, title: str, *columns: str) -> None:
        self._widths = [max(8, len(column)) for column in columns]
        self._widths[0] = max(30, self._widths[0])
        say(f"\n{title}")
        self.row(*columns)

    def row(self, first: str, *values: object) -> None:
        """Write a row."""
        cells = [first.ljust(self._widths[0])]
        cells += [str(v).rjust(w) for v, w in zip(values, self._widths[1:], strict=False)]
        say("  ".join(cells).rstrip())
