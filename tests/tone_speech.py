"""Speech that a test can hear: every word is a tone of its own, and an ear knows them all again.

What goes through files, cuts, silence left out and seams comes back as words, so that a test can
say which of them were lost or doubled.
"""

import io
import json
import random
from collections.abc import Mapping
from contextlib import aclosing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import soundfile

from client import GroqClient, Request, RetryPolicy
from client.testing import FakeClock, FakeResponse
from workbench.sound.scan import RATE

LOWEST, STEP = 400.0, 40.0
WINDOW, HOP = 1024, 128
LIMITS = {
    "x-ratelimit-limit-requests": "2000",
    "x-ratelimit-remaining-requests": "1999",
    "x-ratelimit-reset-requests": "43.2s",
    "x-ratelimit-limit-audio-seconds": "720000",
    "x-ratelimit-remaining-audio-seconds": "719990",
    "x-ratelimit-reset-audio-seconds": "1s",
}


def name(index: int) -> str:
    """How a word is written: no two alike."""
    return "bdfgklmnprst"[index % 12] + "aeiou"[index // 12 % 5] + "bdfgklmnprst"[index // 60 % 12]


@dataclass(kw_only=True)
class ToneSpeech:
    """Words in a row; ``pauses`` are the seconds of silence before some of them."""

    count: int
    word_seconds: float = 0.24
    gap: float = 0.08
    pauses: Mapping[int, float] = field(default_factory=dict)
    ending: float = 0.3

    def __post_init__(self) -> None:
        rng = np.random.default_rng(1)
        parts: list[Any] = []
        self.words: list[tuple[str, float, float]] = []
        for index in range(self.count):
            silence = self.pauses.get(index, self.gap)
            parts.append(np.zeros(round(silence * RATE)))
            at = sum(map(len, parts)) / RATE
            time = np.arange(round(self.word_seconds * RATE)) / RATE
            parts.append(0.3 * np.sin(2 * np.pi * (LOWEST + STEP * index) * time))
            self.words.append((name(index), at, at + self.word_seconds))
        parts.append(np.zeros(round(self.ending * RATE)))
        self.samples = np.concatenate(parts)
        self.samples += rng.normal(0, 1e-4, len(self.samples))  # nothing is quite silent

    @property
    def text(self) -> str:
        return " ".join(word for word, _, _ in self.words)

    def write(self, path: Path, *, rate: int = RATE, channels: int = 1, **form: Any) -> Path:
        """Write it as a file of the kind that the name says, at any rate."""
        samples = self.samples
        if rate != RATE:
            at = np.arange(round(len(samples) * rate / RATE)) * RATE / rate
            samples = np.interp(at, np.arange(len(samples)), samples)
        soundfile.write(path, np.repeat(samples[:, None], channels, axis=1), rate, **form)
        return path


@dataclass
class Ear:
    """Answers requests for transcription by listening to what was sent.

    Attributes:
        jitter: seconds by which its times are wrong at most, differently each time.
        words: whether it gives times of words.
        failing: the answers to the requests with these numbers, counted from 1, and how often.

    """

    jitter: float = 0.0
    words: bool = True
    failing: dict[int, Any] = field(default_factory=dict)
    limits: Mapping[str, str] = field(default_factory=lambda: LIMITS)
    heard: list[str] = field(default_factory=list)
    fields: list[dict[str, str]] = field(default_factory=list)
    seconds: list[float] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.requests: list[Request] = []
        self.bodies: list[bytes] = []
        self.clock = FakeClock()

    def client(self, **seams: Any) -> GroqClient:
        seams.setdefault("retry", RetryPolicy(attempts=1))
        return GroqClient(transport=self, clock=self.clock, api_key="gsk_test", **seams)

    async def send(self, request: Request) -> FakeResponse:
        """Answer a request by what its sound holds, as a transport does."""
        self.requests.append(request)
        number = len(self.requests)
        assert request.body is not None
        assert not isinstance(request.body, bytes)
        async with aclosing(request.body.open()) as pieces:
            body = b"".join([piece async for piece in pieces])
        self.bodies.append(body)
        failing = self.failing.get(number)
        if isinstance(failing, Exception):
            raise failing
        return failing or self._answer(number, form_of(body))

    async def aclose(self) -> None:
        """Nothing to close."""

    def _answer(self, number: int, form: dict[str, bytes]) -> FakeResponse:
        self.fields.append({key: value.decode() for key, value in form.items() if key != "file"})
        samples, rate = soundfile.read(io.BytesIO(form["file"]))
        assert rate == RATE
        self.seconds.append(len(samples) / RATE)
        rng = random.Random(number)
        spoken = [
            (word, *(max(0.0, time + rng.uniform(-self.jitter, self.jitter)) for time in times))
            for word, *times in listen(samples)
        ]
        self.heard.append(" ".join(word for word, *_ in spoken))
        return FakeResponse.json(self._body(spoken, len(samples) / RATE), headers=self.limits)

    def _body(self, spoken: list[Any], seconds: float) -> dict[str, object]:
        sentences = [spoken[at : at + 7] for at in range(0, len(spoken), 7)]
        text = "".join(f" {_sentence(words)}" for words in sentences)
        body: dict[str, object] = {
            "task": "transcribe",
            "language": "English",
            "duration": seconds,
            "text": text,
            "segments": [_segment(number, words) for number, words in enumerate(sentences)],
            "x_groq": {"id": "req_tones"},
        }
        if self.words:
            body["words"] = [
                {"word": word, "start": start, "end": max(start, end)}
                for word, start, end in spoken
            ]
        return body


def _sentence(words: list[Any]) -> str:
    return f"{' '.join(word for word, *_ in words).capitalize()}."


def _segment(number: int, words: list[Any]) -> dict[str, object]:
    return {
        "id": number,
        "seek": 0,
        "start": words[0][1],
        "end": max(words[-1][2], words[0][1]),
        "text": f" {_sentence(words)}",
        "tokens": [50364 + number],
        "temperature": 0.0,
        "avg_logprob": -0.2,
        "compression_ratio": 1.3,
        "no_speech_prob": 0.01,
    }


def listen(samples: Any) -> list[tuple[str, float, float]]:
    """The words in a sound with their times; a tone that was cut short is an "um"."""
    if len(samples) < WINDOW:
        return []
    frames = np.lib.stride_tricks.sliding_window_view(samples, WINDOW)[::HOP]
    power = np.abs(np.fft.rfft(frames * np.hanning(WINDOW), 4 * WINDOW))
    peak = power.argmax(axis=1) * RATE / (4 * WINDOW)
    index = np.where(power.max(axis=1) > 5.0, np.rint((peak - LOWEST) / STEP), -1).astype(int)
    words = []
    begin = 0
    for at in range(1, len(index) + 1):
        if at < len(index) and index[at] == index[begin]:
            continue
        start, end = (begin * HOP + WINDOW / 2) / RATE, (at * HOP + WINDOW / 2) / RATE
        if index[begin] >= 0 and end - start > 0.04:
            words.append((name(index[begin]) if end - start > 0.12 else "um", start, end))
        begin = at
    return words


def form_of(body: bytes) -> dict[str, bytes]:
    """The fields of an upload."""
    boundary = body.partition(b"\r\n")[0]
    fields: dict[str, bytes] = {}
    for part in body.split(boundary)[1:-1]:
        head, _, value = part.partition(b"\r\n\r\n")
        fields[head.split(b'name="')[1].split(b'"')[0].decode()] = value[:-2]
    return fields


def refusal(status: int, message: str, **headers: str) -> FakeResponse:
    """A refusal in the service's form."""
    error = {"error": {"message": message, "type": "invalid_request_error"}}
    return FakeResponse(
        status=status,
        headers={"content-type": "application/json", **headers},
        body=(json.dumps(error).encode(),),
    )
