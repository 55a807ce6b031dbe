"""JSON for people to read and edit. Pure."""

import json


def as_json(value: object) -> str:
    """The value laid out over lines, every character as it is."""
    return json.dumps(value, ensure_ascii=False, indent=2)
