"""One bucket: what it holds as time goes by, and when it is blocked."""

import pytest

from client.resilience.buckets import Block, Bucket


def test_a_bucket_refills_continuously_and_never_beyond_full() -> None:
    bucket = Bucket(6000, 60.0, 0.0)
    bucket.give(-6000)
    assert bucket.wait_for(600, 0.0) == pytest.approx(6.0)
    assert bucket.wait_for(600, 5.0) == pytest.approx(1.0)
    assert bucket.wait_for(600, 6.0) == 0
    bucket.refill(1000.0)
    assert bucket.level == 6000


def test_a_debt_is_paid_first() -> None:
    bucket = Bucket(6000, 60.0, 0.0)
    bucket.give(-7000)
    assert bucket.wait_for(100, 0.0) == pytest.approx(11.0)


def test_a_smaller_bucket_spills_and_a_larger_one_is_not_filled() -> None:
    bucket = Bucket(6000, 60.0, 0.0)
    bucket.resize(1000)
    assert bucket.level == 1000
    bucket.resize(8000)
    assert bucket.level == 1000


def test_a_residue_of_floating_point_is_not_waited_for() -> None:
    bucket = Bucket(6000, 60.0, 0.0)
    bucket.give(-0.1 - 0.2)
    assert bucket.wait_for(6000 - 0.3, 0.0) == 0


def test_a_block_lasts_as_long_as_the_longest_that_was_asked_for() -> None:
    block = Block()
    block.extend(10.0, now=0.0)
    block.extend(3.0, now=1.0)
    assert block.left(1.0) == pytest.approx(9.0)
    assert block.left(10.0) == 0


def test_55_a_block_outlasts_no_clock_that_is_set_back() -> None:
    block = Block()
    block.extend(10.0, now=5000.0)
    assert block.left(1400.0) == pytest.approx(10.0)
    assert block.left(1405.0) == pytest.approx(5.0)


def test_a_block_too_short_to_move_the_clock_is_none() -> None:
    block = Block()
    block.extend(1e-300, now=1000.0)
    assert block.left(995.0) == 0
