"""Where somebody speaks."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile

from workbench.sound.levels import levels_of
from workbench.sound.scan import FRAME, RATE, Scan
from workbench.sound.speech import EnergyDetector, SileroDetector, SpeechDetector, speech_detector
from workbench.sound.stretches import (
    is_silent,
    quietest_cut,
    sounding_stretches,
    speech_stretches,
)

NOISE = np.random.default_rng(7)


def judged(samples: Any, detector: SpeechDetector | None = None, block: int = 156 * FRAME) -> Scan:
    detector = detector or EnergyDetector()
    samples = np.pad(samples, (0, -len(samples) % FRAME)).astype("f4")
    speech = [detector.feed(samples[at : at + block]) for at in range(0, len(samples), block)]
    return Scan(
        duration=len(samples) / RATE,
        levels=levels_of(samples),
        speech=np.concatenate(speech),
    )


@pytest.fixture(scope="module")
def clips() -> Path:
    folder = Path(__file__).parents[3].parent / "shared" / "audio"
    if not folder.is_dir():
        pytest.skip(f"the spoken clips are not at {folder}")
    return folder


@pytest.mark.parametrize("detector", ["energy", "silero"])
def test_the_sentences_of_real_clips_are_found_and_nothing_else(clips: Path, detector: str) -> None:
    for clip in json.loads((clips / "transcripts.json").read_text())["clips"]:
        samples, _ = soundfile.read(clips / clip["file"])
        made = EnergyDetector() if detector == "energy" else speech_detector()
        found = speech_stretches(judged(samples, made))

        for sentence in clip["segments"]:
            inside = sum(
                max(0.0, min(end, sentence["end"]) - max(start, sentence["start"]))
                for start, end in found
            )
            spoken = sentence["end"] - sentence["start"]
            assert inside > 0.75 * spoken, (clip["file"], sentence, found)
        for start, end in found:
            assert any(
                start > sentence["start"] - 0.5 and end < sentence["end"] + 0.5
                for sentence in clip["segments"]
            ) or len(clip["segments"]) > len(found), (clip["file"], start, end)


def test_silence_hum_and_hiss_are_no_speech() -> None:
    time = np.arange(20 * RATE) / RATE
    for sound in (
        np.zeros(len(time)),
        NOISE.normal(0, 0.02, len(time)),
        0.05 * np.sin(2 * np.pi * 50 * time),
    ):
        assert speech_stretches(judged(sound)) == ()


def test_speech_that_hardly_stands_out_of_loud_noise_is_not_taken_for_silence(
    clips: Path,
) -> None:
    samples, _ = soundfile.read(clips / "en_us_paragraph.wav")
    power = np.sqrt(np.square(samples).mean())
    scan = judged(samples + NOISE.normal(0, power * 10 ** (-3 / 20), len(samples)))

    kept = sounding_stretches(scan)

    sentences = next(
        clip["segments"]
        for clip in json.loads((clips / "transcripts.json").read_text())["clips"]
        if clip["file"] == "en_us_paragraph.wav"
    )
    for sentence in sentences:
        assert any(
            start < sentence["start"] + 0.5 and end > sentence["end"] - 0.5 for start, end in kept
        ), (sentence, kept)
        assert not is_silent(scan, sentence["start"], sentence["end"])


def test_loud_hum_and_hiss_are_surely_silence() -> None:
    for sound in (NOISE.normal(0, 0.1, 20 * RATE), 0.2 * np.sin(np.arange(20 * RATE) * 0.02)):
        assert sounding_stretches(judged(sound)) == ()


def test_typing_and_tones_are_no_speech_to_the_network() -> None:
    time = np.arange(8 * RATE) / RATE
    clicks = np.zeros(len(time))
    clicks[:: RATE // 6] = 0.9
    assert speech_stretches(judged(clicks, SileroDetector())) == ()
    assert speech_stretches(judged(0.2 * np.sin(2 * np.pi * 440 * time), SileroDetector())) == ()


def test_the_best_detector_there_is_is_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    assert speech_detector().name == "silero"
    monkeypatch.setattr("workbench.sound.speech.find_spec", lambda name: None)
    assert speech_detector().name == "energy"


def test_a_burst_above_steady_noise_is_found_where_it_is() -> None:
    samples = NOISE.normal(0, 0.01, 20 * RATE)
    samples[8 * RATE : 10 * RATE] += 0.2 * np.sin(np.arange(2 * RATE) * 0.2)

    ((start, end),) = speech_stretches(judged(samples))

    assert (start, end) == pytest.approx((8, 10), abs=0.07)


def test_it_judges_the_same_in_small_blocks_once_it_knows_the_room() -> None:
    samples = NOISE.normal(0, 0.005, 12 * RATE)
    samples[6 * RATE : 7 * RATE] *= 30

    small = speech_stretches(judged(samples, block=FRAME * 4))
    large = speech_stretches(judged(samples))

    assert small == large


def test_a_word_at_the_very_first_sample_is_found_in_small_blocks_too() -> None:
    samples = NOISE.normal(0, 0.001, 4 * RATE)
    samples[: RATE // 2] *= 100

    ((start, _),) = speech_stretches(judged(samples, block=FRAME * 4))

    assert start == 0.0


def test_is_silent_is_careful() -> None:
    samples = NOISE.normal(0, 0.001, 20 * RATE)
    samples[10 * RATE : 11 * RATE] *= 100
    scan = judged(samples)

    assert is_silent(scan, 2, 9.5)
    assert not is_silent(scan, 2, 9.9)  # a recogniser's times are not so exact
    assert not is_silent(scan, 10.2, 10.4)
    assert is_silent(scan, 30, 40)


def test_a_cut_falls_into_the_pause() -> None:
    samples = NOISE.normal(0, 0.2, 20 * RATE)
    samples[round(12.3 * RATE) : round(12.9 * RATE)] *= 0.01
    scan = judged(samples)

    cut = quietest_cut(scan, 8, 16)

    assert 12.4 < cut.at < 12.8


def test_a_window_too_short_to_search_is_cut_in_the_middle() -> None:
    cut = quietest_cut(judged(NOISE.normal(0, 0.2, 2 * RATE)), 1.0, 1.2)

    assert cut.at == pytest.approx(1.1)
    assert cut.loud


def test_levels_are_in_decibels_of_full_scale() -> None:
    sine = np.sin(np.arange(RATE) * 0.5).astype("f4")

    assert levels_of(sine).mean() == pytest.approx(-3.01, abs=0.05)
    assert levels_of(np.zeros(RATE, dtype="f4")).max() == -120
