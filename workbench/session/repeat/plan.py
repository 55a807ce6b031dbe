"""What to ask, of whom, how often, and what the answers have to be like. Pure."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from workbench.session.repeat.checks import Check

MOST_RUNS: Final = 1000
MOST_AT_ONCE: Final = 16


class PlanError(ValueError):
    """A plan cannot be run; the message says why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """One asking; ``seed`` is ``None`` when none is sent."""

    number: int
    model: str
    seed: int | None

    def body(self, request: Mapping[str, object]) -> dict[str, object]:
        """The request as it goes out."""
        body = {**request, "model": self.model}
        if self.seed is not None:
            body["seed"] = self.seed
        return body


@dataclass(frozen=True, slots=True, kw_only=True)
class RepeatPlan:
    """Every model is asked ``times`` with each of the seeds.

    Attributes:
        request: the body of the request; its model and seed are replaced.
        seeds: none means that the request's own is sent, if it has one.
        at_once: how many may be under way together.

    """

    request: Mapping[str, object]
    models: tuple[str, ...]
    times: int = 5
    seeds: tuple[int, ...] = ()
    at_once: int = 4
    checks: tuple[Check, ...] = ()

    def __post_init__(self) -> None:
        if not self.models:
            raise PlanError("Name at least one model.")
        if not 1 <= self.times <= MOST_RUNS:
            raise PlanError(f"It can be asked 1 to {MOST_RUNS:,} times.")
        if not 1 <= self.at_once <= MOST_AT_ONCE:
            raise PlanError(f"1 to {MOST_AT_ONCE} may be under way at once.")
        if self.total > MOST_RUNS:
            raise PlanError(f"These are {self.total:,} requests, more than {MOST_RUNS:,}.")

    @property
    def total(self) -> int:
        """How many requests that is."""
        return len(self.models) * max(1, len(self.seeds)) * self.times

    def runs(self) -> Iterator[Run]:
        """Each asking; the models in turn, so that all are asked in the same minutes."""
        number = 0
        for _ in range(self.times):
            for seed in self.seeds or (None,):
                for model in self.models:
                    number += 1
                    yield Run(number=number, model=model, seed=seed)


def parse_models(text: str) -> tuple[str, ...]:
    """Models with commas or blanks between, each once."""
    return tuple(dict.fromkeys(text.replace(",", " ").split()))


def parse_seeds(text: str) -> tuple[int, ...]:
    """Seeds such as ``1, 2, 7-9``. Raises PlanError."""
    seeds: list[int] = []
    for part in text.replace(",", " ").split():
        first, dash, last = part.partition("-")
        if not first.isdecimal() or (dash and not last.isdecimal()):
            raise PlanError(f"{part[:20]!r} is no seed: 1, 2, 7-9 are.")
        end = int(last) if dash else int(first)
        if end - int(first) >= MOST_RUNS:
            raise PlanError(f"{part[:20]!r} are too many seeds.")
        seeds += range(int(first), end + 1)
    return tuple(dict.fromkeys(seeds))
