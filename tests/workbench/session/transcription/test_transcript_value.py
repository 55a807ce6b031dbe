"""A transcript as a value: read, edited, written down, exported."""

import json
from dataclasses import replace

import pytest

from client import Transcription
from workbench.session.problems import Problem
from workbench.session.transcription.document import document_of, transcript_of
from workbench.session.transcription.export import FORMS, exported
from workbench.session.transcription.heard import segments_of
from workbench.session.transcription.parameters import TranscriptionParameters
from workbench.session.transcription.reading import words_as_read
from workbench.session.transcription.timeline import Timeline
from workbench.session.transcription.transcript import (
    Provenance,
    TranscribedSegment,
    TranscribedWord,
    Transcript,
    TranscriptPart,
)

SAID = {
    "task": "transcribe",
    "language": "English",
    "duration": 12.0,
    "text": " Hello, world. It's half past nine. Thank you.",
    "words": [
        {"word": word, "start": start, "end": start + 0.3}
        for word, start in [
            *[("Hello", 0.5), ("world", 1.0), ("It's", 4.5), ("half", 5.0), ("past", 5.4)],
            *[("nine", 5.8), ("Thank", 10.0), ("you", 10.4)],
        ]
    ],
    "segments": [
        {"start": 0.5, "end": 1.3, "text": " Hello, world.", "avg_logprob": -0.1},
        {"start": 4.5, "end": 6.1, "text": " It's half past nine.", "avg_logprob": -1.4},
        {"start": 10.0, "end": 10.7, "text": " Thank you.", "no_speech_prob": 0.9},
    ],
    "x_groq": {"id": "req_1"},
}
PART = TranscriptPart(
    number=1, start=0.0, end=60.0, seconds=12.0, spans=((20.0, 24.0), (40.0, 48.0)), raw=SAID
)


@pytest.fixture
def transcript() -> Transcript:
    segments = segments_of(PART, Transcription.model_validate(SAID), silent=lambda *_: False)
    return Transcript(
        key="1700000000.000",
        name="talk.wav",
        created=1_700_000_000.0,
        parameters=TranscriptionParameters(prompt="Groq"),
        provenance=Provenance(service="SIMULATED", simulated=True, listener="Whisper base"),
        duration=90.0,
        language="en",
        parts=(
            replace(PART, state="done"),
            TranscriptPart(
                number=2,
                start=60.0,
                end=90.0,
                seconds=30.0,
                spans=((60.0, 90.0),),
                state="failed",
                problem=Problem(title="It failed", explanation="No.", retry_at=12.0),
            ),
        ),
        segments=segments,
        skipped=((24.0, 40.0),),
    )


def test_words_are_spelled_as_in_the_text_and_shared_out_to_their_segments(
    transcript: Transcript,
) -> None:
    shown = [[word.text for word in segment.words] for segment in transcript.segments]

    assert shown == [["Hello,", "world."], ["It's", "half", "past", "nine."], ["Thank", "you."]]


def test_times_skip_the_silence_that_was_left_out(transcript: Transcript) -> None:
    first, second, _ = transcript.segments

    assert (first.start, first.end) == pytest.approx((20.5, 21.3))
    assert (second.start, second.end) == pytest.approx((40.5, 42.1))
    assert second.words[-1].start == pytest.approx(41.8)


def test_what_nobody_said_is_left_out_until_it_is_wanted(transcript: Transcript) -> None:
    assert [segment.doubt for segment in transcript.segments] == [None, "uncertain", "no speech"]
    assert transcript.text == "Hello, world. It's half past nine."

    assert transcript.restored(2).text.endswith("nine. Thank you.")
    assert transcript.restored(2).restored(2, wanted=False) == transcript


def test_confidence_is_that_of_the_segment(transcript: Transcript) -> None:
    assert [word.confidence for word in transcript.segments[0].words] == [
        pytest.approx(0.905, abs=0.001)
    ] * 2
    assert transcript.segments[2].confidence is None


def test_an_edit_keeps_what_was_heard(transcript: Transcript) -> None:
    edited = transcript.with_text(1, "It is half past\n nine, sharp.")

    assert edited.is_edited
    assert edited.segments[1].text == "It is half past nine, sharp."
    assert edited.segments[1].heard == "It's half past nine."
    assert edited.with_text(1, None) == transcript
    assert edited.with_text(1, "It's half past nine.") == transcript


def test_edited_words_keep_the_times_of_those_that_were_heard(transcript: Transcript) -> None:
    segment = transcript.with_text(1, "It is about half past nine, sharp.").segments[1]

    words = words_as_read(segment)

    assert [word.text for word in words] == ["It", "is", "about", "half", "past", "nine,", "sharp."]
    by_text = {word.text: word for word in words}
    assert by_text["half"].start == pytest.approx(41.0)
    assert by_text["nine,"].start == pytest.approx(41.8)
    assert by_text["It"].start == pytest.approx(40.5)
    assert by_text["about"].confidence is None
    starts = [word.start for word in words]
    assert starts == sorted(starts)
    assert words[-1].end <= segment.end + 1e-9


def test_without_times_of_words_a_segment_s_time_is_shared() -> None:
    segment = TranscribedSegment(start=10.0, end=14.0, heard="one three")

    words = words_as_read(segment)

    assert [word.text for word in words] == ["one", "three"]
    assert (words[0].start, words[1].start, words[1].end) == (10.0, 11.5, 14.0)


