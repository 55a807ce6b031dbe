"""What goes through the recorder's pipes."""

import pytest

from workbench.audio.capture import (
    AudioUnavailable,
    CaptureEnded,
    CaptureStarted,
    DevicesListed,
    LevelMeasured,
    PcmCaptured,
    ZerosHeard,
)
from workbench.audio.devices import Device, DeviceList
from workbench.audio.playback import PlaybackEnded, PlaybackMoved
from workbench.recorder import wire

EVENTS = [
    ZerosHeard(),
    CaptureStarted(after=0.05, silent=True),
    LevelMeasured(samples=960, peak=-1.5, rms=-20.0, clipped=False, peaks=((-3, 4), (0, 0))),
    PcmCaptured(start=2**33, rate=48_000, data=b"\0\1\2\3"),
    CaptureEnded(reason="lost", samples=5, rate=16_000, detail="gone \N{SNOWMAN}"),
    AudioUnavailable(reason="no-library", explanation="No.", command="sudo apt"),
    DevicesListed(
        found=DeviceList(
            devices=(Device(name="a", label="A", api="ALSA", rate=44_100, default=True),),
            engine="PortAudio",
        )
    ),
    PlaybackMoved(seconds=1.5, starved=0.1),
    PlaybackEnded(reason="played", seconds=2.0),
]


def test_every_event_comes_out_as_it_went_in_one_byte_at_a_time() -> None:
    frames = wire.Frames()
    sent = b"".join(wire.event(event) for event in EVENTS)

    got = [
        wire.read_event(*frame)
        for at in range(len(sent))
        for frame in frames.feed(sent[at : at + 1])
    ]

    assert got == EVENTS


def test_commands_and_sound_come_out_as_they_went_in() -> None:
    sent = wire.command("record", path="/a b.wav", device=None) + wire.sound(b"\0\1")

    commands = [wire.read_command(*frame) for frame in wire.Frames().feed(sent)]

    assert commands == [
        {"do": "record", "path": "/a b.wav", "device": None},
        {"do": "sound", "data": b"\0\1"},
    ]


@pytest.mark.parametrize("noise", [b"ALSA lib pcm.c:2664: unknown", b"J\xff\xff\xff\xff"])
def test_noise_is_no_frame(noise: bytes) -> None:
    with pytest.raises(wire.WireError):
        list(wire.Frames().feed(noise))


@pytest.mark.parametrize(
    "said", [b"{", b"{}", b'{"event": "Unheard"}', b'{"event": "ZerosHeard", "x": 1}']
)
def test_an_event_that_nobody_knows_is_an_error(said: bytes) -> None:
    with pytest.raises(wire.WireError):
        wire.read_event(b"J", said)
