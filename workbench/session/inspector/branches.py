"""The courses that the inspector's conversations took; one of them is looked at. No I/O."""

from dataclasses import replace

from workbench.session.inspector.forks import fork
from workbench.session.inspector.timeline import Branch, Call, Point, Round


class Branches:
    """All branches, by number; there is always one."""

    def __init__(self) -> None:
        self._branches: dict[int, Branch] = {1: Branch(number=1)}
        self._current = 1

    @property
    def all(self) -> tuple[Branch, ...]:
        """All of them, in the order in which they began."""
        return tuple(self._branches.values())

    @property
    def current(self) -> Branch:
        """The one that is looked at, and goes on."""
        return self._branches[self._current]

    def get(self, number: int) -> Branch:
        """The branch of that number."""
        return self._branches[number]

    def look_at(self, number: int) -> Branch:
        """Look at another one."""
        self._current = number
        return self.current

    def look_on(self, step: int) -> Branch:
        """Look at the next one, or the previous one, round the ends."""
        numbers = list(self._branches)
        return self.look_at(numbers[(numbers.index(self._current) + step) % len(numbers)])

    def begin(self) -> Branch:
        """A new conversation beside the others; an empty one is used again."""
        return self._add(Branch(number=self._free)) if self.current.rounds else self.current

    def fork(self, at: Point) -> Branch:
        """Go back to a place of the one that is looked at, on a branch of its own."""
        return self._add(fork(self.current, at, number=self._free))

    def load(self, recorded: tuple[Branch, ...]) -> Branch:
        """Take in recorded conversations beside the others, and look at the first of them."""
        if not self.current.rounds and len(self._branches) == 1:
            self._branches.clear()
        first = self._free
        for number, each in enumerate(recorded, first):
            self._branches[number] = replace(each, number=number)
        return self.look_at(first)

    def put(self, branch: Branch) -> Branch:
        """What became of a branch."""
        self._branches[branch.number] = branch
        return branch

    def put_round(self, number: int, changed: Round) -> Branch:
        """What became of the round of a branch."""
        return self.put(self._branches[number].with_round(changed))

    def put_call(self, number: int, at: Point, call: Call) -> Branch:
        """What became of a call on a branch."""
        asked = self._branches[number].rounds[at.round - 1]
        return self.put_round(number, asked.with_call(at.call, call))

    def _add(self, branch: Branch) -> Branch:
        self.put(branch)
        return self.look_at(branch.number)

    @property
    def _free(self) -> int:
        return max(self._branches, default=0) + 1
