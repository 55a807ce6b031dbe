"""What the scrollbar looks like, to paint it only when that is another. No I/O."""

from math import ceil

_EIGHTHS = 8  # the scrollbar draws the ends of its thumb in eighths of a cell


def thumb_of(rows: int, top: int, total: int) -> tuple[int, int]:
    """Say where the thumb begins and ends, in eighths of a cell, as the toolkit computes it.

    Args:
        rows: the window's height, and the scrollbar's.
        top: the first row of the window.
        total: all rows there are; without a thumb when the window shows them all.

    """
    if total <= rows:
        return 0, 0
    size = max(1, rows / (total / rows))
    start = int((rows - size) * (top / (total - rows)) * _EIGHTHS)
    return start, start + ceil(size * _EIGHTHS)
