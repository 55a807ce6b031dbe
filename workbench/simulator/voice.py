"""A voice made of tones: one per syllable, as long as the text, and no pretence of words. No I/O.

Each syllable is a row of harmonics, shaped by the resonances of its vowel, after a breath of noise
where it begins with a hard consonant. Pitch falls towards the end of a sentence and rises before a
question mark.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from random import Random
from typing import TYPE_CHECKING

from workbench.simulator.pcm import SAMPLE_RATE

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Samples = NDArray[np.float64]

_SYLLABLE_SECONDS, _BREATH_SECONDS = 0.16, 0.04
_WORD_PAUSE, _COMMA_PAUSE, _SENTENCE_PAUSE = 0.05, 0.18, 0.32
_HARMONICS = 24
_WORD = re.compile(r"(\w[\w'\u2019]*)|([.!?\u2026\u061f]+)|([,;:\u2013\u2014\u060c-])")
_SYLLABLE = re.compile(r"[^aeiouyäöü]*[aeiouyäöü]+(?:[^aeiouyäöü]+$)?|.{1,3}")
_ASKING = frozenset("?\u061f")
_HARD = frozenset("cfhkpqstxz")
# Where each vowel resonates, in hertz.
_FORMANTS: dict[str, tuple[int, int, int]] = {
    "a": (730, 1090, 2440),
    "e": (530, 1840, 2480),
    "i": (270, 2290, 3010),
    "o": (570, 840, 2410),
    "u": (300, 870, 2240),
    "y": (270, 2100, 2900),
}
_NEUTRAL = (500, 1500, 2500)


@dataclass(frozen=True, slots=True, kw_only=True)
class Timbre:
    """What tells one speaker from another: pitch in hertz, size of the throat, pace."""

    pitch: float
    throat: float
    pace: float


def timbre_of(voice: str) -> Timbre:
    """The same name always sounds the same."""
    chance = Random(voice)  # noqa: S311 - no secret
    high = chance.random()
    return Timbre(
        pitch=95 + 130 * high,
        throat=0.92 + 0.25 * high + 0.04 * chance.random(),
        pace=0.92 + 0.2 * chance.random(),
    )


def speak(text: str, voice: str, speed: float = 1.0) -> bytes:
    """Mono 16 bit samples of a text; takes some hundredths of a second."""
    import numpy as np

    timbre = timbre_of(voice)
    margin = np.zeros(SAMPLE_RATE // 20)
    sounds = [_sound(syllable, timbre, timbre.pace * speed) for syllable in _syllables(text)]
    samples = np.concatenate((margin, *sounds, margin))
    return (samples * 32_000).astype("<i2").tobytes()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Syllable:
    """A few letters, how high they are spoken, and the pause after them."""

    letters: str
    lift: float
    pause: float = 0.0


def _syllables(text: str) -> Iterator[_Syllable]:
    """The sounds of a text, sentence by sentence."""
    sentence: list[tuple[str, float]] = []
    for word, stop, comma in _WORD.findall(text):
        if word:
            split = _SYLLABLE.findall(word.lower())
            sentence += [(letters, 0.0) for letters in split[:-1]]
            sentence.append((split[-1], _WORD_PAUSE))
        elif sentence and comma:
            sentence[-1] = (sentence[-1][0], _COMMA_PAUSE)
        elif sentence:
            yield from _spoken(sentence, asking=not _ASKING.isdisjoint(stop), pause=_SENTENCE_PAUSE)
            sentence = []
    yield from _spoken(sentence, asking=False, pause=0.0)


def _spoken(
    sentence: list[tuple[str, float]], *, asking: bool, pause: float
) -> Iterator[_Syllable]:
    last = len(sentence) - 1
    for place, (letters, rest) in enumerate(sentence):
        lift = 1.12 - 0.28 * place / max(1, last)
        if place == last:
            yield _Syllable(letters=letters, lift=1.3 if asking else lift, pause=pause)
        else:
            yield _Syllable(letters=letters, lift=lift, pause=rest)


def _sound(syllable: _Syllable, timbre: Timbre, pace: float) -> "Samples":
    import numpy as np

    count = int(SAMPLE_RATE * _SYLLABLE_SECONDS / pace * (0.8 + 0.1 * len(syllable.letters)))
    time = np.arange(count) / SAMPLE_RATE
    pitch = timbre.pitch * syllable.lift
    vowel = next((letter for letter in syllable.letters if letter in _FORMANTS), "")
    resonances = [timbre.throat * formant for formant in _FORMANTS.get(vowel, _NEUTRAL)]
    tone = np.zeros(count)
    for number in range(1, _HARMONICS + 1):
        height = number * pitch
        strength = 0.03 / number + sum(
            share * np.exp(-(((height - resonance) / 160) ** 2))
            for share, resonance in zip((1.0, 0.5, 0.25), resonances, strict=True)
        )
        tone += strength * np.sin(2 * np.pi * height * time)
    tone *= _envelope(count) * 0.5 / max(1e-9, float(np.abs(tone).max()))
    breath = _breath(syllable.letters) if syllable.letters[0] in _HARD else np.zeros(0)
    return np.concatenate((breath, tone, np.zeros(int(SAMPLE_RATE * syllable.pause / pace))))


def _envelope(count: int) -> "Samples":
    import numpy as np

    rise, fall = int(0.02 * SAMPLE_RATE), int(0.05 * SAMPLE_RATE)
    steps = np.arange(count)
    shape: Samples = np.minimum(1.0, np.minimum((steps + 1) / rise, (count - steps) / fall))
    return shape


def _breath(letters: str) -> "Samples":
    import numpy as np

    count = int(SAMPLE_RATE * _BREATH_SECONDS)
    noise = np.random.default_rng(sum(map(ord, letters))).standard_normal(count)
    return noise * np.hanning(count) * 0.05
