"""The input of a batch: lines of JSON, each a request, checked before any is asked. No I/O."""

import json
from dataclasses import dataclass

from workbench.simulator.batch import ENDPOINTS, LineFault
from workbench.simulator.wire import JSON, JSONObject

MOST_LINES = 50_000
# A file that is wrong from its first line to its last tells so often enough.
_MOST_FAULTS = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchLine:
    """One request of a batch."""

    custom_id: str
    url: str
    body: JSONObject


def parse_lines(data: bytes, endpoint: str) -> tuple[tuple[BatchLine, ...], tuple[LineFault, ...]]:
    """The requests of an input file and what is wrong with it; empty lines are passed over."""
    lines: list[BatchLine] = []
    faults: list[LineFault] = []
    seen: set[str] = set()
    for number, text in enumerate(data.split(b"\n"), 1):
        if not text.strip():
            continue
        parsed = _parse(text, number, endpoint, seen)
        if isinstance(parsed, LineFault):
            faults.append(parsed)
        else:
            seen.add(parsed.custom_id)
            lines.append(parsed)
        if len(faults) == _MOST_FAULTS or len(lines) > MOST_LINES:
            break
    if len(lines) > MOST_LINES:
        message = f"The file has more than {MOST_LINES} lines."
        faults.append(LineFault(code="too_many_lines", message=message))
    if not lines and not faults:
        faults.append(LineFault(code="empty_file", message="The file has no requests."))
    return tuple(lines), tuple(faults)


def _parse(text: bytes, number: int, endpoint: str, seen: set[str]) -> BatchLine | LineFault:
    def fault(code: str, message: str, param: str | None = None) -> LineFault:
        return LineFault(code=code, message=message, line=number, param=param)

    try:
        value: JSON = json.loads(text)
    except (ValueError, RecursionError):
        return fault("invalid_json_line", "This line is not parseable as valid JSON.")
    if not isinstance(value, dict):
        return fault("invalid_json_line", "This line is not a JSON object.")
    custom_id, url, body = value.get("custom_id"), value.get("url"), value.get("body")
    if not isinstance(custom_id, str) or not custom_id:
        return fault("missing_required_parameter", "`custom_id` is required.", "custom_id")
    if custom_id in seen:
        message = f"The `custom_id` `{custom_id}` has been used in an earlier line."
        return fault("duplicate_custom_id", message, "custom_id")
    if value.get("method") != "POST":
        return fault("invalid_method", "`method` must be `POST`.", "method")
    if not isinstance(url, str) or url not in ENDPOINTS:
        return fault("invalid_url", f"`url` must be one of [{' '.join(ENDPOINTS)}].", "url")
    if url != endpoint:
        return fault("mismatched_endpoint", f"`url` must be the batch's `{endpoint}`.", "url")
    if not isinstance(body, dict):
        return fault("missing_required_parameter", "`body` is required.", "body")
    return BatchLine(custom_id=custom_id, url=url, body=body)
