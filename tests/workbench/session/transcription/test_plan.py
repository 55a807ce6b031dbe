"""What is sent, and where it is cut."""

from itertools import pairwise

import numpy as np
import pytest

from workbench.session.transcription.plan import LONG_SILENCE, MARGIN, Plan, plan_of
from workbench.sound.scan import FRAME_SECONDS, Scan


def scan_of(*stretches: tuple[float, bool], level: float = -20.0) -> Scan:
    """Stretches of so many seconds, each with speech or without."""
    speech = np.concatenate(
        [np.full(round(seconds / FRAME_SECONDS), spoken) for seconds, spoken in stretches]
    )
    return Scan(
        duration=len(speech) * FRAME_SECONDS,
        levels=np.where(speech, level, -60).astype("f4"),
        speech=speech.astype("f4"),
    )


def plan(scan: Scan, *, gate: bool = True, piece_seconds: float = 300.0) -> Plan:
    made = plan_of(scan, gate=gate, piece_seconds=piece_seconds)
    assert made is not None
    return made


def test_nothing_is_sent_of_a_file_in_which_nobody_speaks() -> None:
    silence = scan_of((60, False))

    assert plan_of(silence, gate=True, piece_seconds=300) is None
    (part,) = plan(silence, gate=False).parts
    assert part.spans == ((0.0, silence.duration),)


def test_a_click_is_no_speech() -> None:
    assert (
        plan_of(scan_of((5, False), (0.03, True), (5, False)), gate=True, piece_seconds=300) is None
    )


def test_quiet_at_both_ends_and_long_silence_stay_here() -> None:
    made = plan(scan_of((20, False), (5, True), (30, False), (5, True), (20, False)))

    (part,) = made.parts
    (first, second) = part.spans
    assert first == pytest.approx((20 - MARGIN, 25 + MARGIN), abs=0.1)
    assert second == pytest.approx((55 - MARGIN, 60 + MARGIN), abs=0.1)
    assert part.seconds == pytest.approx(14, abs=0.2)
    assert len(made.skipped) == 3
    assert (part.start, part.end) == (0.0, pytest.approx(80, abs=0.1))


def test_a_pause_to_think_is_no_long_silence() -> None:
    made = plan(scan_of((5, True), (LONG_SILENCE - 1, False), (5, True)))

    assert made.skipped == ()
    assert len(made.parts[0].spans) == 1


def test_parts_follow_one_another_without_a_gap_and_none_is_too_long() -> None:
    sentences = [(4.0, True), (0.8, False)] * 800
    scan = scan_of(*sentences)

    for longest in (10, 60, 300, 600):
        parts = plan(scan, piece_seconds=longest).parts
        assert parts[0].start == 0.0
        assert parts[-1].end == pytest.approx(scan.duration)
        for before, after in pairwise(parts):
            assert before.end == after.start
            assert before.number + 1 == after.number
        assert max(part.seconds for part in parts) <= longest + 0.1
        assert len(parts) <= scan.duration / longest * 1.3 + 1


def test_cuts_lie_in_pauses() -> None:
    scan = scan_of(*[(4.0, True), (0.8, False)] * 100)

    cuts = [part.end for part in plan(scan, piece_seconds=60).parts[:-1]]

    assert len(cuts) >= 7
    for cut in cuts:
        assert 4.0 < cut % 4.8 < 4.8


def test_a_silence_that_is_left_out_is_the_best_place_to_cut() -> None:
    scan = scan_of((50, True), (20, False), (50, True))

    first, second = plan(scan, piece_seconds=60).parts

    assert first.end == pytest.approx(60, abs=0.1)
    assert first.spans[-1][1] < 52
    assert second.spans[0][0] > 68


def test_where_it_is_never_quiet_both_sides_hear_the_cut() -> None:
    scan = scan_of((100, True))

    first, second = plan(scan, piece_seconds=60).parts

    assert first.end == second.start
    assert first.spans[-1][1] - second.spans[0][0] == pytest.approx(5.0)


@pytest.mark.parametrize("seconds", [0.05, 0.5, 3.0, 599.9, 600.1, 1200.0])
def test_any_length_is_sent_whole(seconds: float) -> None:
    scan = scan_of((seconds, True))

    parts = plan(scan, piece_seconds=600).parts

    assert parts[0].spans[0][0] == 0.0
    assert parts[-1].spans[-1][1] == pytest.approx(scan.duration)


def test_three_hours_are_planned_at_once() -> None:
    scan = scan_of(*[(9.0, True), (1.0, False)] * 1080)

    parts = plan(scan, piece_seconds=600).parts

    assert 18 <= len(parts) <= 20
