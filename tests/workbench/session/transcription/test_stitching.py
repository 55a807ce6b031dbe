"""Parts that overlap."""

from workbench.session.transcription.stitching import HeardPart, stitched
from workbench.session.transcription.transcript import (
    TranscribedSegment,
    TranscribedWord,
    TranscriptPart,
)


def heard(
    number: int, own: tuple[float, float], sent: tuple[float, float], *words: tuple[str, float]
) -> HeardPart:
    """A part with words of 0.3 s, all in one segment."""
    spoken = tuple(TranscribedWord(text=text, start=at, end=at + 0.3) for text, at in words)
    segments = (
        (
            TranscribedSegment(
                start=spoken[0].start,
                end=spoken[-1].end,
                heard=" ".join(word.text for word in spoken),
                words=spoken,
                part=number,
            ),
        )
        if spoken
        else ()
    )
    part = TranscriptPart(
        number=number, start=own[0], end=own[1], seconds=sent[1] - sent[0], spans=(sent,)
    )
    return HeardPart(part=part, segments=segments)


def text(*parts: HeardPart) -> str:
    return " ".join(segment.heard for segment in stitched(parts))


def test_a_word_that_both_heard_is_kept_once() -> None:
    left = heard(1, (0, 10), (0, 12.5), ("one", 8), ("two", 9), ("three", 10), ("four", 11))
    right = heard(2, (10, 20), (7.5, 20), ("two", 9.1), ("three", 10.1), ("four", 11), ("five", 12))

    assert text(left, right) == "one two three four five"


def test_times_that_jump_over_the_cut_lose_and_double_nothing() -> None:
    for shift in (-0.3, -0.15, 0.0, 0.15, 0.3):
        words = [(f"w{index}", 6 + index * 0.4) for index in range(20)]
        left = heard(1, (0, 10), (0, 12.5), *words[:16])
        right = heard(2, (10, 20), (7.5, 20), *((word, at + shift) for word, at in words[4:]))

        assert text(left, right).split() == [word for word, _ in words]


def test_where_they_disagree_each_keeps_its_own_half() -> None:
    left = heard(1, (0, 10), (0, 12.5), ("I", 8), ("scream", 9.2), ("every", 10.4), ("dey", 11))
    right = heard(2, (10, 20), (7.5, 20), ("ice", 8.1), ("cream", 9.3), ("ever", 10.3), ("day", 11))

    assert text(left, right) == "I scream ever day"


def test_a_word_on_the_cut_is_not_said_twice_though_nothing_else_agrees() -> None:
    left = heard(1, (0, 10), (0, 12.5), ("alpha", 8), ("Monday.", 9.7))
    right = heard(2, (10, 20), (7.5, 20), ("omega", 8.1), ("monday", 9.95), ("beta", 11))

    assert text(left, right) == "alpha Monday. beta"


def test_a_word_said_twice_stays_twice() -> None:
    left = heard(1, (0, 10), (0, 12.5), ("very", 8.6), ("very", 9.6), ("good", 10.6))
    right = heard(2, (10, 20), (7.5, 20), ("very", 8.6), ("very", 9.6), ("good", 10.6), ("so", 12))

    assert text(left, right) == "very very good so"


def test_parts_that_do_not_overlap_are_left_alone() -> None:
    left = heard(1, (0, 10), (0, 10), ("end", 9.9))
    right = heard(2, (10, 20), (10, 20), ("end", 10.0))

    assert text(left, right) == "end end"


def test_a_part_whose_neighbour_is_missing_keeps_all_it_heard() -> None:
    left = heard(1, (0, 10), (0, 12.5), ("one", 8), ("two", 11))
    third = heard(3, (20, 30), (17.5, 30), ("three", 18), ("four", 25))

    assert text(left, third) == "one two three four"


def test_a_part_in_which_nothing_was_heard_is_no_trouble() -> None:
    left = heard(1, (0, 10), (0, 12.5), ("one", 8))
    nothing = heard(2, (10, 20), (7.5, 22.5))
    third = heard(3, (20, 30), (17.5, 30), ("two", 21))

    assert text(left, nothing, third) == "one two"
    assert text(nothing) == ""
    assert stitched([]) == ()


def test_a_segment_that_was_shortened_has_the_times_of_what_is_left() -> None:
    left = heard(1, (0, 10), (0, 12.5), ("one", 8), ("two", 9), ("three", 10), ("four", 11))
    right = heard(2, (10, 20), (7.5, 20), ("three", 10), ("four", 11), ("five", 12))

    first, second = stitched([left, right])

    assert (first.start, first.end) == (8, 10.3)
    assert (second.start, second.end) == (11, 12.3)
    assert second.words[0].text == "four"


def test_without_times_of_words_the_texts_are_matched() -> None:
    def said(number: int, start: float, end: float, words: str) -> TranscribedSegment:
        return TranscribedSegment(start=start, end=end, heard=words, part=number)

    left = HeardPart(
        part=TranscriptPart(number=1, start=0, end=10, seconds=12.5, spans=((0, 12.5),)),
        segments=(
            said(1, 0, 7, "To begin with,"),
            said(1, 7, 12.5, "we repaired the old bicycles of"),
        ),
    )
    right = HeardPart(
        part=TranscriptPart(number=2, start=10, end=20, seconds=12.5, spans=((7.5, 20),)),
        segments=(
            said(2, 7.5, 14, "Repaired the old bicycles of our neighbours"),
            said(2, 14, 20, "and went home."),
        ),
    )

    assert text(left, right) == (
        "To begin with, we repaired the old bicycles of our neighbours and went home."
    )
