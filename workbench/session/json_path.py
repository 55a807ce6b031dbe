"""Where in a JSON value something is, as people write it: ``$.items[2].name``. No I/O."""

import json
import re
from typing import Final, TypeAlias

Path: TypeAlias = tuple[str | int, ...]
"""Names of members and places in arrays, from the outside in; empty for the whole value."""

_PLAIN_NAME: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


def written(path: Path) -> str:
    """The path in JSONPath's form (RFC 9535); names that are no plain word are quoted."""
    return "$" + "".join(_segment(step) for step in path)


def _segment(step: str | int) -> str:
    if isinstance(step, int):
        return f"[{step}]"
    if _PLAIN_NAME.fullmatch(step):
        return f".{step}"
    return f"[{json.dumps(step, ensure_ascii=False)}]"