def test_it_is_the_same_after_it_was_written_down(transcript: Transcript) -> None:
    edited = transcript.with_text(0, "Hallo!").restored(2)

    document = json.loads(json.dumps(document_of(edited)))
    back = transcript_of(document)

    problem = edited.parts[1].problem
    assert problem is not None
    timeless = replace(edited.parts[1], problem=replace(problem, retry_at=None))
    assert back == replace(edited, parts=(edited.parts[0], timeless))
    assert document["text"] == edited.text
    assert document["parts"][0]["raw"] == SAID  # the service's own words, untouched


def test_a_part_that_was_on_its_way_is_waiting_again(transcript: Transcript) -> None:
    sending = replace(transcript, parts=(replace(transcript.parts[0], state="sending"),))

    assert transcript_of(document_of(sending)).parts[0].state == "waiting"


@pytest.mark.parametrize(
    "change",
    [
        {"format": "something else"},
        {"version": 99},
        {"segments": 3},
        {"segments": [{"start": 1}]},
        {"segments": [{"start": "soon", "end": 1.0, "heard": "x"}]},
        {"segments": [{"start": float("inf"), "end": 1.0, "heard": "x"}]},
        {"segments": [{"start": 0.0, "end": 1.0, "heard": {"text": "x"}}]},
        {"parts": [None]},
        {"parameters": None},
        {"parameters": {"piece_seconds": -1}},
    ],
)
def test_what_is_no_transcript_is_refused(
    transcript: Transcript, change: dict[str, object]
) -> None:
    with pytest.raises(ValueError, match=r"transcript|piece"):
        transcript_of({**document_of(transcript), **change})


def test_a_later_version_may_have_written_more(transcript: Transcript) -> None:
    document = document_of(transcript)
    document["mood"] = "cheerful"

    assert transcript_of(document).text == transcript.text


def test_exports_say_what_was_said_when_and_what_is_missing(transcript: Transcript) -> None:
    edited = transcript.with_text(0, "Hallo, world & <all>.")

    assert exported(edited, "txt") == (
        "Hallo, world & <all>.\n\nIt's half past nine.\n\n[1:00 to 1:30 was not transcribed]\n"
    )
    assert exported(edited, "srt") == (
        "1\n00:00:20,500 --> 00:00:21,735\nHallo, world & <all>.\n\n"
        "2\n00:00:40,500 --> 00:00:42,100\nIt's half past nine.\n"
    )
    assert exported(edited, "vtt").startswith("WEBVTT\n\n00:00:20.500 --> ")
    assert "Hallo, world &amp; &lt;all&gt;." in exported(edited, "vtt")
    assert transcript_of(json.loads(exported(edited, "json"))).text == edited.text


def test_an_empty_transcript_exports_as_a_valid_file(transcript: Transcript) -> None:
    empty = replace(transcript, segments=(), parts=())

    assert {form: exported(empty, form) for form in FORMS if form != "json"} == {
        "txt": "",
        "srt": "",
        "vtt": "WEBVTT\n",
    }


def test_languages_without_spaces_stay_without(transcript: Transcript) -> None:
    words = tuple(
        TranscribedWord(text=text, start=at, end=at + 1, spaced=at == 0)
        for at, text in enumerate("今日は")
    )
    chinese = replace(
        transcript,
        parts=(),
        segments=(TranscribedSegment(start=0, end=3, heard="今日は", words=words),),
    )

    assert "今日は" in exported(chinese, "srt")


def test_the_transcript_knows_what_it_costs_and_where_one_is(transcript: Transcript) -> None:
    assert transcript.billed_seconds == 12.0
    assert replace(PART, seconds=2.0).billed_seconds == 10.0
    assert not transcript.complete
    assert [part.number for part in transcript.failed] == [2]
    assert transcript.at(5) is None
    assert transcript.at(21) == 0
    assert transcript.at(100) == 2


def test_who_heard_it_is_said() -> None:
    assert str(Provenance(service="api.groq.com")) == "heard by api.groq.com"
    simulated = Provenance(service="SIMULATED", simulated=True)
    assert str(simulated) == "simulated, did not listen"
    assert str(replace(simulated, listener="Whisper base")) == "simulated, heard by Whisper base"


def test_an_answer_with_nothing_but_text_is_one_segment() -> None:
    (segment,) = segments_of(PART, Transcription(text=" Hello there. "), silent=lambda *_: False)

    assert (segment.heard, segment.words) == ("Hello there.", ())
    assert (segment.start, segment.end) == (20.0, 48.0)
    assert segments_of(PART, Transcription(text="  "), silent=lambda *_: False) == ()


def test_a_word_over_a_seam_lies_on_the_side_of_its_middle() -> None:
    timeline = Timeline(((20.0, 24.0), (40.0, 48.0)))

    assert timeline.word(3.5, 4.2) == pytest.approx((23.5, 24.0))
    assert timeline.word(3.9, 4.5) == pytest.approx((40.0, 40.5))
    assert timeline.stretch(3.0, 5.0) == pytest.approx((23.0, 41.0))
    assert timeline.word(11.9, 13.0) == pytest.approx((47.9, 48.0))
    assert Timeline(()).word(3.0, 2.0) == (3.0, 3.0)


@pytest.mark.parametrize("seconds", [9.9, 601])
def test_pieces_have_a_sensible_length(seconds: float) -> None:
    with pytest.raises(ValueError, match="ten seconds to ten minutes"):
        TranscriptionParameters(piece_seconds=seconds)
