"""Heights of things in a column: sums and look-ups in logarithmic time (a Fenwick tree)."""

from collections.abc import Iterable


class Heights:
    """A list of heights that knows what lies above each, and what lies at each row."""

    __slots__ = ("_items", "_tree", "total")

    def __init__(self, heights: Iterable[int] = ()) -> None:
        self._items: list[int] = list(heights)
        self._tree: list[int] = []
        self.total = 0
        self._rebuild()

    def __len__(self) -> int:
        return len(self._items)

    def __getitem__(self, index: int) -> int:
        return self._items[index]

    def __setitem__(self, index: int, height: int) -> None:
        change = height - self._items[index]
        if change:
            self._items[index] = height
            self.total += change
            at, size = index + 1, len(self._items)
            while at <= size:
                self._tree[at] += change
                at += at & -at

    def scaled(self, width: int, other: int) -> list[int]:
        """Guess the heights at another width; what has any keeps at least one line."""
        return [-(-height * width // other) for height in self._items]

    def append(self, height: int) -> None:
        """Add one at the end."""
        self._items.append(height)
        self.total += height
        at = len(self._items)
        below, step = at - 1, 1
        value = height
        while step < (at & -at):
            value += self._tree[below]
            below -= below & -below
            step <<= 1
        self._tree.append(value)

    def truncate(self, count: int) -> None:
        """Keep only the first `count`; costs what is taken away."""
        self.total -= sum(self._items[count:])
        del self._items[count:]
        # a node of the tree covers only what lies before it, so those that stay are right
        del self._tree[count + 1 :]

    def above(self, index: int) -> int:
        """Sum up the heights before `index`."""
        result = 0
        while index > 0:
            result += self._tree[index]
            index -= index & -index
        return result

    def find(self, row: int) -> tuple[int, int]:
        """Say which one covers a row, and the row's place in it; past the end: (len, rest)."""
        at, rest, size = 0, row, len(self._items)
        step = 1 << size.bit_length()
        while step:
            following = at + step
            if following <= size and self._tree[following] <= rest:
                at = following
                rest -= self._tree[following]
            step >>= 1
        return at, rest

    def _rebuild(self) -> None:
        self._tree = [0, *self._items]
        self.total = sum(self._items)
        size = len(self._items)
        for at in range(1, size + 1):
            parent = at + (at & -at)
            if parent <= size:
                self._tree[parent] += self._tree[at]
