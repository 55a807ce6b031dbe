"""What to believe."""

import pytest

from client import Segment
from workbench.session.transcription.doubt import confidence_of, doubt_of, goes_round


def segment(text: str = "Good morning, everybody.", **figures: float) -> Segment:
    return Segment(start=0, end=2, text=text, **figures)


@pytest.mark.parametrize(
    ("figures", "doubt"),
    [
        ({}, None),
        ({"avg_logprob": -0.2, "no_speech_prob": 0.01, "compression_ratio": 1.4}, None),
        ({"avg_logprob": -0.2, "no_speech_prob": 0.7}, None),
        ({"avg_logprob": -0.2, "no_speech_prob": 0.85}, "no speech"),
        ({"avg_logprob": -1.2, "no_speech_prob": 0.7}, "no speech"),
        ({"avg_logprob": -1.2, "no_speech_prob": 0.1}, "uncertain"),
        ({"avg_logprob": -0.2, "compression_ratio": 2.9}, "repetition"),
    ],
)
def test_a_segment_is_judged_by_what_the_recogniser_says_of_it(
    figures: dict[str, float], doubt: str | None
) -> None:
    assert doubt_of(segment(**figures), in_silence=False) == doubt


def test_words_where_our_own_ears_heard_nobody_are_not_believed() -> None:
    assert doubt_of(segment("Thank you.", avg_logprob=-0.1), in_silence=True) == "no speech"
    assert doubt_of(segment("Thank you.", avg_logprob=-0.1), in_silence=False) is None


@pytest.mark.parametrize(
    ("text", "round_and_round"),
    [
        ("No, no, no, that is wrong.", False),
        ("It is what it is, and that is what it is.", False),
        ("Bye bye bye bye bye bye bye", True),
        ("I don't know. I don't know. I don't know. I don't know.", True),
        ("and then we went and then we went and then we went home", False),
        ("ja " * 40, True),
        ("", False),
    ],
)
def test_a_loop_is_told_from_emphasis(text: str, round_and_round: bool) -> None:
    assert goes_round(text) is round_and_round


@pytest.mark.parametrize(
    ("logprob", "confidence"),
    [(0.0, 1.0), (-0.105, 0.9), (-1.0, 0.368), (0.5, 1.0), (float("nan"), None), (None, None)],
)
def test_confidence_is_the_mean_probability(
    logprob: float | None, confidence: float | None
) -> None:
    found = confidence_of(segment(avg_logprob=logprob) if logprob is not None else segment())

    assert found == (None if confidence is None else pytest.approx(confidence, abs=0.001))
