"""Finds the call or the document in what a model wrote, in whatever dress it came. Pure."""

import re
from dataclasses import dataclass
from typing import Final

_FENCE: Final = re.compile(r"```[a-zA-Z]*[ \t]*\n(.*?)(?:```|\Z)", re.DOTALL)
_FUNCTION_TAG: Final = re.compile(r"<function[=/\s(]+([A-Za-z0-9_.-]+)\)?\s*>?\s*[,(]?\s*")
_TOOL_MARKS: Final = re.compile(
    r"<\|python_tag\|>|\[TOOL_CALLS\]|<tool_call>|<\|channel\|>.*?<\|message\|>", re.DOTALL
)
_CALL: Final = re.compile(r"\A\s*([A-Za-z_][A-Za-z0-9_.-]*)\s*\(\s*(?=\{|\))")


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """Where the JSON begins, and what stands around it.

    Attributes:
        start: offset of its first character; ``None`` when there is none.
        name: the function's, where the dress itself names it.
        dress: what it came in, in a few words; "" when it came bare.

    """

    start: int | None
    name: str = ""
    dress: str = ""


def find_json(text: str) -> Found:
    """The first JSON value of a text; prose around it is only said to be there."""
    tag = _FUNCTION_TAG.search(text)
    if tag is not None:
        return Found(
            start=_brace(text, tag.end()), name=tag[1], dress="a <function=...> tag of its own"
        )
    mark = _TOOL_MARKS.search(text)
    if mark is not None:
        return Found(start=_brace(text, mark.end()), dress=f"the mark {mark[0][:20]}")
    call = _CALL.match(text)
    if call is not None:
        return Found(start=_brace(text, call.end()), name=call[1], dress="a call as in a program")
    fence = _FENCE.search(text)
    if fence is not None and _brace(text, fence.start(1)) is not None:
        return Found(start=_brace(text, fence.start(1)), dress="a fence of Markdown")
    start = _brace(text, 0)
    prose = start is not None and text[:start].strip()
    return Found(start=start, dress="prose in front of it" if prose else "")


def _brace(text: str, begin: int) -> int | None:
    found = re.compile(r"[{\[]").search(text, begin)
    return None if found is None else found.start()
