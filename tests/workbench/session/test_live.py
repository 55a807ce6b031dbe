"""Text while somebody speaks."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import aclosing
from itertools import pairwise

import numpy as np
import pytest

from client import RetryPolicy
from client.testing import settle
from tests.tone_speech import Ear, ToneSpeech, refusal
from workbench.session.live import (
    LiveEnded,
    LiveFailed,
    LiveTextChanged,
    LiveTranscription,
    LiveUpdate,
)
from workbench.session.transcription.parameters import TranscriptionParameters
from workbench.sound.flac import as_integers
from workbench.sound.scan import RATE
from workbench.sound.speech import EnergyDetector

BLOCK = RATE // 10
PARAMETERS = TranscriptionParameters(language="en", prompt="Names: Ada")


class Recording:
    """A microphone that hears speech; time passes when all that was said has had its effect."""

    def __init__(self, speech: ToneSpeech) -> None:
        self.pcm = as_integers(speech.samples.astype("f4")).tobytes()

    async def heard_by(self, live: LiveTranscription) -> AsyncIterator[bytes]:
        for at in range(0, len(self.pcm), 2 * BLOCK):
            yield self.pcm[at : at + 2 * BLOCK]
            await settle(3)
            while live.asking:  # noqa: ASYNC110 - what is sent is encoded in a thread
                await asyncio.sleep(0)


def live_with(ear: Ear, **options: float) -> LiveTranscription:
    groq = ear.client(retry=RetryPolicy(attempts=1))
    return LiveTranscription(groq, PARAMETERS, detector=EnergyDetector(), **options)


async def followed(ear: Ear, speech: ToneSpeech, **options: float) -> list[LiveUpdate]:
    live = live_with(ear, **options)
    return [
        update async for update in live.follow(Recording(speech).heard_by(live), sample_rate=RATE)
    ]


def bare(text: str) -> list[str]:
    return text.replace(".", "").lower().split()


def texts(updates: list[LiveUpdate]) -> list[LiveTextChanged]:
    return [update for update in updates if isinstance(update, LiveTextChanged)]


async def test_text_appears_while_somebody_speaks_and_none_is_lost_or_doubled() -> None:
    speech = ToneSpeech(count=110, pauses={30: 1.0, 62: 1.5, 90: 4.0})

    updates = await followed(Ear(jitter=0.05), speech)

    outcome = updates[-1]
    assert isinstance(outcome, LiveEnded)
    assert bare(outcome.text) == speech.text.split()
    assert outcome.missing == 0
    assert len(texts(updates)) >= 4


async def test_what_was_committed_never_changes() -> None:
    speech = ToneSpeech(count=110, pauses={40: 1.0, 80: 3.0})

    updates = await followed(Ear(jitter=0.1), speech)

    committed = [update.committed for update in texts(updates)]
    for before, after in pairwise(committed):
        assert after.startswith(before)
    assert any(update.tentative for update in texts(updates))


async def test_silence_is_never_sent() -> None:
    ear = Ear()

    updates = await followed(ear, ToneSpeech(count=0, ending=60.0))

    assert updates == [LiveEnded(text="", billed_seconds=0.0)]
    assert not ear.requests


@pytest.mark.parametrize("gap", [0.07, 0.09, 0.12])
async def test_whoever_never_pauses_loses_no_word(gap: float) -> None:
    speech = ToneSpeech(count=160, gap=gap, word_seconds=0.3)

    updates = await followed(Ear(), speech)

    assert isinstance(updates[-1], LiveEnded)
    assert bare(updates[-1].text) == speech.text.split()


async def test_requests_are_few_and_their_price_is_told() -> None:
    speech = ToneSpeech(count=180)
    ear = Ear()

    updates = await followed(ear, speech)

    seconds = len(speech.samples) / RATE
    assert len(ear.requests) <= seconds / 5 + 2
    outcome = updates[-1]
    assert isinstance(outcome, LiveEnded)
    assert outcome.billed_seconds == pytest.approx(
        sum(max(10.0, sent) for sent in ear.seconds), abs=len(ear.seconds)
    )
    assert max(ear.seconds) < 30


async def test_a_short_sentence_is_settled_by_the_silence_after_it_and_not_paid_twice() -> None:
    ear = Ear()

    updates = await followed(ear, ToneSpeech(count=10, ending=20.0))

    assert len(ear.requests) == 1
    last = texts(updates)[-1]
    assert bare(last.committed) == ToneSpeech(count=10).text.split()
    assert last.tentative == ""


async def test_the_last_words_are_heard_though_recording_stops_at_once() -> None:
    speech = ToneSpeech(count=45, ending=0.0)

    updates = await followed(Ear(), speech)

    assert isinstance(updates[-1], LiveEnded)
    assert bare(updates[-1].text) == speech.text.split()


async def test_the_recogniser_is_told_what_came_before_and_the_names_to_expect() -> None:
    ear = Ear()

    await followed(ear, ToneSpeech(count=110))

    assert ear.fields[0]["prompt"] == "Names: Ada"
    assert ear.fields[-1]["prompt"].startswith("Names: Ada ")
    assert len(ear.fields[-1]["prompt"]) < 260
    assert {sent["language"] for sent in ear.fields} == {"en"}


async def test_a_request_that_fails_costs_no_word() -> None:
    speech = ToneSpeech(count=110)
    ear = Ear(failing={2: refusal(503, "Over capacity")})

    updates = await followed(ear, speech)

    (failed,) = [update for update in updates if isinstance(update, LiveFailed)]
    assert not failed.over
    outcome = updates[-1]
    assert isinstance(outcome, LiveEnded)
    assert bare(outcome.text) == speech.text.split()


async def test_a_refused_key_ends_it_with_what_was_heard() -> None:
    ear = Ear(failing=dict.fromkeys(range(2, 99), refusal(401, "Invalid API Key")))

    updates = await followed(ear, ToneSpeech(count=110))

    failed, outcome = updates[-2:]
    assert isinstance(failed, LiveFailed)
    assert failed.over
    assert failed.problem.title == "The API key was not accepted"
    assert isinstance(outcome, LiveEnded)
    assert outcome.text
    assert outcome.missing > 0
    assert len(ear.requests) == 2


async def test_tight_limits_space_the_requests_out() -> None:
    tight = Ear()
    tight.limits = {**tight.limits, "x-ratelimit-limit-audio-seconds": "3600"}
    wide = Ear()
    speech = ToneSpeech(count=150)

    await followed(tight, speech)
    await followed(wide, speech)

    assert 1 < len(tight.requests) < len(wide.requests)


async def test_leaving_stops_at_once() -> None:
    before = asyncio.all_tasks()
    live = live_with(Ear())

    async with aclosing(
        live.follow(Recording(ToneSpeech(count=60)).heard_by(live), sample_rate=RATE)
    ) as updates:
        await anext(updates)

    await settle()
    assert asyncio.all_tasks() == before


async def test_a_microphone_that_fails_is_not_hidden() -> None:
    async def broken() -> AsyncIterator[bytes]:
        yield bytes(2 * RATE)
        raise OSError("The device is gone.")

    with pytest.raises(OSError, match="gone"):
        async for _ in live_with(Ear()).follow(broken(), sample_rate=RATE):
            pass


async def test_blocks_of_odd_sizes_at_another_rate_are_heard_too() -> None:
    speech = ToneSpeech(count=30)
    at = np.arange(len(speech.samples) * 3) / 3
    samples = np.interp(at, np.arange(len(speech.samples)), speech.samples)
    pcm = as_integers(samples.astype("f4")).tobytes()

    async def blocks() -> AsyncIterator[bytes]:
        for start in range(0, len(pcm), 4_801):
            yield pcm[start : start + 4_801]

    updates = [update async for update in live_with(Ear()).follow(blocks(), sample_rate=3 * RATE)]

    assert isinstance(updates[-1], LiveEnded)
    assert bare(updates[-1].text) == speech.text.split()
