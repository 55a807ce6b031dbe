"""The pace of drawing follows what a frame costs."""

import pytest

from workbench.widgets.transcript.frames import FASTEST, SLOWEST, FrameBudget


def test_the_first_frame_is_drawn_at_once() -> None:
    assert FrameBudget().delay(123.0) == 0


def test_a_cheap_frame_is_followed_by_the_next_after_a_sixtieth_of_a_second() -> None:
    budget = FrameBudget()
    budget.begin(10.0)
    budget.spend(10.001, 0.001)
    assert budget.delay(10.001) == pytest.approx(FASTEST - 0.001)
    assert budget.delay(10.1) == 0


def test_a_dear_frame_leaves_three_times_its_cost_to_others() -> None:
    budget = FrameBudget()
    budget.begin(10.0)
    budget.spend(10.01, 0.01)  # laying out
    budget.spend(10.02, 0.01)  # painting
    assert budget.delay(10.02) == pytest.approx(0.06)


def test_however_dear_a_frame_is_the_next_one_comes() -> None:
    budget = FrameBudget()
    budget.begin(10.0)
    budget.spend(12.0, 2.0)
    assert budget.delay(12.0) == pytest.approx(SLOWEST)
