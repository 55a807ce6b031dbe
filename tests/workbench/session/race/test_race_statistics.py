"""Medians, spreads and tests, against values known from elsewhere."""

import itertools

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workbench.session.race.statistics import (
    Spread,
    holm,
    mann_whitney,
    overlap,
    ratio_interval,
    smallest_p,
)


def test_a_spread_has_median_quartiles_and_deviation() -> None:
    spread = Spread.of([2.0, 4.0, 4.0, 5.0, 12.0])

    assert spread is not None
    assert (spread.n, spread.median, spread.q1, spread.q3) == (5, 4.0, 4.0, 5.0)
    assert (spread.iqr, spread.mad, spread.least, spread.greatest) == (1.0, 1.0, 2.0, 12.0)


def test_quartiles_lie_between_values_as_in_spreadsheets() -> None:
    # R's type 7, numpy's default: quantile([1, 2, 3, 4], 0.25) = 1.75
    spread = Spread.of([4.0, 1.0, 3.0, 2.0])

    assert spread is not None
    assert (spread.q1, spread.median, spread.q3) == (1.75, 2.5, 3.25)


def test_one_value_has_no_width_and_none_has_no_spread() -> None:
    one = Spread.of([7.0])

    assert one is not None
    assert (one.median, one.iqr, one.mad) == (7.0, 0.0, 0.0)
    assert Spread.of([]) is None


@pytest.mark.parametrize(
    ("first", "second", "p"),
    [
        # scipy.stats.mannwhitneyu(..., method="exact"), and R's wilcox.test, of the same values
        ([1, 2, 3], [4, 5, 6], 0.1),
        ([1, 2, 3, 4], [5, 6, 7, 8], 2 / 70),
        ([1, 2, 3, 4, 5], [6, 7, 8, 9, 10], 2 / 252),
        ([19, 22, 16, 29, 24], [20, 11, 17, 12], 0.1111111111111111),
        ([1.1, 2.2, 3.3], [1.0, 2.5, 3.0], 1.0),
    ],
)
def test_small_samples_are_tested_exactly(
    first: list[float], second: list[float], p: float
) -> None:
    assert mann_whitney(first, second) == pytest.approx(p)
    assert mann_whitney(second, first) == pytest.approx(p)


def test_equal_samples_are_not_different() -> None:
    assert mann_whitney([5.0] * 5, [5.0] * 5) == 1.0
    assert mann_whitney([5.0] * 15, [5.0] * 15) == 1.0


@pytest.mark.parametrize(
    ("first", "second", "p"),
    [
        # scipy.stats.mannwhitneyu(..., method="asymptotic") of the same values
        (
            [0.09, 1.25, -0.93, 0.99, -0.26, -0.26, 1.9, 0.16, -0.04, 0.73, 1.13, -0.03],
            [
                1.39,
                -0.17,
                0.43,
                0.36,
                -0.53,
                -0.71,
                -0.83,
                0.56,
                0.63,
                0.48,
                0.87,
                -0.54,
                0.72,
                1.04,
            ],
            0.7380920077842573,
        ),
        (
            [0, 1, -1, 1, 0, 0, 2, 0, 0, 1, 1, 0],
            [1, 0, 0, 0, -1, -1, -1, 1, 1, 0, 1, -1, 1, 1],
            0.5284233644400607,
        ),
    ],
)
def test_larger_samples_use_the_normal_approximation_with_its_corrections(
    first: list[float], second: list[float], p: float
) -> None:
    assert mann_whitney(first, second) == pytest.approx(p)


samples = st.lists(st.integers(0, 6).map(float), min_size=1, max_size=5)


@given(first=samples, second=samples)
@settings(max_examples=60, deadline=None)
def test_the_exact_test_counts_every_way_to_deal_the_values_out(
    first: list[float], second: list[float]
) -> None:
    values = [*first, *second]

    def u(chosen: tuple[int, ...]) -> float:
        rest = [value for place, value in enumerate(values) if place not in chosen]
        ours = [values[place] for place in chosen]
        return sum((a > b) + 0.5 * (a == b) for a in ours for b in rest)

    all_us = [u(way) for way in itertools.combinations(range(len(values)), len(first))]
    observed = u(tuple(range(len(first))))
    below = sum(one <= observed for one in all_us) / len(all_us)
    above = sum(one >= observed for one in all_us) / len(all_us)

    assert mann_whitney(first, second) == pytest.approx(min(1.0, 2 * min(below, above)))


def test_a_sample_without_values_is_refused() -> None:
    with pytest.raises(ValueError, match="both samples"):
        mann_whitney([], [1.0])


def test_three_rounds_can_never_be_sure_and_four_can() -> None:
    assert smallest_p(3) == pytest.approx(0.1)
    assert smallest_p(4) == pytest.approx(mann_whitney([1, 2, 3, 4], [5, 6, 7, 8]))


def test_holm_corrects_for_several_comparisons() -> None:
    # R: p.adjust(c(0.01, 0.04, 0.03, 0.005), "holm") is 0.03 0.06 0.06 0.02
    assert holm([0.01, 0.04, 0.03, 0.005]) == pytest.approx([0.03, 0.06, 0.06, 0.02])
    assert holm([]) == []


def test_samples_overlap_when_their_ranges_do() -> None:
    assert overlap([1, 3], [2, 4])
    assert overlap([1, 5], [2, 3])
    assert overlap([1, 2], [2, 3])
    assert not overlap([1, 2], [3, 4])
    assert not overlap([3, 4], [1, 2])


def test_the_interval_of_a_ratio_holds_the_true_one_and_is_the_same_each_time() -> None:
    first = [398.0, 405.0, 412.0, 420.0, 415.0]
    second = [228.0, 226.0, 231.0, 224.0, 229.0]

    interval = ratio_interval(first, second)

    assert interval is not None
    assert interval[0] < 412 / 228 < interval[1]
    assert interval[1] - interval[0] < 0.2
    assert interval == ratio_interval(first, second)


def test_two_values_have_no_interval() -> None:
    assert ratio_interval([1.0, 2.0], [1.0, 2.0, 3.0]) is None
    assert ratio_interval([1.0, 2.0, 3.0], [0.0, 0.0, 0.0]) is None
