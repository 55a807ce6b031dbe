"""Levels and waveforms: how loud is how long, and what stands out."""

import pytest
from rich.style import Style
from textual.app import App, ComposeResult

from workbench.widgets.sound.bars import Bar, paint_bars
from workbench.widgets.sound.clock import clock, stopwatch
from workbench.widgets.sound.level_meter import LevelMeter
from workbench.widgets.sound.scale import (
    CLIP_SECONDS,
    FLOOR,
    HOLD_SECONDS,
    PeakHold,
    level_share,
    peak_share,
)
from workbench.widgets.sound.waveform import RecordingWaveform, RunningWaveform


class Shown(App[None]):
    """Nothing but the three of them."""

    CSS = "RunningWaveform, RecordingWaveform { height: 2; } LevelMeter { height: 1; }"

    def __init__(self) -> None:
        super().__init__()
        self.sought: list[float] = []

    def compose(self) -> ComposeResult:
        yield RunningWaveform()
        yield RecordingWaveform()
        yield LevelMeter()

    def on_recording_waveform_sought(self, message: RecordingWaveform.Sought) -> None:
        self.sought.append(message.share)


def drawn(waveform: RunningWaveform | RecordingWaveform) -> list[str]:
    return [strip.text for strip in waveform.render_lines(waveform.region.reset_offset)]


def test_a_meter_goes_from_a_silent_room_to_the_loudest_sample() -> None:
    assert level_share(-96.0) == 0.0
    assert level_share(FLOOR) == 0.0
    assert level_share(-30.0) == 0.5
    assert level_share(0.0) == 1.0


def test_quiet_speech_is_seen_and_hiss_lies_flat() -> None:
    assert peak_share(0.1) > 0.3
    assert peak_share(0.003) < 0.06
    assert peak_share(2.0) == 1.0


def test_a_peak_stands_still_and_then_falls() -> None:
    hold = PeakHold().heard(-6.0, at=1.0, clipped=False).heard(-40.0, at=1.1, clipped=False)
    assert hold.shown(0.9 + HOLD_SECONDS) == -6.0
    assert hold.shown(1.5 + HOLD_SECONDS) == pytest.approx(-18.0)
    assert hold.shown(60.0) == FLOOR
    assert hold.heard(-10.0, at=1.6 + HOLD_SECONDS, clipped=False).peak == -10.0


def test_a_clipped_sample_is_told_for_a_while() -> None:
    hold = PeakHold().heard(0.0, at=2.0, clipped=True).heard(-30.0, at=2.1, clipped=False)
    assert hold.clips(2.0 + CLIP_SECONDS - 0.1)
    assert not hold.clips(2.0 + CLIP_SECONDS)
    assert not PeakHold().clips(0.0)


def test_a_bar_is_drawn_in_eighths_and_silence_is_a_thin_line() -> None:
    styles = {"sound": Style(color="red"), "newest": Style(color="blue")}
    bars = [Bar(0.0, "sound"), Bar(0.5, "sound"), Bar(0.75, "newest"), Bar(1.0, "newest")]
    upper, lower = paint_bars(bars, 2, styles)
    assert (upper.text, lower.text) == ("  ▄█", "▁███")
    assert [segment.style for segment in lower] == [styles["sound"], styles["newest"]]


async def test_the_newest_sound_is_at_the_right_edge() -> None:
    app = Shown()
    async with app.run_test(size=(10, 5)) as pilot:
        waveform = app.query_one(RunningWaveform)
        waveform.add([0.25, 1.0])
        await pilot.pause()
        assert drawn(waveform) == ["         █", "▁▁▁▁▁▁▁▁██"]
        waveform.add([0.0] * 12)
        assert drawn(waveform) == [" " * 10, "▁" * 10]
        waveform.add([1.0], clipped=True)
        assert waveform.bars(3)[-1].look == "clipped"
        waveform.pause(True)
        assert {bar.look for bar in waveform.bars(3)} == {"paused", "clipped"}


async def test_a_recording_takes_the_width_there_is_and_lights_up_as_it_plays() -> None:
    app = Shown()
    async with app.run_test(size=(10, 5)) as pilot:
        waveform = app.query_one(RecordingWaveform)
        waveform.show_recording([0.0] * 50 + [1.0] * 50)
        await pilot.pause()
        assert drawn(waveform) == ["     █████", "▁▁▁▁▁█████"]
        waveform.show_place(0.35)
        assert [bar.look for bar in waveform.bars(5)] == ["played", "place", *["sound"] * 3]
        waveform.show_recording([0.5])
        assert len(waveform.bars(10)) == 10


async def test_a_click_on_a_recording_tells_where() -> None:
    app = Shown()
    async with app.run_test(size=(10, 5)) as pilot:
        waveform = app.query_one(RecordingWaveform)
        await pilot.click(waveform, offset=(5, 1))
        assert app.sought == []  # nothing is there to be played
        waveform.show_recording([0.1] * 30)
        await pilot.click(waveform, offset=(5, 1))
        assert app.sought == [0.5]


async def test_the_meter_says_how_loud_and_whether_it_is_too_loud() -> None:
    app = Shown()
    async with app.run_test(size=(60, 5)):
        meter = app.query_one(LevelMeter)
        assert str(meter.render()).rstrip().endswith("— dB")
        meter.show_level(-30.0, -6.0, at=1.0, clipped=False)
        shown = str(meter.render())
        assert shown.count("━") + shown.count("╸") == 41
        assert shown.index("┃") == 38
        assert "-30 dB  peak  -6" in shown
        meter.show_level(-3.0, 0.0, at=1.1, clipped=True)
        assert "CLIP" in str(meter.render())
        meter.rest()
        assert "CLIP" not in str(meter.render())


def test_times_are_read_as_on_a_clock() -> None:
    assert [clock(seconds) for seconds in (0, 7.99, 725, 3723)] == [
        *("0:00", "0:07", "12:05", "1:02:03")
    ]
    assert [stopwatch(seconds) for seconds in (0, 12.46, 3723.4)] == [
        *("00:00.0", "00:12.4", "1:02:03.4")
    ]
