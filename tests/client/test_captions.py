"""Subtitles: cut where people pause, at times that no player stumbles over."""

import re
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from client import CaptionLayout, Segment, Transcription, ValidationError, Word, cues
from client import to_srt as srt
from client import to_webvtt as vtt


def heard(*words: tuple[str, float, float], text: str | None = None) -> Transcription:
    spoken = tuple(Word(word=word, start=start, end=end) for word, start, end in words)
    return Transcription(
        text=" ".join(w for w, _, _ in words) if text is None else text, words=spoken
    )


def evenly(text: str, seconds: float = 0.3, start: float = 0.0) -> Transcription:
    """Words said one after the other without a pause, named without their marks."""
    bare = re.findall(r"[\w']+", text)
    return heard(
        *((w, start + i * seconds, start + (i + 1) * seconds) for i, w in enumerate(bare)),
        text=text,
    )


def parts(*segments: tuple[float, float, str]) -> Transcription:
    made = tuple(Segment(start=start, end=end, text=text) for start, end, text in segments)
    return Transcription(text="".join(text for _, _, text in segments), segments=made)


# The two formats


def test_srt_by_hand() -> None:
    said = parts((0.0, 2.5, " Hello there."), (3.0, 3661.001, " One & <two> --> three."))

    assert srt(said, CaptionLayout(longest=4000)) == (
        "1\n00:00:00,000 --> 00:00:02,500\nHello there.\n\n"
        "2\n00:00:03,000 --> 01:01:01,001\nOne & <two> -> three.\n"
    )


def test_webvtt_by_hand() -> None:
    said = parts((0.0, 2.5, " Hello there."), (3.0, 3661.001, " One & <two> --> three."))

    assert vtt(said, CaptionLayout(longest=4000)) == (
        "WEBVTT\n\n00:00:00.000 --> 00:00:02.500\nHello there.\n\n"
        "00:00:03.000 --> 01:01:01.001\nOne &amp; &lt;two&gt; --&gt; three.\n"
    )


@pytest.mark.parametrize(
    ("seconds", "shown"),
    [
        (0.0004, "00:00:00,000"),
        (0.0005, "00:00:00,001"),
        (59.9994, "00:00:59,999"),
        (59.9996, "00:01:00,000"),
        (3599.9999, "01:00:00,000"),
        (360000.5, "100:00:00,500"),
    ],
)
def test_times_are_rounded_once_and_carried(seconds: float, shown: str) -> None:
    text = srt(heard(("word", seconds, seconds + 2)))

    assert text.splitlines()[1].split(" --> ")[0] == shown


def test_nobody_speaking_is_a_valid_file() -> None:
    silent = Transcription(text="", words=(), segments=())

    assert srt(silent) == ""
    assert vtt(silent) == "WEBVTT\n"


def test_text_without_times_says_how_to_ask_for_them() -> None:
    with pytest.raises(ValidationError, match="timestamp_granularities"):
        srt(Transcription(text=" Hello."))


# Where cues are cut


def test_a_sentence_ends_a_cue() -> None:
    said = evenly("This is the first sentence. This one is the second.")

    assert [cue.text for cue in cues(said)] == [
        "This is the first sentence.",
        "This one is the second.",
    ]


def test_a_short_sentence_stays_with_the_next() -> None:
    said = heard(("Yes", 0.0, 0.3), ("I", 0.35, 0.5), ("do", 0.5, 1.6), text="Yes. I do.")

    assert [cue.text for cue in cues(said)] == ["Yes. I do."]


def test_a_pause_ends_a_cue_and_silence_leaves_no_text_standing() -> None:
    said = heard(("one", 0.0, 1.2), ("two", 1.7, 1.9), ("three", 6.0, 6.5))

    shown = cues(said)

    assert [cue.text for cue in shown] == ["one", "two", "three"]
    assert (shown[1].start, shown[1].end) == (1700, 2700)


def test_long_speech_is_cut_after_a_comma_rather_than_anywhere() -> None:
    said = evenly(
        "When the weather is as fine as it is on this day of the year, everybody goes "
        "outside and stays there until it is dark",
        seconds=0.2,
    )

    first, second = cues(said)

    assert first.text.endswith("of the year,")
    assert second.lines[0].startswith("everybody")


def test_no_line_is_longer_than_asked_and_both_are_about_as_long() -> None:
    said = evenly("It takes some time until a sentence of this length is over and done")

    (cue,) = cues(said)

    assert len(cue.lines) == 2
    assert max(map(len, cue.lines)) <= 42
    assert abs(len(cue.lines[0]) - len(cue.lines[1])) < 12


def test_no_cue_lasts_longer_than_asked() -> None:
    said = evenly("slow " * 40, seconds=1.0)

    assert max(cue.end - cue.start for cue in cues(said)) <= 7000


def test_a_cue_shown_for_a_moment_is_held_for_a_second_where_there_is_room() -> None:
    said = heard(("Stop!", 1.0, 1.1), ("Go!", 1.6, 1.7), ("Now!", 4.0, 4.1))
    layout = CaptionLayout(shortest=0.0, pause=0.2)

    first, *_ = cues(said, layout)
    held, _, _ = cues(said, CaptionLayout(shortest=0.05, pause=0.2, reading_speed=2))

    assert (first.start, first.end) == (1000, 1294)
    assert held.end == 1600 - 80  # the next begins at 1600


