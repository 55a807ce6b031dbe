"""The figures of an answer."""

from array import array

import pytest

from client import Timing, Usage
from workbench.session.latency import Latency


def timing(**stamps: float) -> Timing:
    return Timing(sent=10.0, headers=10.1, chunks=array("d"), **stamps)


def test_the_speed_of_arrival_counts_the_tokens_after_the_first() -> None:
    arrived = timing(first_content=10.2, last_token=11.2, end=11.3)

    latency = Latency.of(arrived, Usage(completion_tokens=101), pieces=50)

    assert latency.time_to_first_token == pytest.approx(0.2)
    assert latency.tokens_per_second == pytest.approx(100.0)
    assert not latency.tokens_estimated


def test_without_usage_the_pieces_are_counted_and_that_is_said() -> None:
    arrived = timing(first_content=10.2, last_token=11.2)

    latency = Latency.of(arrived, Usage(), pieces=51)

    assert latency.tokens_per_second == pytest.approx(50.0)
    assert latency.tokens_estimated


def test_reasoning_that_was_kept_hidden_did_not_arrive() -> None:
    usage = Usage.model_validate(
        {"completion_tokens": 101, "completion_tokens_details": {"reasoning_tokens": 50}}
    )

    hidden = Latency.of(timing(first_content=10.0, last_token=11.0), usage, pieces=51)
    shown = Latency.of(
        timing(first_reasoning=10.0, first_content=10.5, last_token=11.0), usage, pieces=101
    )

    assert hidden.tokens_per_second == pytest.approx(50.0)
    assert shown.tokens_per_second == pytest.approx(100.0)


def test_what_is_unknown_stays_unknown() -> None:
    latency = Latency.of(Timing(), Usage(), pieces=0)

    assert latency.time_to_first_token is None
    assert latency.tokens_per_second is None
    assert latency.server_tokens_per_second is None
    assert latency.queue_time is None


def test_an_answer_in_one_read_has_no_measurable_speed() -> None:
    at_once = timing(first_content=10.2, last_token=10.2, end=10.2)

    assert Latency.of(at_once, Usage(completion_tokens=100), pieces=3).tokens_per_second is None
