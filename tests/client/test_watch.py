"""One alarm for many waits."""

import pytest

from client.testing import FakeClock
from client.watch import Watch


class Stage:
    """A watch, and when it found something overdue."""

    def __init__(self) -> None:
        self.clock = FakeClock(now=0.0)
        self.overdue: list[float] = []
        self.watch = Watch(self.clock, lambda: self.overdue.append(self.clock.now()))


@pytest.fixture
def stage() -> Stage:
    return Stage()


async def test_a_wait_that_takes_too_long_is_overdue_at_its_time(stage: Stage) -> None:
    stage.watch.begin(30.0)
    await stage.clock.advance(29.0)
    assert stage.overdue == []

    await stage.clock.advance(2.0)

    assert stage.overdue == [30.0]
    assert stage.clock.waiting == 0


async def test_a_wait_that_has_ended_is_never_overdue(stage: Stage) -> None:
    stage.watch.begin(30.0)
    stage.watch.end()

    await stage.clock.advance(100.0)

    assert stage.overdue == []


async def test_the_alarm_is_put_off_for_a_later_wait(stage: Stage) -> None:
    for second in range(20):
        stage.watch.begin(second + 30.0)
        assert stage.clock.waiting == 1
        stage.watch.end()
        await stage.clock.advance(1.0)
    stage.watch.begin(50.0)

    await stage.clock.advance(100.0)

    assert stage.overdue == [50.0]


async def test_a_shorter_wait_moves_the_alarm_forward(stage: Stage) -> None:
    stage.watch.begin(30.0)
    stage.watch.begin(2.0)
    assert stage.clock.waiting == 1

    await stage.clock.advance(100.0)

    assert stage.overdue == [2.0]


async def test_what_is_due_already_is_overdue_at_the_next_turn(stage: Stage) -> None:
    stage.watch.begin(-1.0)
    assert stage.overdue == []

    await stage.clock.advance(0.0)

    assert stage.overdue == [0.0]


async def test_stopped_it_leaves_no_alarm_and_can_begin_again(stage: Stage) -> None:
    stage.watch.begin(30.0)
    stage.watch.stop()
    assert stage.clock.waiting == 0
    stage.watch.begin(5.0)

    await stage.clock.advance(10.0)

    assert stage.overdue == [5.0]
