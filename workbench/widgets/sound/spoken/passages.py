"""What the view of spoken words shows: passages of words with their times. No I/O."""

from dataclasses import dataclass
from typing import Literal, TypeAlias

PassageState: TypeAlias = Literal["said", "doubtful", "left-out", "failed", "waiting"]
"""Said and believed; said, but not believed; said by nobody; lost for now; still to come."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownWord:
    """One word.

    Attributes:
        text: safe to show, without space around it.
        start: seconds from the start of the sound.
        end: seconds.
        confidence: 0 to 1; ``None`` when nobody said.
        spaced: whether a space stands before it.
        tentative: whether it may still become another word.
    """

    text: str
    start: float
    end: float
    confidence: float | None = None
    spaced: bool = True
    tentative: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Passage:
    """Words that belong together, from a breath to a paragraph; or a place without any.

    Attributes:
        start: seconds from the start of the sound.
        end: seconds.
        words: in order; those of a failed or awaited passage say what happened, not what was said.
        state: how much to believe them.
        note: why they are doubted; "" where they are not.
        part: the part of a long recording that a retry is to send again; ``None`` for none.
        timed: whether the times are known; a time that nobody measured is not shown.
        segment: where it stands in the transcript, for an edit; ``None`` when it cannot be edited.
    """

    start: float
    end: float
    words: tuple[ShownWord, ...]
    state: PassageState = "said"
    note: str = ""
    part: int | None = None
    timed: bool = True
    segment: int | None = None

    @property
    def spoken(self) -> bool:
        """Whether its words are what somebody said, or may have said."""
        return self.state in {"said", "doubtful", "left-out"}
