"""Figures, gauges and the choice of what fits."""

import pytest
from textual.content import Content

from client import RateLimit
from workbench.widgets.figures import count, countdown, duration, price, size, speed
from workbench.widgets.fit import Readout, fit
from workbench.widgets.gauge import FAST, SLOW, bar, gauge, look_again

DAY = RateLimit(limit=1000, remaining=989, reset=950.4, window=86400)
MINUTE = RateLimit(limit=8000, remaining=6110, reset=14.175, window=60)


@pytest.mark.parametrize(
    ("seconds", "shown"),
    [
        (None, "—"),
        (0.0042, "4.2 ms"),
        (0.084, "84 ms"),
        (0.9994, "999 ms"),
        (0.9996, "1.00 s"),
        (1.234, "1.23 s"),
        (9.999, "10.0 s"),
        (59.96, "1m 00s"),
        (125.0, "2m 05s"),
    ],
)
def test_durations_keep_three_digits(seconds: float | None, shown: str) -> None:
    assert duration(seconds) == shown


@pytest.mark.parametrize(
    ("seconds", "shown"),
    [(0, "0s"), (0.2, "1s"), (5.1675, "6s"), (60, "1m 00s"), (950.4, "15m 51s"), (4000, "1h 06m")],
)
def test_a_countdown_is_never_over_early(seconds: float, shown: str) -> None:
    assert countdown(seconds) == shown


def test_what_is_left_is_never_overstated() -> None:
    assert count(988.99) == "988"
    assert count(None) == "—"


def test_speeds_sizes_and_prices() -> None:
    assert speed(1012.4) == "1,012"
    assert speed(98.44) == "98.4"
    assert speed(None) == "—"
    assert size(131072) == "131k"
    assert size(4096) == "4,096"
    assert price("0.000000075") == "$0.075"
    assert price("0.0000003") == "$0.30"
    assert price("free?") == "—"
    assert price(None) == "—"


@pytest.mark.parametrize(("share", "lit"), [(0, ""), (0.001, "╸"), (0.5, "━━━━"), (1, "━" * 8)])
def test_a_bar_is_lit_by_its_share(share: float, lit: str) -> None:
    line = bar(share, 8)
    assert line.cell_length == 8
    assert line.plain.startswith(lit)
    assert line.spans[0].end == len(lit) or not lit


def test_a_gauge_is_looked_at_only_while_it_refills() -> None:
    assert look_again(MINUTE, 0) == FAST
    assert look_again(MINUTE, 13.9) == pytest.approx(0.275)
    assert look_again(MINUTE, 14.2) is None
    assert look_again(DAY, 0) == SLOW
    assert look_again(DAY, 940) == pytest.approx(10.4)
    assert look_again(DAY, 951) is None
    assert look_again(None, 0) is None


@pytest.mark.parametrize("width", range(1, 170))
def test_numbers_are_whole_or_not_there(width: int) -> None:
    readouts = [
        gauge(DAY, 2.0, name="req/day", long_name="Requests left today", loss=20),
        gauge(MINUTE, 2.0, name="tok/min", long_name="Tokens left this minute", loss=30),
    ]
    shown = fit(readouts, width=width, gap=3)
    assert sum(part.cell_length for part in shown) + 3 * (len(shown) - 1) <= max(width, 0)
    for part in shown:
        assert ("989" in part.plain and "1,000" in part.plain) or (
            "6,376" in part.plain and "8,000" in part.plain
        )


def test_what_loses_least_is_given_up_first() -> None:
    def words(*forms: str, losses: tuple[int, ...]) -> Readout:
        return Readout(forms=tuple(Content(form) for form in forms), losses=losses)

    readouts = [words("important", losses=(9,)), words("long", "l", losses=(1, 5))]
    assert [part.plain for part in fit(readouts, width=14, gap=1)] == ["important", "long"]
    assert [part.plain for part in fit(readouts, width=13, gap=1)] == ["important", "l"]
    assert [part.plain for part in fit(readouts, width=10, gap=1)] == ["important"]
    assert fit(readouts, width=3, gap=1) == ()


def test_an_unknown_limit_is_a_dash_and_no_zero() -> None:
    for form in gauge(None, 0, name="req/day", long_name="Requests", loss=1).forms:
        assert "—" in form.plain
        assert "0" not in form.plain
