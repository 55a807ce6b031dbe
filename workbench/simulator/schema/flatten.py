"""A schema with its references followed and its `allOf` merged. No I/O."""

from urllib.parse import unquote

from workbench.simulator.wire import JSON, JSONObject

_DEEPEST_REFERENCE = 32


def follow(schema: JSON, root: JSONObject) -> JSON:
    """The schema a `$ref` points at, with what stands beside the reference merged in."""
    for _ in range(_DEEPEST_REFERENCE):
        if not isinstance(schema, dict) or not isinstance(target := schema.get("$ref"), str):
            return schema
        found = _at(target, root)
        beside: JSONObject = {key: value for key, value in schema.items() if key != "$ref"}
        schema = merge(found, beside) if isinstance(found, dict) and beside else found
    return {}


def flatten(schema: JSON, root: JSONObject) -> JSONObject:
    """The schema as one object of keywords; `true` is the empty one."""
    followed = follow(schema, root)
    if not isinstance(followed, dict):
        return {} if followed is not False else {"not": {}}
    parts = followed.get("allOf")
    if not isinstance(parts, list):
        return followed
    flat: JSONObject = {key: value for key, value in followed.items() if key != "allOf"}
    for part in parts:
        flat = merge(flat, flatten(part, root))
    return flat


def merge(left: JSONObject, right: JSONObject) -> JSONObject:
    """A schema that asks for both."""
    merged: JSONObject = dict(left)
    for key, value in right.items():
        merged[key] = _both(key, merged[key], value) if key in merged else value
    return merged


def _both(key: str, left: JSON, right: JSON) -> JSON:
    if key == "properties" and isinstance(left, dict) and isinstance(right, dict):
        shared: JSONObject = {**left, **right}
        for name in left.keys() & right.keys():
            shared[name] = {"allOf": [left[name], right[name]]}
        return shared
    if key == "required" and isinstance(left, list) and isinstance(right, list):
        return left + [name for name in right if name not in left]
    if key in ("enum", "type"):
        return _common(left, right)
    if isinstance(left, int | float) and isinstance(right, int | float):
        lower = key.lower().endswith("minimum") or key.startswith("min")
        return max(left, right) if lower else min(left, right)
    return right


def _common(left: JSON, right: JSON) -> JSON:
    lefts = left if isinstance(left, list) else [left]
    rights = right if isinstance(right, list) else [right]
    common = [item for item in lefts if item in rights]
    if "number" in lefts and "integer" in rights:
        common.append("integer")
    if "integer" in lefts and "number" in rights:
        common.append("integer")
    return common[0] if len(common) == 1 and not isinstance(left, list) else common


def _at(reference: str, root: JSONObject) -> JSON:
    """What a local reference (`#/$defs/Node`) points at; the empty schema when nothing does."""
    if reference in ("#", ""):
        return root
    if not reference.startswith("#/"):
        return {}
    here: JSON = root
    for step in reference[2:].split("/"):
        name = unquote(step).replace("~1", "/").replace("~0", "~")
        if isinstance(here, dict) and name in here:
            here = here[name]
        elif isinstance(here, list) and name.isdecimal() and int(name) < len(here):
            here = here[int(name)]
        else:
            return {}
    return here
