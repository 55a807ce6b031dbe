"""What many runs come to: pass rates by model and check, and where the answers differ. Pure."""

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from statistics import median
from typing import Final

from workbench.session.json_path import Path, written
from workbench.session.repeat.answer import Answer
from workbench.session.repeat.bench import RunResult
from workbench.session.repeat.checks import Check
from workbench.session.repeat.statistics import Share, share

_MOST_VALUES: Final = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckSummary:
    """How often a check passed, and the reasons why it did not, the most frequent first."""

    text: str
    share: Share
    reasons: tuple[tuple[str, int], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelSummary:
    """One model: how it did.

    Attributes:
        answered: runs with an answer; only these count for the checks.
        problems: why others had none, the most frequent first.
        all_checks: how often every check passed.
        first_token: the median of the times to the first token in seconds, ``None`` unknown.
        duration: the median of the whole times in seconds, ``None`` unknown.

    """

    model: str
    answered: int
    problems: tuple[tuple[str, int], ...]
    all_checks: Share
    checks: tuple[CheckSummary, ...]
    first_token: float | None
    duration: float | None

    @property
    def unanswered(self) -> int:
        """Runs without an answer: counted apart, they are no fault of the answers."""
        return sum(number for _, number in self.problems)


@dataclass(frozen=True, slots=True, kw_only=True)
class Variation:
    """A place where answers differ: its values, the most frequent first; others are absent."""

    path: str
    values: tuple[tuple[str, int], ...]
    absent: int


def summaries(
    results: Sequence[RunResult], models: Iterable[str], checks: Sequence[Check]
) -> tuple[ModelSummary, ...]:
    """How each model did so far."""
    return tuple(
        _summary(model, [result for result in results if result.run.model == model], checks)
        for model in models
    )


def variations(results: Iterable[RunResult]) -> tuple[Variation, ...]:
    """Where the answers differ, field by field; what is the same in all of them is left out."""
    answers = [result.answer for result in results if result.answer is not None]
    found: dict[Path, Counter[str]] = {}
    for answer in answers:
        for path, value in _fields(answer):
            found.setdefault(path, Counter())[value] += 1
    return tuple(
        Variation(
            path=written(path),
            values=tuple(values.most_common(_MOST_VALUES)),
            absent=len(answers) - values.total(),
        )
        for path, values in found.items()
        if len(values) > 1 or values.total() < len(answers)
    )


def _summary(model: str, results: Sequence[RunResult], checks: Sequence[Check]) -> ModelSummary:
    answered = [result for result in results if result.answer is not None]
    problems = Counter(result.problem for result in results if result.answer is None)
    return ModelSummary(
        model=model,
        answered=len(answered),
        problems=tuple(problems.most_common()),
        all_checks=share(sum(result.passed for result in answered), len(answered)),
        checks=tuple(_check(number, check, answered) for number, check in enumerate(checks)),
        first_token=_median(result.time_to_first_token for result in answered),
        duration=_median(result.duration for result in answered),
    )


def _check(number: int, check: Check, answered: Sequence[RunResult]) -> CheckSummary:
    verdicts = [result.verdicts[number] for result in answered if number < len(result.verdicts)]
    reasons = Counter(filter(None, verdicts))
    passed = len(verdicts) - reasons.total()
    return CheckSummary(
        text=check.text, share=share(passed, len(verdicts)), reasons=tuple(reasons.most_common(3))
    )


def _median(values: Iterable[float | None]) -> float | None:
    known = [value for value in values if value is not None]
    return median(known) if known else None


def _fields(answer: Answer) -> Iterator[tuple[Path, str]]:
    if answer.calls:
        yield ("calls",), str(len(answer.calls))
    for number, call in enumerate(answer.calls):
        yield ("calls", number, "name"), json.dumps(call.name)
        yield from _leaves(call.arguments, ("calls", number, "arguments"))
    if not answer.calls:
        if isinstance(answer.value, dict | list):
            yield from _leaves(answer.value, ("answer",))
        else:
            yield ("answer",), json.dumps(answer.text, ensure_ascii=False)


def _leaves(value: object, path: Path) -> Iterator[tuple[Path, str]]:
    if isinstance(value, dict) and value:
        for name, member in value.items():
            yield from _leaves(member, (*path, name))
    elif isinstance(value, list) and value:
        for index, item in enumerate(value):
            yield from _leaves(item, (*path, index))
    else:
        yield path, json.dumps(value, ensure_ascii=False)
