"""Which words of a text that is heard again and again will not change any more. Pure.

What two hearings in a row begin with alike is committed (LocalAgreement-2); the rest is tentative.
"""

from collections.abc import Sequence
from typing import Final

from workbench.session.transcription.stitching import in_one_line
from workbench.session.transcription.transcript import TranscribedWord

_SEAM_WORDS: Final = 5
_SEAM_SECONDS: Final = 1.0
_CARRIED_CHARACTERS: Final = 200


class Agreement:
    """The words of a text that grows; times are seconds from the start of the sound."""

    def __init__(self) -> None:
        self._committed: list[TranscribedWord] = []
        self._tentative: tuple[TranscribedWord, ...] = ()
        self._text = ""

    @property
    def committed(self) -> str:
        """What will not change any more."""
        return self._text

    @property
    def tentative(self) -> str:
        """What the last hearing had beyond that."""
        return in_one_line(self._tentative)

    @property
    def until(self) -> float:
        """When the last committed word ends."""
        return self._committed[-1].end if self._committed else 0.0

    @property
    def carried(self) -> str:
        """The end of the committed text, for the recogniser to go on from."""
        return self._text[-_CARRIED_CHARACTERS:].partition(" ")[2]

    def hear(self, words: Sequence[TranscribedWord], *, final: bool) -> None:
        """Take in one more hearing; a final one is committed as it is."""
        fresh = self._beyond_committed(words)
        agreed = len(fresh) if final else _alike(self._tentative, fresh)
        self._commit(fresh[:agreed])
        self._tentative = tuple(fresh[agreed:])

    def settle(self) -> None:
        """Commit what is tentative: nothing more will be heard of it."""
        self._commit(self._tentative)
        self._tentative = ()

    def _commit(self, words: Sequence[TranscribedWord]) -> None:
        if words:
            # The last few are all that is compared with.
            self._committed = [*self._committed, *words][-_SEAM_WORDS:]
            lead = " " if self._text and words[0].spaced else ""
            self._text += lead + in_one_line(words)

    def _beyond_committed(self, words: Sequence[TranscribedWord]) -> Sequence[TranscribedWord]:
        fresh = [word for word in words if (word.start + word.end) / 2 > self.until]
        if not fresh or not self._committed or fresh[0].start > self.until + _SEAM_SECONDS:
            return fresh
        known = [_bare(word) for word in self._committed]
        for count in range(min(len(known), len(fresh)), 0, -1):
            if known[-count:] == [_bare(word) for word in fresh[:count]]:
                return fresh[count:]
        return fresh


def _alike(before: Sequence[TranscribedWord], after: Sequence[TranscribedWord]) -> int:
    """How many words both begin with."""
    count = 0
    for left, right in zip(before, after, strict=False):
        if _bare(left) != _bare(right):
            break
        count += 1
    return count


def _bare(word: TranscribedWord) -> str:
    return "".join(filter(str.isalnum, word.text)).lower()
