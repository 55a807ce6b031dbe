"""The answer of a simulator that does not listen: measured facts, and no invented word. No I/O."""

from collections.abc import Iterator

from workbench.simulator.clip import Clip, Sound
from workbench.simulator.transcript import Segment, Transcript, Word

#: Why there are no real words when no model was named.
NO_MODEL = (
    "To hear real words, install groq-workbench[listen] and start the simulator with --listen MODEL"
)
_CHANNELS = {1: "mono", 2: "stereo"}


def transcript_of(clip: Clip, language: str, reason: str) -> Transcript:
    """What can be said of a clip without listening to it.

    The text says so itself. Each stretch of sound is a segment with its times, and the words that
    tell about it are spread over it; silence has no segments, as it has no words.
    """
    segments: list[Segment] = []
    words: list[Word] = []
    for number, measured in enumerate(clip.sounds):
        told = _about_sound(measured)
        if number == 0:
            told = f"{_about_clip(clip, reason)} {told}"
        sound = _within(measured, clip.seconds)
        segments.append(_segment(number, sound, f" {told}"))
        words += _spread(told.split(), sound)
    return Transcript(language=language, segments=tuple(segments), words=tuple(words))


def _about_clip(clip: Clip, reason: str) -> str:
    channels = _CHANNELS.get(clip.channels, f"{clip.channels} channels")
    return (
        f"(The simulator did not listen: {clip.seconds:.1f} s of audio, "
        f"{clip.sample_rate / 1000:g} kHz {channels}, {clip.level:.0f} dBFS. {reason}.)"
    )


def _about_sound(sound: Sound) -> str:
    return f"[sound from {sound.start:.2f} s to {sound.end:.2f} s, {sound.level:.0f} dBFS]"


def _within(sound: Sound, seconds: float) -> Sound:
    return Sound(start=min(sound.start, seconds), end=min(sound.end, seconds), level=sound.level)


def _segment(number: int, sound: Sound, text: str) -> Segment:
    return Segment(
        id=number, seek=int(sound.start * 100), start=sound.start, end=sound.end, text=text
    )


def _spread(words: list[str], sound: Sound) -> Iterator[Word]:
    """The words one after the other over the stretch, longer ones for longer."""
    total = sum(len(word) + 1 for word in words)
    length = sound.end - sound.start
    passed = 0
    for word in words:
        start = sound.start + length * passed / total
        passed += len(word) + 1
        end = sound.start + length * passed / total
        yield Word(word=word, start=round(start, 2), end=min(round(end, 2), sound.end))
