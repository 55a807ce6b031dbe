"""Lanes beside each other."""

import pytest

from workbench.widgets.race.grid import grid


@pytest.mark.parametrize("width", [80, 100, 120, 160, 237])
@pytest.mark.parametrize("lanes", [2, 3, 4, 5, 6])
def test_all_lanes_fit_and_are_equally_wide(width: int, lanes: int) -> None:
    place = grid(width, lanes)

    assert place.start + lanes * place.lane + (lanes - 1) * place.gap <= width
    assert place.lane >= 9


def test_six_lanes_have_room_for_their_numbers_at_eighty_columns() -> None:
    assert grid(80, 6).lane == 10


def test_a_tiny_window_is_no_reason_to_fail() -> None:
    assert grid(3, 6).lane >= 1


def test_a_click_finds_its_lane() -> None:
    place = grid(80, 3)

    assert place.lane_at(place.start) == 0
    assert place.lane_at(place.start + place.lane - 1) == 0
    assert place.lane_at(place.start + place.lane) is None
    assert place.lane_at(place.start + place.step) == 1
    assert place.lane_at(0) is None
    assert place.lane_at(79) is None
