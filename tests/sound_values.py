"""Recordings and transcripts that tests invent."""

from datetime import UTC, datetime
from pathlib import Path

from workbench.audio.capture import (
    AudioUnavailable,
)
from workbench.audio.devices import Device, DeviceList
from workbench.audio.recordings import Recording
from workbench.session.transcription.parameters import TranscriptionParameters
from workbench.session.transcription.transcript import (
    Provenance,
    TranscribedSegment,
    TranscribedWord,
    Transcript,
    TranscriptPart,
)
from workbench.session.transcription.updates import (
    Planned,
)

RATE = 16_000
FOLDER = Path("/home/ada/recordings")
BEGUN = datetime(2026, 3, 14, 9, 26, tzinfo=UTC)
NO_LIBRARY = AudioUnavailable(
    reason="no-library",
    explanation="Recording and playing need PortAudio, a library that is not installed here.",
    command="sudo apt install libportaudio2",
)
DEVICES = DeviceList(
    devices=(
        Device(
            name="alsa_input.usb-rode",
            label="RØDE NT-USB Mini",
            api="PulseAudio",
            rate=48_000,
            channels=1,
            default=True,
        ),
        Device(
            name="alsa_input.pci", label="Built-in Audio", api="PulseAudio", rate=44_100, channels=2
        ),
        Device(
            name="alsa_output.monitor",
            label="Monitor of Built-in Audio",
            api="PulseAudio",
            rate=44_100,
            channels=2,
            monitor=True,
            extra=True,
        ),
    ),
    engine="PortAudio",
)
SAID = (
    (0.4, 3.6, "First, we checked every cable in the server room."),
    (7.9, 11.0, "After that, nobody could find the missing key."),
    (12.2, 16.8, "The parcel weighs forty two kilograms and should arrive before October."),
)


def recording(
    title: str,
    seconds: float,
    *,
    begun: datetime = BEGUN,
    device: str = "RØDE NT-USB Mini",
    **known: object,
) -> Recording:
    """A recording, one of many."""
    return Recording(
        path=FOLDER / f"{title}.wav",
        title=title,
        begun=begun,
        seconds=seconds,
        rate=RATE,
        size=round(seconds * RATE * 2) + 44,
        device=device,
        **known,  # type: ignore[arg-type]
    )


def segment(start: float, end: float, text: str, **known: object) -> TranscribedSegment:
    """A stretch of speech, its words evenly over it."""
    texts = text.split()
    length = (end - start) / len(texts)
    words = tuple(
        TranscribedWord(
            text=word, start=start + n * length, end=start + (n + 1) * length, confidence=0.93
        )
        for n, word in enumerate(texts)
    )
    return TranscribedSegment(
        **{
            "start": start,
            "end": end,
            "heard": text,
            "words": words,
            "confidence": 0.93,
            **known,
        }  # type: ignore[arg-type]
    )


def transcript(*segments: TranscribedSegment, **known: object) -> Transcript:
    """What was said in it."""
    said = segments or tuple(segment(*one) for one in SAID)
    return Transcript(
        **{
            "key": "1",
            "name": "talk.wav",
            "created": 0.0,
            "parameters": TranscriptionParameters(),
            "provenance": Provenance(service="SIMULATED", simulated=True, listener="Whisper base"),
            "duration": 17.2,
            "language": "en",
            "parts": (part(1, 0.0, 17.2),),
            "segments": said,
            **known,
        }  # type: ignore[arg-type]
    )


def part(
    number: int, start: float, end: float, state: str = "done", **known: object
) -> TranscriptPart:
    """What one request answers for."""
    return TranscriptPart(
        number=number,
        start=start,
        end=end,
        seconds=end - start,
        state=state,
        **known,  # type: ignore[arg-type]
    )


def planned(*parts: TranscriptPart) -> Planned:
    """It is known what will be sent."""
    billed = sum(one.billed_seconds for one in parts)
    return Planned(parts=parts, skipped=(), billed_seconds=billed)
