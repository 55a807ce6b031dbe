"""A verdict as sentences that a person can repeat. Pure."""

from collections.abc import Sequence

from workbench.session.race.results import Metric
from workbench.session.race.statistics import Spread
from workbench.session.race.verdict import Comparison, Verdict, rounds_to_tell


def sentences(verdict: Verdict, names: Sequence[str]) -> tuple[str, ...]:
    """What the verdict says of lanes of these names: the leader's sentence, then one per other."""
    leader = verdict.leader
    if leader is None:
        return ("No lane has a figure: there is nothing to compare",)
    if not verdict.comparisons:
        return (f"Only {names[leader]} has a figure: there is nothing to compare",)
    return tuple(_sentence(verdict, one, names) for one in verdict.comparisons)


def headline(verdict: Verdict, names: Sequence[str]) -> str:
    """The verdict in one sentence; of several lanes that the leader beats, the nearest counts."""
    first, *more = sentences(verdict, names)
    leader = verdict.leader
    better = [one for one in verdict.comparisons if one.finding == "better"]
    if not more or not better or leader is None:
        return first
    if verdict.clear:
        rest = ", ".join(f"{_times(one.ratio)} {names[one.lane]}" for one in better[1:])
        return f"{first}; {rest}"
    level = next(one for one in verdict.comparisons if one.finding != "better")
    beaten = ", ".join(names[one.lane] for one in better)
    near = _sentence(verdict, level, names)
    return f"{near}; {names[leader]} is ahead of {beaten} for certain"


def _sentence(verdict: Verdict, one: Comparison, names: Sequence[str]) -> str:
    metric, leader = verdict.metric, verdict.leader
    best = verdict.spreads[leader] if leader is not None else None
    other = verdict.spreads[one.lane]
    if leader is None or best is None or other is None:
        return ""
    figures = _pair(best, other, metric)
    n = f"n = {best.n}" if best.n == other.n else f"n = {best.n} and {other.n}"
    winner, loser = names[leader], names[one.lane]
    if one.finding == "noise" and (one.overlap or one.ratio <= 1):
        between = f"between {winner} and {loser}"
        return f"No difference beyond the noise {between}: {figures} ({_chance(one, n)})"
    said = f"{_won(metric, winner, loser, one.ratio)}: {figures}"
    if one.finding == "better":
        return f"{said} ({n}, no overlap)" if not one.overlap else f"{said} ({_chance(one, n)})"
    needed = rounds_to_tell(len(verdict.comparisons))
    if best.n == other.n == 1:
        return f"{said}, once. That may be chance: {needed} rounds can tell"
    return f"{said} ({n}, no overlap). That may be chance: {needed} rounds can tell"


def _won(metric: Metric, winner: str, loser: str, ratio: float) -> str:
    if metric.unit == "tok/s":
        return f"{winner} is {_faster(ratio)} than {loser}"
    if metric.name == "first_token":
        return f"{winner} begins {_sooner(ratio)} than {loser}"
    return f"{winner} is done {_sooner(ratio)} than {loser}"


def _faster(ratio: float) -> str:
    return f"{_times(ratio)} faster" if ratio >= 1.1 else f"{(ratio - 1) * 100:.1f} % faster"


def _sooner(ratio: float) -> str:
    return f"{_times(ratio)} sooner" if ratio >= 1.1 else f"{(1 - 1 / ratio) * 100:.1f} % sooner"


def _times(ratio: float) -> str:
    return f"{ratio:.1f}x" if ratio < 9.95 else f"{ratio:.0f}x"


def _chance(one: Comparison, n: str) -> str:
    p = f"p = {one.p:.2f}" if one.p >= 0.095 else f"p = {one.p:.3f}"
    return f"{n}, {'p < 0.001' if one.p < 0.001 else p}"


def _pair(best: Spread, other: Spread, metric: Metric) -> str:
    """Both medians in the unit that suits the greater one."""
    one, two = best.median, other.median
    if metric.unit == "tok/s":
        return f"{_rate(one)} against {_rate(two)} tok/s"
    if max(one, two) < 0.9995:
        return f"{_milliseconds(one)} against {_milliseconds(two)} ms"
    return f"{one:.2f} against {two:.2f} s"


def _rate(speed: float) -> str:
    return f"{speed:,.0f}" if speed >= 99.5 else f"{speed:.1f}"


def _milliseconds(seconds: float) -> str:
    return f"{seconds * 1000:.{0 if seconds >= 0.00995 else 1}f}"
