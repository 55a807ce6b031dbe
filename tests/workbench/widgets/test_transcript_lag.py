"""Our own lag: from the arrival of text to the terminal."""

import pytest

from workbench.widgets.transcript.lag import LagMeter, ScreenLag


def shown(meter: LagMeter, *pieces: float, at: float) -> None:
    for piece in pieces:
        meter.arrived(piece)
    meter.laid_out(visible=True)
    meter.painted()
    meter.displayed(at)


def test_nothing_is_known_before_a_frame_has_shown_something() -> None:
    meter = LagMeter()
    meter.arrived(1.0)
    assert meter.lag is None
    meter.laid_out(visible=True)
    meter.painted()
    assert meter.lag is None
    assert meter.displayed(1.020)
    assert meter.lag == ScreenLag(median=pytest.approx(0.021), p99=pytest.approx(0.021))


def test_median_and_p99_are_of_all_pieces() -> None:
    meter = LagMeter()
    for second in range(98):
        shown(meter, float(second), at=second + 0.0105)
    shown(meter, 100.0, 100.0, at=100.0805)
    assert meter.lag == ScreenLag(median=pytest.approx(0.011), p99=pytest.approx(0.081))


def test_a_piece_that_arrives_during_a_frame_belongs_to_the_next() -> None:
    meter = LagMeter()
    meter.arrived(1.0)
    meter.laid_out(visible=True)
    meter.arrived(1.001)
    meter.painted()
    meter.displayed(1.002)
    assert not meter.displayed(1.5)
    meter.laid_out(visible=True)
    meter.painted()
    meter.displayed(1.030)
    assert meter.lag is not None
    assert meter.lag.p99 == pytest.approx(0.030, abs=0.001)


def test_what_no_frame_shows_is_not_counted() -> None:
    meter = LagMeter()
    meter.arrived(1.0)
    meter.laid_out(visible=False)
    meter.painted()
    assert not meter.displayed(9.0)
    assert meter.lag is None


def test_a_very_long_lag_is_told_as_it_was() -> None:
    meter = LagMeter()
    shown(meter, 1.0, at=5.5)
    assert meter.lag == ScreenLag(median=4.5, p99=4.5)


def test_another_answer_begins_with_nothing() -> None:
    meter = LagMeter()
    shown(meter, 1.0, at=1.1)
    meter.clear()
    assert meter.lag is None


def test_the_first_and_the_last_piece_are_told_apart_from_all() -> None:
    meter = LagMeter()
    shown(meter, 1.0, 1.01, at=1.03)
    shown(meter, 2.0, 2.04, at=2.05)
    assert meter.lag is not None
    assert meter.lag.first == pytest.approx(0.03)
    assert meter.lag.last == pytest.approx(0.01)
    meter.clear()
    shown(meter, 3.0, at=3.002)
    assert meter.lag is not None
    assert meter.lag.first == pytest.approx(0.002)
