"""How far a race is, and who leads it, in words and colours. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass

from textual.content import Content

from workbench.neutralise import neutralise_line
from workbench.session.race.race import Race
from workbench.session.race.results import DECISIVE, Metric
from workbench.session.race.updates import RoundDelayed
from workbench.session.race.verdict import verdict
from workbench.session.race.words import headline
from workbench.widgets.figures import countdown, duration, plural
from workbench.widgets.race.scoreboard import MEASURED, SERVICE

_MUTED = "$foreground 60%"


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """What a race is at; ``elapsed`` is seconds since it was begun.

    ``starts_within`` is of the last round that is over: from its first request to its last.
    """

    lined_up: bool = False
    finished: bool = False
    stopped: bool = False
    delayed: RoundDelayed | None = None
    starts_within: float | None = None
    elapsed: float = 0.0


def progress(race: Race, at: Progress, *, now: float, width: int) -> Content:
    """One line: where the race is on the left, what the colours mean on the right."""
    left = _left(race, at, now)
    legend = Content.assemble(
        ("measured here", MEASURED), (" · ", _MUTED), ("the service's word", SERVICE)
    )
    room = width - left.cell_length - legend.cell_length
    return left if room < 2 else Content.assemble(left, " " * room, legend)


def _left(race: Race, at: Progress, now: float) -> Content:
    rounds = race.setup.rounds
    if not at.lined_up:
        return Content.styled("Opening a connection for every lane…", _MUTED)
    if at.delayed is not None:
        model = neutralise_line(at.delayed.model).rpartition("/")[2]
        return Content.assemble(
            (f"Round {at.delayed.round} of {rounds}", "bold"),
            (" waits for the limits of ", "$text-warning"),
            (model, "bold"),
            (f"  {countdown(at.delayed.until - now)}", "$text-warning"),
        )
    if at.finished:
        over = plural(race.round, "round")
        if race.round < rounds:
            over = f"{race.round} of {rounds} rounds, then nobody was left"
        head = f"Stopped in round {race.round} of {rounds}" if at.stopped else over
    else:
        head = f"Round {race.round} of {rounds}"
    said = [] if race.setup.start == "together" else ["in turns"]
    if at.starts_within is not None and race.setup.start == "together":
        said.append(f"sent within {duration(at.starts_within)}")
    said.append(duration(at.elapsed))
    return Content.assemble((head, "bold"), (f" · {' · '.join(said)}", _MUTED))


def verdicts(
    race: Race, metric: Metric, names: Sequence[str], *, every: bool
) -> tuple[Content, ...]:
    """The verdict by a metric, and with ``every`` by the other decisive ones after it."""
    if not any(result.end == "completed" for result in race.results):
        return ()
    chosen = [metric, *(other for other in DECISIVE if other is not metric)]
    found = [verdict(race.results, one, len(names)) for one in chosen]
    if not every or not found[0].comparisons:
        found = found[:1]
    return tuple(
        Content.assemble(
            ("✓ ", "$text-success") if one.clear else ("≈ ", "$text-warning"),
            (_unbroken(headline(one, names)), "$foreground" if one.metric is metric else _MUTED),
        )
        for one in found
    )


def _unbroken(text: str) -> str:
    """A sentence whose ``n = 5`` is never divided at the end of a line."""
    return text.replace(" = ", "=") + "."


def short_names(models: Sequence[str]) -> tuple[str, ...]:
    """The models' names without their owners, where that tells them apart; safe to show."""
    names = tuple(neutralise_line(model) for model in models)
    short = tuple(name.rpartition("/")[2] for name in names)
    return short if len(set(short)) == len(short) else names
