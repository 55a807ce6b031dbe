"""Answers that must be JSON. No I/O."""

import json
import re
from random import Random

from workbench.simulator.answers.brief import Brief
from workbench.simulator.answers.hints import FactHints
from workbench.simulator.request import ResponseFormat
from workbench.simulator.schema import make_value
from workbench.simulator.wire import JSON, JSONObject

_KEYS = re.compile(
    r"\b(?:keys?|fields?|properties|property|members?|attributes?)\b[\s:]*((?:[\"'`]?\w+[\"'`]?"
    r"(?:\s*,\s*(?:and\s+)?|\s+and\s+)?)+)",
    re.IGNORECASE,
)
_OBJECT = re.compile(r"\{.*\}", re.DOTALL)


def write_json(wanted: ResponseFormat, brief: Brief, random: Random) -> str:
    """A JSON document: one that satisfies the schema, or one with the members asked for."""
    if wanted.schema is not None:
        value = make_value(wanted.schema, FactHints(brief.facts), random)
        return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    schema = _schema_in(brief.system) or _schema_in(brief.question)
    if schema is not None:
        value = make_value(schema, FactHints(brief.facts), random)
    else:
        value = _object(brief, random)
    return json.dumps(value, ensure_ascii=False, indent=2)


def _schema_in(text: str) -> JSONObject | None:
    """A JSON Schema that the prompt quotes, as libraries without structured output do."""
    found = _OBJECT.search(text)
    if found is None:
        return None
    try:
        value: JSON = json.loads(found.group())
    except ValueError:
        return None
    if isinstance(value, dict) and ("properties" in value or "$defs" in value):
        return value
    return None


def _object(brief: Brief, random: Random) -> JSONObject:
    found = _KEYS.search(brief.head) or _KEYS.search(brief.system[:2000])
    names = re.findall(r"\w+", found.group(1)) if found else []
    members = [name for name in names if name.lower() not in ("and", "with", "as", "in", "of")]
    if members:
        properties: JSONObject = {name: {"type": "string"} for name in members}
        listed: list[JSON] = list(members)
        schema: JSONObject = {"type": "object", "properties": properties, "required": listed}
        value = make_value(schema, FactHints(brief.facts), random)
        return value if isinstance(value, dict) else {}
    stated: JSONObject = dict(brief.facts.pairs)
    return stated or {
        "question": brief.question.strip(),
        "answer": "This is a simulated JSON answer.",
        "simulated": True,
    }
