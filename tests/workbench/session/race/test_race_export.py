"""A race as CSV, JSON and Markdown."""

import csv
import io
import json
from datetime import UTC, datetime

from workbench.session.latency import Latency
from workbench.session.problems import Problem
from workbench.session.race.export import Report, proposed_name
from workbench.session.race.results import DECISIVE, LaneResult
from workbench.session.race.setup import RaceSetup
from workbench.session.race.verdict import verdict
from workbench.session.service import Service

SIMULATED = Service(name="SIMULATED", simulated=True, key_source="none needed")
MODELS = ("openai/gpt-oss-20b", "evil|=model")


def result(lane: int, number: int, speed: float) -> LaneResult:
    latency = Latency(
        tokens_per_second=speed,
        server_tokens_per_second=speed * 1.01,
        time_to_first_token=0.084,
        duration=0.5,
        queue_time=0.02,
        completion_tokens=412,
    )
    return LaneResult(
        round=number,
        lane=lane,
        model=MODELS[lane],
        end="completed",
        latency=latency,
        sent_after=0.0002,
        finish_reason="stop",
    )


FAILED = LaneResult(
    round=5,
    lane=1,
    model=MODELS[1],
    end="failed",
    latency=Latency(),
    problem=Problem(title="Rate limit reached", explanation="Limit 8000 <b>"),
)
RESULTS = (
    *(result(1, number, 500.0 + number) for number in (1, 2, 3, 4)),
    *(result(0, number, 1000.0 + number) for number in (1, 2, 3, 4)),
    FAILED,
)
REPORT = Report(
    setup=RaceSetup(models=MODELS, prompt="# Why?\nSay *it*", rounds=5),
    service=SIMULATED,
    begun=datetime(2026, 11, 23, 17, 21, 50, tzinfo=UTC),
    results=RESULTS,
    verdicts=tuple(verdict(RESULTS, metric, 2) for metric in DECISIVE),
)


def test_csv_has_a_line_for_each_lane_of_each_round() -> None:
    rows = list(csv.DictReader(io.StringIO(REPORT.written("csv"))))

    assert len(rows) == 9
    assert [row["lane"] for row in rows[:3]] == ["1", "2", "1"]
    assert rows[0]["service"] == "SIMULATED"
    assert float(rows[0]["tokens_per_second"]) == 1001.0
    assert rows[-1]["end"] == "failed"
    assert rows[-1]["problem"] == "Rate limit reached"
    assert rows[-1]["tokens_per_second"] == ""


def test_no_cell_of_the_csv_is_a_formula() -> None:
    report = Report(
        setup=REPORT.setup,
        service=SIMULATED,
        begun=REPORT.begun,
        results=(
            LaneResult(round=1, lane=0, model="=HYPERLINK(1)", end="completed", latency=Latency()),
        ),
        verdicts=(),
    )

    (row,) = csv.DictReader(io.StringIO(report.written("csv")))

    assert row["model"] == "'=HYPERLINK(1)"


def test_json_holds_the_setup_every_figure_and_the_verdicts() -> None:
    document = json.loads(REPORT.written("json"))

    assert document["simulated"] is True
    assert document["begun"] == "2026-11-23T17:21:50+00:00"
    assert document["setup"]["models"] == list(MODELS)
    assert len(document["results"]) == 9
    assert document["results"][0]["tokens_per_second"] == 1001.0
    assert document["results"][-1]["explanation"] == "Limit 8000 <b>"
    assert document["summary"][0]["speed"]["median"] == 1002.5
    assert document["summary"][1]["speed"]["n"] == 4
    assert document["summary"][1]["queue"]["median"] == 0.02
    assert document["summary"][1]["prompt"] is None
    (speed, *_) = document["verdicts"]
    assert speed["leader"] == MODELS[0]
    assert speed["comparisons"][0]["finding"] == "better"


def test_markdown_shows_a_table_and_takes_no_markup_from_outside() -> None:
    text = REPORT.written("markdown")

    assert text.startswith("# Race of 2 models\n\n2026-11-23 17:21:50; SIMULATED; 5 rounds;")
    assert "> \\# Why?\n> Say \\*it\\*" in text
    assert "| openai/gpt-oss-20b | 4 | 84.0 ± 0.0 | 1,002 ± 1 |" in text
    assert "| evil\\|=model | 4 |" in text
    assert "- openai/gpt-oss-20b is 2.0x faster than evil\\|=model: 1,002 against 502 tok/s" in text
    assert "- round 5, evil\\|=model: Rate limit reached" in text


def test_the_proposed_name_says_what_and_when() -> None:
    assert proposed_name(REPORT, "csv") == "race-2-models-2026-11-23-172150.csv"
    assert proposed_name(REPORT, "markdown").endswith(".md")
