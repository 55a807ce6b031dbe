"""A time axis of some cells."""

import pytest

from workbench.widgets.waterfall.axis import Axis, moment


def test_a_bar_lies_where_its_time_is() -> None:
    axis = Axis(length=1.0, cells=40)

    assert axis.bar(0.25, 0.5) == (10, "█" * 10)
    assert axis.bar(0.0, 1.0) == (0, "█" * 40)


def test_a_bar_ends_within_a_cell() -> None:
    assert Axis(length=1.0, cells=10).bar(0.0, 0.15) == (0, "█▌")


@pytest.mark.parametrize("at", [0.0, 0.4, 1.0])
def test_what_took_any_time_shows(at: float) -> None:
    place, bar = Axis(length=1.0, cells=40).bar(at, at)

    assert bar == "▏"
    assert 0 <= place < 40


def test_nothing_reaches_beyond_the_axis() -> None:
    place, bar = Axis(length=1.0, cells=40).bar(0.9, 3.0)

    assert place + len(bar) == 40


def test_round_moments_bear_numbers() -> None:
    assert Axis(length=0.523, cells=52).ticks(10) == pytest.approx((0, 0.2, 0.4))
    assert Axis(length=4.0, cells=50).ticks(10) == pytest.approx((0, 1, 2, 3, 4))
    assert Axis(length=0.0, cells=50).ticks(10) == (0.0,)


def test_a_scattered_time_is_a_broken_line() -> None:
    assert Axis(length=1.0, cells=10).spread(0.2, 0.5) == (2, "╌╌╌")


def test_moments_are_milliseconds_until_they_are_long() -> None:
    assert moment(0.2, 0.5) == "200"
    assert moment(1.5, 2.0) == "1,500"
    assert moment(0.005, 0.01) == "5.0"
    assert moment(20.0, 60.0) == "20 s"
