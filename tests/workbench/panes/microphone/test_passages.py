"""Transcripts as passages to read: what was said, what is missing, what is being said."""

from tests.sound_stage import part, segment, transcript
from workbench.panes.microphone.passages import Passages, live_passages
from workbench.session.problems import Problem
from workbench.session.transcription.transcript import TranscribedSegment


def words(passage: object) -> str:
    return " ".join(word.text for word in passage.words)  # type: ignore[attr-defined]


def test_segments_and_missing_parts_stand_in_the_order_of_time() -> None:
    limit = Problem(title="Rate limit reached", explanation="Limit 7200.", advice="Wait.")
    found = Passages().of(
        transcript(
            segment(1, 4, "one"),
            segment(1300, 1304, "three"),
            parts=(
                part(1, 0, 600),
                part(2, 600, 1200, "failed", problem=limit),
                part(3, 1200, 1800),
                part(4, 1800, 2400, "sending"),
            ),
        )
    )
    assert [passage.state for passage in found] == ["said", "failed", "said", "waiting"]
    assert words(found[1]) == (
        "Part 2 of 4, to 20:00 failed: Rate limit reached. Enter sends it again."
    )
    assert found[1].note == "Limit 7200. Wait."
    assert (found[1].part, found[1].segment) == (2, None)
    assert [passage.segment for passage in found if passage.spoken] == [0, 1]


def test_a_part_on_its_own_needs_no_number() -> None:
    failed = Passages().of(transcript(parts=(part(1, 0, 5, "failed"),), segments=()))
    waiting = Passages().of(transcript(parts=(part(1, 0, 5, "waiting"),), segments=()))
    sending = Passages().of(transcript(parts=(part(1, 0, 5, "sending"),), segments=()))
    assert words(failed[0]) == "Not transcribed. Enter sends it again."
    assert words(waiting[0]) == "Not transcribed yet: r does it."
    assert words(sending[0]) == "Listening …"


def test_what_is_not_believed_says_why() -> None:
    found = Passages().of(
        transcript(
            segment(0, 1, "guessed", doubt="uncertain"),
            segment(1, 2, "la la la", doubt="repetition"),
            segment(2, 3, "Thank you.", doubt="no speech"),
            segment(3, 4, "Thank you.", doubt="no speech", restored=True),
        )
    )
    assert [passage.state for passage in found] == ["doubtful", "doubtful", "left-out", "said"]
    assert found[0].note == "was guessed"
    assert found[1].note == "goes round in circles"


def test_an_edited_passage_has_its_words_spread_over_its_time() -> None:
    (found,) = Passages().of(transcript(segment(10, 20, "heard so", edited="read it so")))
    assert words(found) == "read it so"
    assert found.words[0].start == 10
    assert abs(found.words[-1].end - 20) < 1e-9
    assert all(
        one.end <= two.start + 1e-9 for one, two in zip(found.words, found.words[1:], strict=False)
    )


def test_words_without_times_are_spread_too() -> None:
    bare = TranscribedSegment(start=2.0, end=4.0, heard="no times here", confidence=0.7)
    (found,) = Passages().of(transcript(bare))
    assert [word.confidence for word in found.words] == [0.7] * 3
    assert found.words[0].start == 2.0


def test_what_a_service_writes_cannot_command_the_terminal() -> None:
    (found,) = Passages().of(transcript(segment(0, 1, "safe \x1b]52;c;eA==\x07 \u202eevil")))
    assert all(word.text.isprintable() and "\u202e" not in word.text for word in found.words)


def test_a_passage_that_did_not_change_is_the_same_object() -> None:
    passages = Passages()
    before = transcript(segment(0, 1, "one"), segment(1, 2, "two"))
    first = passages.of(before)
    assert passages.news(before) == 0
    second = passages.of(before.with_text(1, "zwei"))
    assert first[0] is second[0]
    assert words(second[1]) == "zwei"


def test_settled_and_tentative_words_are_told_apart() -> None:
    (found,) = live_passages("It is settled", "but this is knot")
    assert not found.timed
    assert [word.tentative for word in found.words] == [False] * 3 + [True] * 4
    assert live_passages("", "") == ()


def test_live_text_is_broken_into_paragraphs_that_stay() -> None:
    sentence = "This sentence is repeated until a paragraph is full of it. "
    before = live_passages(sentence * 8, "")
    after = live_passages(sentence * 9, "and on")
    assert len(before) == 2
    assert before[0] is after[0]
    assert words(before[0]).endswith("full of it.")
