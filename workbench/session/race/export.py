"""A race as a file that others can read: CSV, JSON or Markdown. Pure.

Every form says which service answered, so that simulated figures are never taken for real ones.
Seconds and tokens per second are written as they were measured; unknown ones are left empty.
"""

import csv
import io
import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Final, Literal, TypeAlias

from workbench.session.race.results import METRICS, LaneResult, Metric, spreads
from workbench.session.race.setup import RaceSetup
from workbench.session.race.statistics import Spread
from workbench.session.race.verdict import Verdict
from workbench.session.race.words import sentences
from workbench.session.service import Service

Form: TypeAlias = Literal["csv", "json", "markdown"]

FORMS: Final[tuple[Form, ...]] = ("csv", "json", "markdown")
SUFFIXES: Final[Mapping[Form, str]] = {"csv": ".csv", "json": ".json", "markdown": ".md"}

_LATENCY: Final = (
    "time_to_first_token",
    "time_to_first_content",
    "duration",
    "tokens_per_second",
    "server_tokens_per_second",
    "queue_time",
    "prompt_time",
    "completion_time",
    "prompt_tokens",
    "completion_tokens",
    "reasoning_tokens",
    "cached_tokens",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """A race to be written down. ``verdicts`` are those of the decisive metrics."""

    setup: RaceSetup
    service: Service
    begun: datetime
    results: tuple[LaneResult, ...]
    verdicts: tuple[Verdict, ...]
    stopped: bool = False

    def written(self, form: Form) -> str:
        """The whole file."""
        writers: Mapping[Form, Callable[[Report], str]] = {
            "csv": _csv,
            "json": _json,
            "markdown": _markdown,
        }
        return writers[form](self)


def proposed_name(report: Report, form: Form) -> str:
    """A file name that says what and when: ``race-3-models-2026-11-23-172150.csv``."""
    when = report.begun.strftime("%Y-%m-%d-%H%M%S")
    return f"race-{len(report.setup.models)}-models-{when}{SUFFIXES[form]}"


def _csv(report: Report) -> str:
    """One line for each lane of each round; the values of a spreadsheet, no summaries."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(
        (
            "service",
            "round",
            "lane",
            "model",
            "end",
            "finish_reason",
            "problem",
            "sent_after",
            "tokens_estimated",
            *_LATENCY,
        )
    )
    for result in _in_order(report.results):
        problem = result.problem.title if result.problem else ""
        writer.writerow(
            (
                _harmless(report.service.name),
                result.round,
                result.lane + 1,
                _harmless(result.model),
                result.end,
                _harmless(result.finish_reason or ""),
                _harmless(problem),
                _number(result.sent_after),
                result.latency.tokens_estimated,
                *(_number(getattr(result.latency, name)) for name in _LATENCY),
            )
        )
    return out.getvalue()


def _json(report: Report) -> str:
    setup = report.setup
    document = {
        "what": "race",
        "service": report.service.name,
        "simulated": report.service.simulated,
        "replayed": report.service.replayed,
        "begun": report.begun.isoformat(timespec="seconds"),
        "stopped": report.stopped,
        "setup": asdict(setup),
        "units": {"times": "s", "speeds": "tokens/s"},
        "results": [
            {
                "round": result.round,
                "lane": result.lane + 1,
                "model": result.model,
                "end": result.end,
                "finish_reason": result.finish_reason,
                "problem": result.problem.title if result.problem else None,
                "explanation": result.problem.explanation if result.problem else None,
                "request_id": result.problem.request_id if result.problem else None,
                "sent_after": result.sent_after,
                **asdict(result.latency),
            }
            for result in _in_order(report.results)
        ],
        "summary": [
            {
                "lane": lane + 1,
                "model": model,
                **{
                    metric.name: _spread(spreads(report.results, metric, len(setup.models))[lane])
                    for metric in METRICS
                },
            }
            for lane, model in enumerate(setup.models)
        ],
        "verdicts": [_verdict(one, setup.models) for one in report.verdicts],
    }
    return json.dumps(document, ensure_ascii=False, indent=2) + "\n"


def _spread(spread: Spread | None) -> Mapping[str, object] | None:
    return None if spread is None else {**asdict(spread), "iqr": spread.iqr}


def _verdict(verdict: Verdict, models: Sequence[str]) -> Mapping[str, object]:
    return {
        "metric": verdict.metric.name,
        "measured_here": verdict.metric.measured,
        "leader": None if verdict.leader is None else models[verdict.leader],
        "comparisons": [
            {"with": models[one.lane], **asdict(one), "lane": one.lane + 1}
            for one in verdict.comparisons
        ],
        "words": list(sentences(verdict, models)),
    }


def _markdown(report: Report) -> str:
    models = report.setup.models
    failed = [
        f"- round {result.round}, {_plain(result.model)}: {_plain(result.problem.title)}"
        for result in _in_order(report.results)
        if result.problem is not None
    ]
    parts = [
        [f"# Race of {len(models)} models"],
        [_circumstances(report)],
        [f"> {_plain(line)}" for line in report.setup.prompt.splitlines()],
        [f"- {_plain(said)}." for one in report.verdicts for said in sentences(one, models)],
        ["Medians, with the median distance from them, of n completed answers:"],
        _table(report),
        ["What went wrong:"] if failed else [],
        failed,
        [_LEGEND],
    ]
    return "\n\n".join("\n".join(part) for part in parts if part) + "\n"


def _circumstances(report: Report) -> str:
    setup = report.setup
    bound = setup.max_completion_tokens
    said = [
        report.begun.strftime("%Y-%m-%d %H:%M:%S"),
        _plain(report.service.name),
        f"{setup.rounds} rounds",
        "all lanes at once" if setup.start == "together" else "one lane after the other",
        f"answers up to {bound:,} tokens" if bound else "answers of any length",
    ]
    if setup.temperature is not None:
        said.append(f"temperature {setup.temperature:g}")
    if report.stopped:
        said.append("stopped before its end")
    return "; ".join(said) + "."


def _table(report: Report) -> list[str]:
    models = report.setup.models
    of_metrics = [spreads(report.results, metric, len(models)) for metric in METRICS]
    lines = [
        "| model | n |" + "".join(f" {_title(metric)} |" for metric in METRICS),
        "|---|---:|" + "---:|" * len(METRICS),
    ]
    for lane, model in enumerate(models):
        n = sum(one.lane == lane and one.end == "completed" for one in report.results)
        cells = "".join(
            f" {_median(metric, of_lanes[lane])} |"
            for metric, of_lanes in zip(METRICS, of_metrics, strict=True)
        )
        lines.append(f"| {_plain(model)} | {n} |{cells}")
    return lines


_LEGEND: Final = (
    "First token, tok/s here and whole answer were measured on this machine; the rest is the "
    "service's own word. The test is Mann-Whitney's, corrected for several comparisons (Holm)."
)


def _title(metric: Metric) -> str:
    return metric.title if metric.unit == "tok/s" else f"{metric.title} (ms)"


def _median(metric: Metric, spread: Spread | None) -> str:
    if spread is None:
        return ""
    if metric.unit == "tok/s":
        return f"{spread.median:,.0f} ± {spread.mad:,.0f}"
    return f"{spread.median * 1000:,.1f} ± {spread.mad * 1000:,.1f}"


def _in_order(results: Sequence[LaneResult]) -> list[LaneResult]:
    return sorted(results, key=lambda result: (result.round, result.lane))


def _number(value: float | None) -> str:
    return "" if value is None else str(round(value, 6))


def _harmless(text: str) -> str:
    """A text that no spreadsheet takes for a formula (OWASP, CSV injection)."""
    return f"'{text}" if text[:1] in {"=", "+", "-", "@", "\t", "\r"} else text


_MARKUP: Final = re.compile(r"([\\`*_{}\[\]<>#|])")


def _plain(text: str) -> str:
    """A text that Markdown shows as it is."""
    return _MARKUP.sub(r"\\\1", text)
