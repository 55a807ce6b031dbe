"""What the model is told of a tool that ran. No I/O."""

import json

from workbench.session.inspector.puppets import timed_out
from workbench.session.inspector.timeline import Result
from workbench.tool_runs import OUTPUT_LIMIT, ToolOutcome


def result_of(outcome: ToolOutcome, tool: str) -> Result:
    """The result of a run; failures are told to the model as JSON with an ``error``."""
    match outcome.ending:
        case "returned":
            text, note = outcome.text, "returned"
        case "timeout":
            text, note = timed_out(tool), "took too long, was ended"
        case "too much":
            message = f"{tool} wrote more than {OUTPUT_LIMIT // 1024} KiB and was ended."
            text, note = _error("TooMuchOutput", message), "wrote too much, was ended"
        case "raised":
            text, note = _error("ToolError", outcome.text), "raised an error"
        case _:
            text, note = _error("ToolError", outcome.text), "did not finish"
    return Result(
        origin="ran",
        text=text,
        failed=outcome.ending != "returned",
        printed=outcome.printed,
        seconds=outcome.seconds,
        note=note,
    )


def _error(kind: str, message: str) -> str:
    return json.dumps({"error": {"type": kind, "message": message}}, ensure_ascii=False)