def test_cues_leave_a_gap_and_never_overlap() -> None:
    said = parts((0.0, 3.0, " First part."), (2.0, 5.0, " Second part."), (5.0, 9.0, " Third."))

    shown = cues(said)

    assert shown[0].end == 2000 - 80
    for before, after in pairwise(shown):
        assert before.end <= after.start


def test_a_segment_ends_its_cue() -> None:
    said = parts((0.0, 2.0, " and then"), (2.0, 4.0, " we went"))

    assert [(c.start, c.end, c.text) for c in cues(said)] == [
        (0, 1920, "and then"),
        (2000, 4000, "we went"),
    ]


def test_a_long_segment_is_cut_and_its_time_shared_by_letters() -> None:
    text = " " + " ".join(["fourteen chars"] * 12)
    shown = cues(parts((0.0, 12.0, text)))

    assert len(shown) == 3
    assert "".join(c.text for c in shown).replace("\n", "").count("fourteen") == 12
    assert shown[0].start == 0
    assert shown[-1].end == 12_000


def test_words_win_over_segments() -> None:
    both = Transcription(
        text=" Hi there.",
        words=(Word(word="Hi", start=0.5, end=0.8), Word(word="there", start=0.8, end=1.5)),
        segments=(Segment(start=0.0, end=29.0, text=" Hi there."),),
    )

    (cue,) = cues(both)

    assert (cue.start, cue.end, cue.text) == (500, 1500, "Hi there.")


# Spelling


def test_words_get_the_marks_that_the_text_has() -> None:
    text = ' "Well," she said, "it\'s a well-known (old) trick \u2014 isn\'t it?"'

    (cue,) = cues(evenly(text, seconds=0.1), CaptionLayout(line_length=100))

    assert cue.text == text.strip()


def test_words_that_the_text_has_not_are_kept() -> None:
    said = heard(("Hello", 0, 1), ("brave", 1, 2), ("world", 2, 3), text="Hello, world!")

    assert cues(said)[0].text == "Hello, brave world!"


def test_a_short_word_is_not_found_inside_another() -> None:
    said = heard(("that", 0, 1), ("a", 1, 2), text="that, a.")

    assert cues(said)[0].text == "that, a."


def test_chinese_is_written_without_spaces_and_counts_double() -> None:
    text = "今天天气很好\uff0c我们去公园散步吧。"
    said = heard(
        *((c, i * 0.2, i * 0.2 + 0.2) for i, c in enumerate(text) if c.isalnum()), text=text
    )

    (cue,) = cues(said)
    narrow = cues(said, CaptionLayout(line_length=16, lines=2))

    assert cue.text == text
    assert "".join(c.text.replace("\n", "") for c in narrow) == text
    assert max(len(line) for c in narrow for line in c.lines) <= 8 + 1  # a mark stays with its word


def test_no_control_character_reaches_the_file() -> None:
    text = vtt(parts((0, 2, " a\x1b[31mb\x00\r\n\r\nc\u2028d")))

    assert text.splitlines()[3:] == ["a [31mb c d"]


# Whatever the recogniser says

anything = st.text(max_size=12)
moments = st.floats(allow_nan=True, allow_infinity=True) | st.floats(0, 100)


@given(st.lists(st.tuples(anything, moments, moments), max_size=40), st.text(max_size=200))
def test_any_words_at_any_times_make_a_valid_file(
    words: list[tuple[str, float, float]], text: str
) -> None:
    check(heard(*words, text=text) if words else Transcription(text="", words=()))


@given(st.lists(st.tuples(moments, moments, anything), min_size=1, max_size=20))
def test_any_segments_at_any_times_make_a_valid_file(
    segments: list[tuple[float, float, str]],
) -> None:
    check(parts(*segments))


def check(said: Transcription) -> None:
    shown = cues(said)
    for cue in shown:
        assert 0 <= cue.start < cue.end
        assert cue.lines
        assert all(line.strip() for line in cue.lines)
    for before, after in pairwise(shown):
        assert before.end <= after.start
    for text in (srt(said), vtt(said)):
        assert text.count("-->") == len(shown)
        assert "\n\n\n" not in text
        text.encode()


@given(
    st.lists(
        st.sampled_from(["a", "I", "don't", "well-known", "Tea,", "(old)", "end."]), max_size=60
    )
)
def test_no_word_is_lost_doubled_or_moved(words: list[str]) -> None:
    text = " ".join(words)
    bare = [word.strip(",.()") for word in words]
    said = Transcription(
        text=text,
        words=tuple(Word(word=w, start=i * 0.3, end=i * 0.3 + 0.3) for i, w in enumerate(bare)),
    )

    assert " ".join(" ".join(cue.lines) for cue in cues(said)) == text


@pytest.mark.parametrize("wrong", [{"lines": 0}, {"gap": -1.0}, {"reading_speed": 0.0}])
def test_a_layout_that_makes_no_sense_is_refused(wrong: dict[str, float]) -> None:
    with pytest.raises(ValidationError):
        CaptionLayout(**wrong)  # type: ignore[arg-type]
