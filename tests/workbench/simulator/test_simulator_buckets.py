import json
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.simulator.buckets import Bucket, go_duration, time_to_wait, whole_seconds

_UNITS = {"h": 3600.0, "m": 60.0, "s": 1.0, "ms": 1e-3, "µs": 1e-6, "ns": 1e-9}
_WINDOWS = {"requests": 86_400.0, "tokens": 60.0, "audio-seconds": 3600.0}


def seconds(text: str) -> float:
    parts = re.findall(r"([\d.]+)(ms|µs|ns|h|m|s)", text)
    return sum(float(number) * _UNITS[unit] for number, unit in parts)


def test_the_28_recorded_header_pairs_come_out_exactly(wire: Path) -> None:
    checked = 0
    for path in sorted(wire.glob("*/response.json")):
        headers = json.loads(path.read_text())["headers"]
        for name, window in _WINDOWS.items():
            if f"x-ratelimit-limit-{name}" not in headers:
                continue
            limit = int(headers[f"x-ratelimit-limit-{name}"])
            remaining = int(headers[f"x-ratelimit-remaining-{name}"])
            reset = headers[f"x-ratelimit-reset-{name}"]
            missing = seconds(reset) * limit / window
            elapsed = round((limit - remaining - missing) * window / limit, 3)
            bucket = Bucket.full(limit, window, 0.0).less(limit - remaining).refilled(elapsed)
            assert (bucket.remaining, go_duration(bucket.reset)) == (remaining, reset), path
            checked += 1
    assert checked == 28


@pytest.mark.parametrize(
    ("limit", "window", "used", "requested", "text", "retry_after"),
    [
        (8000, 60, 6577, 2112, "5.1675s", 6),
        (8000, 60, 6670, 5883, "34.1475s", 35),
        (200_000, 86_400, 199_773, 571, "2m28.608s", 149),
        (30, 60, 30, 1, "2s", 2),
        (1000, 86_400, 1000, 1, "1m26.4s", 87),
    ],
)
def test_a_refusal_states_the_exact_wait(
    limit: int, window: float, used: int, requested: int, text: str, retry_after: int
) -> None:
    wait = time_to_wait(limit, window, used, requested)
    assert go_duration(wait) == text
    assert whole_seconds(wait) == retry_after


@pytest.mark.parametrize(
    ("nanoseconds", "text"),
    [
        (0, "0s"),
        (1, "1ns"),
        (1_500, "1.5µs"),
        (7_440_000, "7.44ms"),
        (172_799_999, "172.799999ms"),
        (670_000_000, "670ms"),
        (1_000_000_000, "1s"),
        (10_332_999_999, "10.332999999s"),
        (60_000_000_000, "1m0s"),
        (86_400_000_000, "1m26.4s"),
        (3_723_000_000_000, "1h2m3s"),
        (3_600_000_000_000, "1h0m0s"),
    ],
)
def test_durations_are_written_as_go_writes_them(nanoseconds: int, text: str) -> None:
    assert go_duration(nanoseconds) == text


@given(st.integers(0, 10**15))
def test_every_duration_can_be_read_back(nanoseconds: int) -> None:
    assert seconds(go_duration(nanoseconds)) == pytest.approx(nanoseconds / 1e9, abs=1e-9)


def test_a_bucket_refills_continuously_and_never_beyond_full() -> None:
    bucket = Bucket.full(6000, 60, 0.0).less(6000)
    assert bucket.remaining == 0
    assert bucket.refilled(6.0).remaining == 600
    assert bucket.refilled(600.0).remaining == 6000


def test_debt_is_shown_as_nothing_left_and_as_a_longer_reset() -> None:
    bucket = Bucket.full(6000, 60, 0.0).less(9000)
    assert bucket.remaining == 0
    assert go_duration(bucket.reset) == "1m30s"


@given(st.lists(st.floats(0, 10), max_size=30))
def test_asking_often_does_not_change_how_fast_it_refills(steps: list[float]) -> None:
    patient = Bucket.full(100_000, 60, 0.0).less(100_000)
    eager, now = patient, 0.0
    for step in steps:
        now += step
        eager = eager.refilled(now)
    assert eager.level == pytest.approx(patient.refilled(now).level, abs=0.01)
