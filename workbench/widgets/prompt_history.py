"""Walking through earlier prompts and back to the draft; nothing that was typed is lost. Pure."""

from collections.abc import Sequence


class HistoryWalk:
    """A walk from the draft to older prompts and back; what is changed on the way stays."""

    def __init__(self, entries: Sequence[str]) -> None:
        self._texts = [*entries, ""]
        self._place = len(entries)

    @property
    def at_draft(self) -> bool:
        """Whether this is where the walk began."""
        return self._place == len(self._texts) - 1

    def older(self, current: str) -> str | None:
        """The prompt before, ``None`` at the oldest; ``current`` is what is to be kept here."""
        return self._move(-1, current)

    def newer(self, current: str) -> str | None:
        """The prompt after, ``None`` at the draft; ``current`` is what is to be kept here."""
        return self._move(1, current)

    def _move(self, step: int, current: str) -> str | None:
        place = self._place + step
        if not 0 <= place < len(self._texts):
            return None
        self._texts[self._place] = current
        self._place = place
        return self._texts[place]
