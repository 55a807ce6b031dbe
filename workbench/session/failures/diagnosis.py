"""Says where a failed generation breaks and why, and what it would be if it were repaired. Pure."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Literal, TypeAlias

from workbench.session.failures.failed import FailedGeneration
from workbench.session.failures.finding import Found, find_json
from workbench.session.json_path import Path, written
from workbench.session.json_schema import Fault, faults
from workbench.session.tolerant_json import Meant, meant, position

Cause: TypeAlias = Literal["form", "schema", "unknown tool", "no call", "cut off", "nothing"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Spot:
    """One place where it breaks.

    Attributes:
        at: offset in what the model wrote; ``None`` for what is missing from it.
        line, column: the same for a person, from 1; 0 where there is none.
        path: in the value.
        rule: what it breaks: JSON itself, or the schema's keyword.
        message: why, in words.

    """

    at: int | None
    line: int
    column: int
    path: str
    rule: str
    message: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Diagnosis:
    """What is wrong with a failed generation.

    Attributes:
        cause: the first thing that is wrong.
        title: it in one sentence.
        spots: every place where it breaks, in the order of the text.
        tool: the tool that was meant, "" for a JSON answer or where none was.
        repaired: what was meant as JSON: the arguments, or the document; ``None`` where it cannot
            be told.
        fits: whether the repaired value satisfies the schema, or there is none.

    """

    failed: FailedGeneration
    cause: Cause
    title: str
    spots: tuple[Spot, ...] = ()
    tool: str = ""
    repaired: str | None = None
    fits: bool = False


def diagnose(failed: FailedGeneration) -> Diagnosis:
    """Open up a failed generation."""
    text = failed.text
    found = find_json(text)
    if found.start is None:
        return _without_json(failed)
    value = meant(text, found.start)
    return (
        _of_call(failed, found, value) if failed.about_tools else _of_answer(failed, found, value)
    )


def schema_of(request: Mapping[str, object]) -> object:
    """The schema that a JSON answer has to satisfy, ``None`` when any object will do."""
    wanted = request.get("response_format")
    inner = wanted.get("json_schema") if isinstance(wanted, Mapping) else None
    return inner.get("schema") if isinstance(inner, Mapping) else None


def tools_of(request: Mapping[str, object]) -> dict[str, object]:
    """The tools on offer by name, each with the schema of its arguments."""
    offered = request.get("tools")
    found: dict[str, object] = {}
    for tool in offered if isinstance(offered, Sequence) else ():
        function = tool.get("function") if isinstance(tool, Mapping) else None
        if isinstance(function, Mapping) and isinstance(function.get("name"), str):
            found[function["name"]] = function.get("parameters")
    return found


# -- a tool call ----------------------------------------------------------------------------


def _of_call(failed: FailedGeneration, found: Found, value: Meant) -> Diagnosis:
    name, arguments, inner = _call(found, value)
    spots = [*_dressed(found), *_slips(failed, value)]
    offered = tools_of(failed.request)
    repaired = json.dumps(arguments, ensure_ascii=False)
    if name not in offered:
        spots.append(_unknown(failed, name, offered))
        return Diagnosis(
            failed=failed,
            cause="unknown tool",
            title=_unknown_title(name, offered),
            spots=tuple(spots),
            tool=name,
            repaired=repaired,
        )
    wrong = [_of_fault(failed, fault, value, inner) for fault in faults(arguments, offered[name])]
    return Diagnosis(
        failed=failed,
        cause=_cause(value, spots, wrong),
        title=_title(f"The arguments of {name}", value, spots, wrong),
        spots=_sorted([*spots, *wrong]),
        tool=name,
        repaired=repaired,
        fits=not wrong,
    )


def _call(found: Found, value: Meant) -> tuple[str, object, Path]:
    """The name, the arguments, and where in the value these are."""
    whole, inner = value.value, Path()
    if isinstance(whole, list) and whole and isinstance(whole[0], dict):
        whole, inner = whole[0], (0,)
    if found.name or not isinstance(whole, dict):
        return found.name, whole, inner
    if isinstance(whole.get("function"), dict):
        whole, inner = whole["function"], (*inner, "function")
    name = whole.get("name") or whole.get("tool") or whole.get("function") or ""
    for member in ("arguments", "parameters", "args", "input"):
        if member not in whole:
            continue
        arguments = whole[member]
        if isinstance(arguments, str):  # JSON within JSON
            return str(name), meant(arguments).value, (*inner, member)
        return str(name), arguments, (*inner, member)
    return str(name), {}, inner


def _unknown(failed: FailedGeneration, name: str, offered: Mapping[str, object]) -> Spot:
    at = failed.text.find(name) if name else -1
    line, column = position(failed.text, at) if at >= 0 else (0, 0)
    return Spot(
        at=at if at >= 0 else None,
        line=line,
        column=column,
        path="$.name",
        rule="tools",
        message=_unknown_title(name, offered),
    )


def _unknown_title(name: str, offered: Mapping[str, object]) -> str:
    if not name:
        return "The call names no tool."
    near = get_close_matches(name, offered, n=1)
    meant_one = f" Was {near[0]!r} meant?" if near else ""
    names = ", ".join(offered) or "none"
    return f"There is no tool {name!r}; on offer: {names}.{meant_one}"


# -- a JSON answer --------------------------------------------------------------------------


def _of_answer(failed: FailedGeneration, found: Found, value: Meant) -> Diagnosis:
    spots = [*_dressed(found), *_slips(failed, value)]
    schema = schema_of(failed.request)
    wrong = [_of_fault(failed, fault, value, ()) for fault in faults(value.value, schema)]
    return Diagnosis(
        failed=failed,
        cause=_cause(value, spots, wrong),
        title=_title("The answer", value, spots, wrong),
        spots=_sorted([*spots, *wrong]),
        repaired=value.text,
        fits=not wrong,
    )


def _without_json(failed: FailedGeneration) -> Diagnosis:
    text = failed.text.strip()
    if "max completion tokens" in f"{failed.said} {text}".lower():
        title = "The tokens ran out before the document was whole."
        return Diagnosis(failed=failed, cause="cut off", title=title)
    if not text:
        title = "The service does not say what the model wrote."
        return Diagnosis(failed=failed, cause="nothing", title=title)
    wanted = "called no tool" if failed.about_tools else "wrote no JSON"
    shown = " ".join(text.split())
    shown = shown if len(shown) <= 60 else f"{shown[:59]}…"
    return Diagnosis(
        failed=failed, cause="no call", title=f"The model {wanted}, it answered in words: {shown}"
    )


# -- what is wrong --------------------------------------------------------------------------


def _dressed(found: Found) -> Iterator[Spot]:
    if found.dress and found.start is not None:
        yield Spot(
            at=0,
            line=1,
            column=1,
            path="$",
            rule="form",
            message=f"it came with {found.dress}, where JSON alone is wanted",
        )


def _slips(failed: FailedGeneration, value: Meant) -> Iterator[Spot]:
    for slip in value.slips:
        line, column = position(failed.text, slip.at)
        yield Spot(
            at=slip.at, line=line, column=column, path=slip.path, rule="JSON", message=slip.message
        )
    rest = failed.text[value.end :].strip().strip("`").strip()
    if rest and not rest.startswith(("</function", ")", "</tool_call", "<|", "]")):
        line, column = position(failed.text, value.end)
        yield Spot(
            at=value.end,
            line=line,
            column=column,
            path="$",
            rule="form",
            message="something follows behind the JSON",
        )


def _of_fault(failed: FailedGeneration, fault: Fault, value: Meant, inner: Path) -> Spot:
    """A fault of the schema, at the value's place in the text; of a missing one, at its owner's."""
    path = (*inner, *fault.at)
    at = value.places.get(path)
    while at is None and path:
        path = path[:-1]
        at = value.places.get(path)
    line, column = position(failed.text, at) if at is not None else (0, 0)
    return Spot(
        at=at,
        line=line,
        column=column,
        path=written(fault.at),
        rule=fault.rule,
        message=fault.message,
    )


def _cause(value: Meant, spots: Sequence[Spot], wrong: Sequence[Spot]) -> Cause:
    if _cut_off(value):
        return "cut off"
    if spots:
        return "form"
    return "schema" if wrong else "nothing"


def _cut_off(value: Meant) -> bool:
    """Whether the text simply stops: what is unclosed is so at its very end."""
    ending = [slip for slip in value.slips if slip.at >= value.end]
    return any(slip.kind in ("brace", "bracket", "string", "nothing") for slip in ending)


def _title(what: str, value: Meant, spots: Sequence[Spot], wrong: Sequence[Spot]) -> str:
    many = "arguments" in what
    be, them = ("are", "them") if many else ("is", "it")
    if _cut_off(value):
        return f"{what} {be} cut off: the text stops before it is closed."
    if spots and wrong:
        return f"{what} {be} not JSON, and would not fit the schema."
    if spots:
        return f"{what} {be} not JSON as it should be."
    if wrong:
        return f"{what} {'do' if many else 'does'} not fit the schema."
    return f"{what} {be} in order here: only the service finds fault with {them}."


def _sorted(spots: Sequence[Spot]) -> tuple[Spot, ...]:
    return tuple(sorted(spots, key=lambda spot: -1 if spot.at is None else spot.at))
