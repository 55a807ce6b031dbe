"""The recorder's end of its pipes: a workbench that does not read delays nothing."""

import fcntl
import json
import os
import queue
from collections.abc import Iterator

import pytest

from workbench.audio.capture import CaptureEnded, LevelMeasured, PcmCaptured, ZerosHeard
from workbench.recorder import wire
from workbench.recorder.link import Outbox, read_commands
from workbench.recorder.wire import Command, Event

LEVEL = LevelMeasured(samples=1, peak=-1.0, rms=-2.0, clipped=False, peaks=((0, 0),) * 3)
END = CaptureEnded(reason="stopped", samples=9, rate=16_000)


@pytest.fixture
def pipe() -> Iterator[tuple[int, int]]:
    """A pipe that holds little."""
    reading, writing = os.pipe()
    fcntl.fcntl(writing, fcntl.F_SETPIPE_SZ, 4096)
    yield reading, writing
    os.close(reading)


def all_of(reading: int) -> list[Event]:
    frames = wire.Frames()
    events: list[Event] = []
    while not events or not isinstance(events[-1], CaptureEnded):
        events += [wire.read_event(*frame) for frame in frames.feed(os.read(reading, 65_536))]
    return events


def test_while_nobody_reads_sound_and_levels_are_left_out_and_nothing_else(
    pipe: tuple[int, int],
) -> None:
    reading, writing = pipe
    with os.fdopen(writing, "wb", buffering=0) as file:
        outbox = Outbox(file)
        for number in range(2_000):
            outbox.tell(LEVEL)
            outbox.tell(PcmCaptured(start=number * 320, rate=16_000, data=bytes(640)))
        outbox.tell(ZerosHeard())
        outbox.tell(END)

        events = all_of(reading)
        outbox.flush(10)

    assert 0 < len(events) < 400
    assert events[-2:] == [ZerosHeard(), END]
    starts = [event.start for event in events if isinstance(event, PcmCaptured)]
    assert starts == sorted(starts)


def test_flushing_waits_no_longer_than_told(pipe: tuple[int, int]) -> None:
    reading, writing = pipe
    with os.fdopen(writing, "wb", buffering=0) as file:
        outbox = Outbox(file)
        for _ in range(100):
            outbox.tell(LEVEL)

        outbox.flush(0.05)
        outbox.tell(END)

        assert len(all_of(reading)) == 101
        outbox.flush(10)


def test_commands_come_in_order_and_the_end_of_the_pipe_is_the_last() -> None:
    reading, writing = os.pipe()
    inbox: queue.SimpleQueue[Command] = queue.SimpleQueue()
    with os.fdopen(reading, "rb", buffering=0) as pipe:
        read_commands(pipe, inbox)
        os.write(writing, wire.command("pause") + wire.sound(b"ab") + wire.command("stop"))
        os.close(writing)

        got = [inbox.get(timeout=10) for _ in range(4)]

    assert [command["do"] for command in got] == ["pause", "sound", "stop", "end"]


def test_noise_in_the_place_of_commands_is_the_end() -> None:
    reading, writing = os.pipe()
    inbox: queue.SimpleQueue[Command] = queue.SimpleQueue()
    with os.fdopen(reading, "rb", buffering=0) as pipe:
        read_commands(pipe, inbox)
        os.write(writing, json.dumps({"do": "stop"}).encode())

        assert inbox.get(timeout=10)["do"] == "end"
        os.close(writing)
