"""A failed generation as a document: what is wrong in a sentence, where in the text, repaired."""

import json
from collections.abc import Iterator, Sequence
from typing import Final

from workbench.neutralise import neutralise_line
from workbench.session.failures.diagnosis import Diagnosis, Spot
from workbench.session.wire.text import as_json
from workbench.widgets.wire.json_lines import safe_lines
from workbench.widgets.wire.text_rows import Look, TextRows

_MOST_LINES: Final = 400
_MOST_SPOTS: Final = 40
_GUTTER: Final = 4

Line = tuple[str, Look]


def failure_document(diagnosis: Diagnosis) -> TextRows:
    """All that there is to say of it."""
    failed = diagnosis.failed
    when = "in the middle of the stream" if failed.in_stream else "instead of an answer"
    lines: list[Line] = [
        (neutralise_line(diagnosis.title), "strong"),
        (f"{neutralise_line(failed.code)}, {when}: {neutralise_line(failed.said)}", "muted"),
        ("", "text"),
    ]
    if failed.text:
        whose = "What the model generated" if failed.generated else "What had arrived"
        lines.append((whose, "heading"))
        lines += _marked(failed.text, diagnosis.spots)
    if failed.reasoning:
        lines += [("", "text"), ("What it had thought", "heading")]
        lines += [(f"  {line}", "muted") for line in safe_lines(failed.reasoning)[:_MOST_LINES]]
    lines += [
        (f"  {spot.path}: {neutralise_line(spot.message)}", "error")
        for spot in diagnosis.spots
        if spot.at is None
    ]
    if diagnosis.repaired is not None and diagnosis.spots:
        fits = "fits the schema" if diagnosis.fits else "still does not fit"
        of_tool = f" for {neutralise_line(diagnosis.tool)}" if diagnosis.tool else ""
        lines += [
            ("", "text"),
            (f"What was meant{of_tool}", "heading"),
            *((f"  {line}", "json") for line in safe_lines(_laid_out(diagnosis.repaired))),
            (f"  {fits}", "good" if diagnosis.fits else "warning"),
        ]
    return TextRows(lines)


def _marked(text: str, spots: Sequence[Spot]) -> Iterator[Line]:
    """The text with its line numbers, and below each line what is wrong in it."""
    by_line: dict[int, list[Spot]] = {}
    for spot in spots[:_MOST_SPOTS]:
        if spot.at is not None:
            by_line.setdefault(spot.line, []).append(spot)
    lines = text.split("\n")
    for number, line in enumerate(lines[:_MOST_LINES], start=1):
        # each character of the line stays one character, so that the marks stand below theirs
        shown = " ".join(safe_lines(line.replace("\t", " ")))
        yield f"{number:>{_GUTTER}} │ {shown}", "text"
        for spot in by_line.get(number, ()):
            margin = " " * (_GUTTER + 3 + spot.column - 1)
            yield f"{margin}▲ {neutralise_line(f'{spot.path} {spot.message}')}", "error"
    if len(lines) > _MOST_LINES:
        yield f"… and {len(lines) - _MOST_LINES:,} lines more", "muted"


def _laid_out(text: str) -> str:
    """JSON over several lines where it is more than a word."""
    return as_json(json.loads(text))
