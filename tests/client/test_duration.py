"""Go's duration text."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from client.duration import parse_duration


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("7.44ms", 0.00744),
        ("26ms", 0.026),
        ("172.799999ms", 0.172799999),
        ("670ms", 0.67),
        ("1s", 1.0),
        ("1.157s", 1.157),
        ("1.295s", 1.295),
        ("8.625s", 8.625),
        ("10.332999999s", 10.332999999),
        ("43.2s", 43.2),
        ("1m26.4s", 86.4),
        ("2m52.8s", 172.8),
        ("15m50.4s", 950.4),
        ("17m16.8s", 1036.8),
        ("1h2m3s", 3723.0),
        ("2m28.608s", 148.608),
        ("5m", 300.0),
        ("5ms", 0.005),
        ("350µs", 0.00035),
        ("350us", 0.00035),
        ("350\u03bcs", 0.00035),
        ("10ns", 1e-8),
        ("0s", 0.0),
        ("0", 0.0),
        (" 1s ", 1.0),
    ],
)
def test_a_duration_is_read(text: str, seconds: float) -> None:
    assert parse_duration(text) == pytest.approx(seconds)


@pytest.mark.parametrize(
    "text",
    [
        *("", "s", "1", "1 s", "-1s", "1x", "1s2", "1e3s", "nan", "inf", ".s", "1..2s", "1s" * 40),
        *("9" * 400 + "s", "\u0661s", "1d", "one minute"),
    ],
)
def test_what_is_no_duration_is_none(text: str) -> None:
    assert parse_duration(text) is None


@given(st.integers(0, 99), st.integers(0, 59), st.integers(0, 59), st.integers(0, 999))
def test_units_add_up(hours: int, minutes: int, seconds: int, milliseconds: int) -> None:
    text = f"{hours}h{minutes}m{seconds}s{milliseconds}ms"

    assert parse_duration(text) == pytest.approx(
        hours * 3600 + minutes * 60 + seconds + milliseconds / 1000
    )


@given(st.text(alphabet="0123456789.hmsµun ", max_size=70) | st.text())
def test_any_text_gives_a_finite_number_or_none(text: str) -> None:
    value = parse_duration(text)

    assert value is None or 0 <= value < 1e20
