"""Reading an answer aloud without a loudspeaker, from a service that answers from a script."""

import json
import struct

import pytest

from client import GroqClient
from client.testing import FakeClock, FakeResponse, FakeTransport, Stall
from tests.sound_fakes import FakeChoices, FakeSpeaker
from tests.takes import told, until
from workbench.audio.capture import AudioUnavailable
from workbench.audio.playback import SoundForm
from workbench.session.speaking import (
    PartSpoken,
    Speaking,
    SpeakingBegan,
    SpeakingEnded,
)

RATE = 24_000
LONG = "This sentence is as long as a sentence may well be. " * 8


def wav(seconds: float, *, rate: int = RATE, bits: int = 16) -> FakeResponse:
    """Speech as the service sends it: the sizes in its header are placeholders."""
    frame = bits // 8
    header = (
        struct.pack("<4sI8sI", b"RIFF", 0xFFFF_FFFF, b"WAVEfmt ", 16)
        + struct.pack("<HHIIHH", 1, 1, rate, rate * frame, frame, bits)
        + struct.pack("<4sI", b"data", 0xFFFF_FFFF)
    )
    body = header + b"\1" * (round(seconds * rate) * frame)
    pieces = [body[at : at + 8_001] for at in range(0, len(body), 8_001)]
    return FakeResponse(body=pieces, headers={"content-type": "audio/wav"})


def session(
    speaker: FakeSpeaker, *answers: FakeResponse | Exception
) -> tuple[Speaking, FakeTransport]:
    transport = FakeTransport(*answers)
    groq = GroqClient(transport=transport, clock=FakeClock(), api_key="gsk_test", retry=None)
    return Speaking(groq, speaker=speaker, choices=FakeChoices()), transport


def inputs(transport: FakeTransport) -> list[str]:
    return [str(json.loads(request.body or b"{}")["input"]) for request in transport.requests]


async def test_an_answer_is_read_part_by_part() -> None:
    speaker = FakeSpeaker()
    speaking, transport = session(speaker, wav(1.0))

    async with told(speaking.speak(LONG)) as heard:
        end = await heard.end()

    began = heard.events[0]
    assert isinstance(began, SpeakingBegan)
    assert len(began.parts) > 1
    assert inputs(transport) == list(began.parts)
    assert all(len(part) <= 200 for part in began.parts)
    spoken = [event for event in heard.events if isinstance(event, PartSpoken)]
    assert [event.number for event in spoken] == list(range(1, len(began.parts) + 1))
    assert spoken[0].after is not None
    assert end == SpeakingEnded(reason="spoken", heard=len(began.parts))
    assert speaker.form == SoundForm(rate=RATE)


async def test_between_two_parts_there_is_the_pause_of_a_sentence() -> None:
    speaker = FakeSpeaker()
    speaking, transport = session(speaker, wav(1.0))

    async with told(speaking.speak(LONG)) as heard:
        await heard.end()

    count = len(transport.requests)
    assert len(speaker.played) / RATE / 2 == pytest.approx(count * 1.0 + (count - 1) * 0.2)


async def test_nothing_to_say_sends_nothing() -> None:
    speaking, transport = session(FakeSpeaker(), wav(1.0))

    async with told(speaking.speak("---\n\n***")) as heard:
        end = await heard.end()

    assert end == SpeakingEnded(reason="nothing", heard=0)
    assert not transport.requests


async def test_stopping_asks_for_no_more() -> None:
    speaker = FakeSpeaker()
    speaking, transport = session(speaker, wav(60.0))

    async with told(speaking.speak(LONG * 10)) as heard:
        await heard.heard(PartSpoken)
        await speaking.stop()
        end = await heard.end()

    assert isinstance(end, SpeakingEnded)
    assert end.reason == "stopped"
    assert len(transport.requests) < 4


async def test_it_can_be_stopped_before_the_first_sound() -> None:
    speaker = FakeSpeaker()
    silent = FakeResponse(body=[Stall(), b""], headers={"content-type": "audio/wav"})
    speaking, transport = session(speaker, silent)

    async with told(speaking.speak("Hello.")) as heard:
        await heard.heard(SpeakingBegan)
        await until(lambda: transport.requests)
        await speaking.stop()
        end = await heard.end()

    assert end == SpeakingEnded(reason="stopped", heard=0)
    assert speaker.form is None


async def test_a_refusal_says_why_after_what_was_heard() -> None:
    refused = FakeResponse.json(
        {"error": {"message": "The model requires terms acceptance.", "code": "terms"}}, status=400
    )
    speaking, _ = session(FakeSpeaker(), wav(1.0), refused)

    async with told(speaking.speak(LONG)) as heard:
        end = await heard.end()

    assert isinstance(end, SpeakingEnded)
    assert (end.reason, end.heard) == ("failed", 1)
    assert end.problem is not None
    assert "terms acceptance" in end.problem.explanation


async def test_a_refusal_at_once_opens_no_loudspeaker() -> None:
    refused = FakeResponse.json({"error": {"message": "No."}}, status=404)
    speaker = FakeSpeaker()
    speaking, _ = session(speaker, refused)

    async with told(speaking.speak("Hello.")) as heard:
        end = await heard.end()

    assert isinstance(end, SpeakingEnded)
    assert end.reason == "failed"
    assert end.problem is not None
    assert speaker.form is None


async def test_sound_that_cannot_be_played_is_said() -> None:
    speaking, _ = session(FakeSpeaker(), wav(1.0, bits=24))

    async with told(speaking.speak("Hello.")) as heard:
        end = await heard.end()

    assert isinstance(end, SpeakingEnded)
    assert end.problem is not None
    assert "24 bits" in end.problem.explanation


async def test_without_a_loudspeaker_the_command_that_helps_is_told() -> None:
    missing = AudioUnavailable(reason="no-library", explanation="No.", command="sudo apt")
    speaking, _ = session(FakeSpeaker(failing=missing), wav(1.0))

    async with told(speaking.speak("Hello.")) as heard:
        end = await heard.end()

    assert isinstance(end, SpeakingEnded)
    assert end.command == "sudo apt"
