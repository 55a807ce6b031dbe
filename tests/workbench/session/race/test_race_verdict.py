"""Who won, and when nobody can tell."""

from collections.abc import Sequence

import pytest

from workbench.session.latency import Latency
from workbench.session.race.order import order
from workbench.session.race.results import (
    FIRST_TOKEN,
    SPEED,
    TOTAL,
    LaneResult,
    Metric,
    places,
    samples,
)
from workbench.session.race.verdict import Verdict, rounds_to_tell, verdict
from workbench.session.race.words import headline, sentences

FAST = [412.0, 405.0, 420.0, 409.0, 415.0]
SLOW = [228.0, 231.0, 226.0, 224.0, 230.0]
NAMES = ("A", "B", "C")


def raced(*lanes: Sequence[float], metric: Metric = SPEED) -> list[LaneResult]:
    field = {"speed": "tokens_per_second", "first_token": "time_to_first_token"}
    name = field.get(metric.name, "duration")
    return [
        LaneResult(
            round=number,
            lane=lane,
            model=NAMES[lane],
            end="completed",
            latency=Latency(**{name: value}),  # type: ignore[arg-type]
        )
        for lane, values in enumerate(lanes)
        for number, value in enumerate(values, 1)
    ]


def decided(*lanes: Sequence[float], metric: Metric = SPEED) -> Verdict:
    return verdict(raced(*lanes, metric=metric), metric, len(lanes))


def said(*lanes: Sequence[float], metric: Metric = SPEED) -> str:
    return headline(decided(*lanes, metric=metric), NAMES)


def test_five_rounds_that_never_overlap_are_a_clear_win() -> None:
    assert said(FAST, SLOW) == (
        "A is 1.8x faster than B: 412 against 228 tok/s (n = 5, no overlap)"
    )
    assert decided(FAST, SLOW).clear


def test_the_order_of_the_lanes_does_not_matter() -> None:
    assert said(SLOW, FAST) == (
        "B is 1.8x faster than A: 412 against 228 tok/s (n = 5, no overlap)"
    )


def test_rounds_that_overlap_are_noise() -> None:
    close = [406.0, 417.0, 411.0, 408.0, 414.0]

    assert said(FAST, close) == (
        "No difference beyond the noise between A and B: 412 against 411 tok/s (n = 5, p = 0.84)"
    )
    assert not decided(FAST, close).clear


def test_a_difference_with_some_overlap_names_its_chance() -> None:
    near = [401.0, 398.0, 406.0, 396.0, 403.0, 395.0]
    sentence = said([*FAST, 411.0], near)

    assert sentence.startswith("A is 3.0 % faster than B: 412 against 400 tok/s (n = 6, p = 0.0")


def test_too_few_rounds_are_no_proof_and_how_many_are_is_said() -> None:
    assert said([412.0, 409.0, 415.0], [228.0, 224.0, 230.0]) == (
        "A is 1.8x faster than B: 412 against 228 tok/s (n = 3, no overlap). "
        "That may be chance: 4 rounds can tell"
    )
    assert decided([412.0, 409.0, 415.0], [228.0, 224.0, 230.0]).comparisons[0].finding == "too few"


def test_one_round_is_no_measurement() -> None:
    assert said([412.0], [228.0]) == (
        "A is 1.8x faster than B: 412 against 228 tok/s, once. "
        "That may be chance: 4 rounds can tell"
    )


def test_of_times_the_smaller_one_wins() -> None:
    quick = [0.084, 0.08, 0.086, 0.085, 0.083]
    late = [0.151, 0.15, 0.155, 0.149, 0.158]

    assert said(quick, late, metric=FIRST_TOKEN) == (
        "A begins 1.8x sooner than B: 84 against 151 ms (n = 5, no overlap)"
    )
    assert said([one * 20 for one in late], quick, metric=TOTAL) == (
        "B is done 36x sooner than A: 0.08 against 3.02 s (n = 5, no overlap)"
    )


def test_the_leader_of_several_is_compared_with_each() -> None:
    third = [101.0, 100.0, 102.0, 99.0, 103.0]

    assert said(FAST, SLOW, third) == (
        "A is 1.8x faster than B: 412 against 228 tok/s (n = 5, no overlap); 4.1x C"
    )
    assert sentences(decided(FAST, SLOW, third), NAMES)[1] == (
        "A is 4.1x faster than C: 412 against 101 tok/s (n = 5, no overlap)"
    )


def test_two_that_are_level_may_both_be_ahead_of_a_third() -> None:
    close = [406.0, 417.0, 411.0, 408.0, 414.0]

    assert said(FAST, SLOW, close) == (
        "No difference beyond the noise between A and C: 412 against 411 tok/s (n = 5, p = 0.84); "
        "A is ahead of B for certain"
    )


def test_nothing_to_compare_is_said() -> None:
    failed = LaneResult(round=1, lane=0, model="A", end="failed", latency=Latency())

    assert headline(verdict([failed], SPEED, 2), NAMES) == (
        "No lane has a figure: there is nothing to compare"
    )
    assert said(FAST, []) == "Only A has a figure: there is nothing to compare"


def test_failed_lanes_and_estimated_speeds_are_no_samples() -> None:
    estimated = LaneResult(
        round=1,
        lane=0,
        model="A",
        end="completed",
        latency=Latency(tokens_per_second=300.0, tokens_estimated=True, duration=1.0),
    )
    stopped = LaneResult(
        round=2, lane=0, model="A", end="stopped", latency=Latency(tokens_per_second=400.0)
    )

    assert samples([estimated, stopped], SPEED, 1) == ([],)
    assert samples([estimated, stopped], TOTAL, 1) == ([1.0],)


def test_more_lanes_need_more_rounds_to_tell() -> None:
    assert [rounds_to_tell(others) for others in (1, 2, 5)] == [4, 5, 5]


def test_a_verdict_on_six_lanes_that_never_overlap_is_clear_after_five_rounds() -> None:
    lanes = [[100.0 * lane + step for step in range(5)] for lane in range(1, 7)]
    results = [
        LaneResult(
            round=number,
            lane=lane,
            model=str(lane),
            end="completed",
            latency=Latency(tokens_per_second=value),
        )
        for lane, values in enumerate(lanes)
        for number, value in enumerate(values, 1)
    ]

    assert verdict(results, SPEED, 6).clear


def test_places_go_to_the_best_and_equal_ones_share() -> None:
    assert places([300.0, None, 500.0, 300.0], SPEED) == (2, None, 1, 2)
    assert places([0.3, 0.1, None], FIRST_TOKEN) == (2, 1, None)


@pytest.mark.parametrize("lanes", [2, 3, 6])
def test_every_lane_has_every_place_in_the_order_equally_often(lanes: int) -> None:
    rounds = [order(lanes, number) for number in range(1, 2 * lanes + 1)]

    for place in range(lanes):
        assert sorted(one[place] for one in rounds) == sorted([*range(lanes)] * 2)
    assert all(sorted(one) == [*range(lanes)] for one in rounds)
    assert rounds[0] == tuple(range(lanes))
