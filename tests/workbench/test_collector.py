"""The collector of garbage keeps out of start-up and frames."""

import gc
import sys
from collections.abc import Iterator

import pytest

from workbench import collector


@pytest.fixture(autouse=True)
def as_before() -> Iterator[None]:
    thresholds, interval = gc.get_threshold(), sys.getswitchinterval()
    yield
    gc.unfreeze()
    gc.set_threshold(*thresholds)
    sys.setswitchinterval(interval)
    gc.enable()


def test_nothing_is_collected_while_it_is_held() -> None:
    collector.hold()
    assert not gc.isenabled()


def test_what_is_loaded_at_the_first_paint_is_never_looked_at_again() -> None:
    collector.hold()
    loaded = [[]]
    collector.let_go()
    assert gc.isenabled()
    assert gc.get_freeze_count() > 0
    assert loaded not in gc.get_objects()


def test_a_program_that_held_nothing_is_left_as_it_is() -> None:
    before = gc.get_threshold(), gc.get_freeze_count()
    collector.let_go()
    assert (gc.get_threshold(), gc.get_freeze_count()) == before
