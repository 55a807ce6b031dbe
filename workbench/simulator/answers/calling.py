"""Which tools to call, with what, and what to say about their results. No I/O."""

import json
import re
from random import Random

from workbench.simulator.answers.brief import Brief, ToolResult
from workbench.simulator.answers.facts import Facts, words
from workbench.simulator.answers.hints import FactHints
from workbench.simulator.draft import DraftCall
from workbench.simulator.request import ChatRequest, Tool
from workbench.simulator.schema import make_value
from workbench.simulator.wire import JSON

_GENERIC = frozenset(
    """
    get set find fetch search look lookup list make create run call the return value data tool
    function result string number current given name use used information about response final which
    this that ends conversation
    """.split()  # noqa: SIM905 - a list of words reads better than a column of literals
)
_VERBS = frozenset({"search", "find", "lookup", "create", "list", "run", "send", "fetch"})
_MOST_CALLS = 8
_FORBIDDEN = re.compile(
    r"\b(?:do not|don't|dont|without|never) (?:\w+ ){0,2}?(?:call|calling|use|using|make)\b"
    r"[^.]*\btools?\b",
    re.IGNORECASE,
)


def choose_calls(
    request: ChatRequest, brief: Brief, random: Random, *, parallel: bool
) -> tuple[DraftCall, ...]:
    """The calls of this turn: none when the question needs no tool, or all were made."""
    if not request.may_call:
        return ()
    if request.tool_choice == "auto" and _FORBIDDEN.search(brief.head):
        return ()
    planned = _planned(request, brief, random)
    made = {(result.call.name, _canonical(result.call.arguments)) for result in brief.results}
    pending = [call for call in planned if (call.name, _canonical(call.arguments)) not in made]
    if request.tool_choice == "required" and not pending:
        pending = planned[-1:]
    return tuple(pending[: _MOST_CALLS if parallel else 1])


def _planned(request: ChatRequest, brief: Brief, random: Random) -> list[DraftCall]:
    """Every call the question asks for, whether made already or not."""
    tools = _fitting(request, brief)
    planned: list[DraftCall] = []
    for tool in tools:
        for place in range(_repetitions(tool, brief.facts)):
            arguments = _arguments(tool, brief, random, place)
            planned.append(DraftCall(name=tool.name, arguments=arguments))
    return planned


def _fitting(request: ChatRequest, brief: Brief) -> list[Tool]:
    mode, _, name = request.tool_choice.partition(":")
    if mode == "function":
        return [tool for tool in request.tools if tool.name == name]
    named = [tool for tool in request.tools if tool.name in brief.head]
    if named:
        return sorted(named, key=lambda tool: brief.head.index(tool.name))
    scored = [(_fit(tool, brief.facts), tool) for tool in request.tools]
    best = max(score for score, _ in scored)
    if best > 0:
        # Others count only when they fit nearly as well: a question rarely needs every tool.
        return [tool for score, tool in scored if score >= max(2, best * 0.75)] or [
            next(tool for score, tool in scored if score == best)
        ]
    if mode == "required":
        return [request.tools[0]]
    return []


def _fit(tool: Tool, facts: Facts) -> int:
    """How many words a tool and the question share; those of its name count three times."""
    name = {word for word in words(tool.name) if word not in _GENERIC}
    about = {word for word in words(tool.description) if word not in _GENERIC and len(word) > 3}
    score = 3 * len(name & facts.vocabulary) + len((about - name) & facts.vocabulary)
    if facts.sums and {"calculator", "calculate", "math", "maths", "expression"} & (name | about):
        score += 3
    verbs = {word for word in words(tool.name) if word in _VERBS}
    return score + 2 * len(verbs & facts.vocabulary)


def _repetitions(tool: Tool, facts: Facts) -> int:
    """Once; but once per place when the tool takes exactly one and the question names several."""
    parameters = tool.parameters or {}
    properties, required = parameters.get("properties"), parameters.get("required")
    names = [str(name) for name in required] if isinstance(required, list) else []
    known = list(properties) if isinstance(properties, dict) else []
    wanted = names or known
    single = len(wanted) == 1 and {"city", "location", "place", "country"} & set(words(wanted[0]))
    return max(1, len(facts.places)) if single else 1


def _arguments(tool: Tool, brief: Brief, random: Random, place: int) -> str:
    if tool.parameters is None or not tool.parameters.get("properties"):
        return "{}"
    hints = FactHints(brief.facts, skip_places=place)
    value = make_value(tool.parameters, hints, random, generous=False)
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _canonical(arguments: str) -> str:
    try:
        return json.dumps(json.loads(arguments), sort_keys=True)
    except ValueError:
        return arguments


def about_results(results: tuple[ToolResult, ...]) -> str:
    """An answer that quotes what the tools returned."""
    if len(results) == 1:
        return f"{_introduction(results[0])}\n\n{_quoted(results[0].text)}"
    parts = [
        f"- **{result.call.name}**{_given(result)}: {_inline(result.text)}" for result in results
    ]
    return "Here is what the tools returned:\n\n" + "\n".join(parts)


def results_in_a_sentence(results: tuple[ToolResult, ...]) -> str:
    """The same, in one sentence."""
    said = " and ".join(f"{result.call.name} returned {_inline(result.text)}" for result in results)
    return f"{said[:1].upper()}{said[1:]}."


def _introduction(result: ToolResult) -> str:
    return f"I called `{result.call.name}`{_given(result)}, and it returned:"


def _given(result: ToolResult) -> str:
    try:
        value: JSON = json.loads(result.call.arguments)
    except ValueError:
        return ""
    if not isinstance(value, dict) or not value:
        return ""
    said = ", ".join(f"{key} {_plain(member)}" for key, member in value.items())
    return f" ({said})"


def _plain(value: JSON) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _inline(text: str) -> str:
    value = _parsed(text)
    if isinstance(value, dict):
        return ", ".join(f"{key} {_plain(member)}" for key, member in value.items())
    return text.strip() or "nothing"


def _quoted(text: str) -> str:
    """A flat object as a table, other JSON as code, plain text as a quotation."""
    value = _parsed(text)
    if (
        isinstance(value, dict)
        and value
        and not any(isinstance(member, dict | list) for member in value.values())
    ):
        rows = [f"| {key} | {_plain(member)} |".replace("\n", " ") for key, member in value.items()]
        return "\n".join(["| | |", "|---|---|", *rows])
    if isinstance(value, dict | list):
        return f"```json\n{json.dumps(value, ensure_ascii=False, indent=2)}\n```"
    return "\n".join(f"> {line}" for line in (text.strip() or "(nothing)").splitlines())


def _parsed(text: str) -> JSON:
    try:
        value: JSON = json.loads(text)
    except ValueError:
        return None
    return value
