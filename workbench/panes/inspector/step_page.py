"""What there is to say of a place on the timeline, as lines of a page. Pure."""

import json
from collections.abc import Iterator, Mapping
from typing import Final

from workbench.neutralise import neutralise, neutralise_line
from workbench.panes.inspector.timeline_rows import FAINT, GOOD, MUTED, WAITS, WRONG, call_state
from workbench.session.inspector.messages import text_of
from workbench.session.inspector.selection import Selection
from workbench.session.inspector.timeline import Call, ChatRequest, Message, Reply, Result, Round
from workbench.session.latency import Latency
from workbench.widgets.figures import UNKNOWN, count, duration, plural, speed
from workbench.widgets.inspector.json_changes import changes
from workbench.widgets.inspector.json_tree import tree
from workbench.widgets.inspector.page import Line, Page
from workbench.widgets.wire.json_lines import NAME

_BLANK: Final = Line()
_MOST_SHOWN: Final = 200_000
"""Characters of one text that are laid out; all of it is copied and sent."""


def step_page(selection: Selection) -> Page:
    """The page of what is selected."""
    asked, point = selection.round, selection.point
    if asked is None or point is None:
        return Page(list(_nothing()))
    call = selection.call
    if point.kind == "request":
        return Page(list(_request(asked.request)))
    if call is None:
        return Page(list(_reply(asked)))
    newest = asked is selection.branch.last
    return Page(list(_call(call, newest=newest, result_first=point.kind == "result")))


_WELCOME: Final = """\
The model may call the tools that you offer it: F4 shows them, where o opens a file and n writes \
one.

Then ask something below. What the model calls waits here for you: look at its arguments, run it, \
deny it, or type its result yourself. Results wait too, until you send them.

Go back to any step and take another course from there: the first one stays."""


def heading(text: str, right: tuple[str, str] | None = None) -> Line:
    """A heading, with how it stands at the right."""
    return Line(((text, "bold"),), right=right)


def _nothing() -> Iterator[Line]:
    yield heading("Tool calls, step by step")
    yield _BLANK
    yield from prose(_WELCOME, MUTED)


def prose(text: str, style: str = "", *, indent: int = 0) -> Iterator[Line]:
    """An untrusted text, wrapped between words."""
    margin = " " * indent
    for line in neutralise(text[:_MOST_SHOWN]).rstrip("\n").expandtabs(4).split("\n"):
        yield Line(((margin, ""), (line, style)), hang=indent, words=True)
    if len(text) > _MOST_SHOWN:
        more = f"{margin}… {len(text) - _MOST_SHOWN:,} characters more"
        yield Line(((more, MUTED),))


def data(text: str, *, indent: int = 2) -> Iterator[Line]:
    """A text as a tree where it is JSON, as it is where it is not."""
    stripped = text.strip()
    if not stripped:
        yield Line(((" " * indent + "nothing", FAINT),))
    elif stripped[0] in "{[" and len(stripped) <= _MOST_SHOWN:
        try:
            value = json.loads(stripped)
        except (ValueError, RecursionError):
            yield from prose(text, indent=indent)
        else:
            yield from tree(value, indent=indent)
    else:
        yield from prose(text, indent=indent)


# -- requests ---------------------------------------------------------------------------------


def _request(request: ChatRequest) -> Iterator[Line]:
    yield heading(neutralise_line(request.model), ("request", MUTED))
    if request.options:
        said = " · ".join(f"{name} {_plain(value)}" for name, value in request.options.items())
        yield Line(((neutralise_line(said), MUTED),), words=True)
    if request.tools:
        tokens = sum(tool.tokens for tool in request.tools)
        names = ", ".join(neutralise_line(tool.name) for tool in request.tools)
        yield Line((("tools  ", MUTED), (names, ""), (f"  ~{tokens:,} tokens", MUTED)), words=True)
    else:
        yield Line((("no tools were offered", MUTED),))
    earlier = len(request.messages) - request.added
    yield _BLANK
    yield heading("New in this request")
    for message in request.new_messages:
        yield from _message(message)
    if earlier > 0:
        yield _BLANK
        yield heading(f"Before that, {plural(earlier, 'message')}")
        for message in request.messages[:earlier]:
            yield from _message(message)


def _message(message: Message) -> Iterator[Line]:
    role = neutralise_line(str(message.get("role", "?")))
    about = str(message.get("tool_call_id", ""))
    yield Line(((f"{role:<10}", NAME), (neutralise_line(about), FAINT)))
    text = text_of(message)
    if text:
        yield from data(text) if role == "tool" else prose(text, indent=2)
    calls = message.get("tool_calls")
    for call in calls if isinstance(calls, list | tuple) else ():
        function = call.get("function") if isinstance(call, Mapping) else None
        if isinstance(function, Mapping):
            said = f"{function.get('name')}({function.get('arguments')})"
            yield Line((("  ▸ ", MUTED), (neutralise_line(said), "")), hang=4)


def _plain(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


# -- replies ----------------------------------------------------------------------------------


def _reply(asked: Round) -> Iterator[Line]:
    reply = asked.reply
    states: dict[str, tuple[str, str]] = {
        "waiting": ("waiting", WAITS),
        "arriving": ("arriving", WAITS),
        "stopped": ("stopped by you", WAITS),
        "failed": ("failed", WRONG),
        "complete": (f"finished: {neutralise_line(reply.finish_reason or UNKNOWN)}", MUTED),
    }
    yield heading("Reply", states[reply.state])
    latency = reply.latency
    if latency is not None and (latency.time_to_first_token or latency.prompt_tokens):
        yield from _latency(latency)
    if reply.problem is not None:
        yield from _problem(reply)
    if reply.reasoning:
        yield _BLANK
        yield heading("Reasoning")
        yield from prose(reply.reasoning, MUTED, indent=2)
    if reply.text:
        yield _BLANK
        yield heading("Answer")
        yield from prose(reply.text, indent=2)
    if asked.calls:
        yield _BLANK
        yield heading(plural(len(asked.calls), "call"))
        for call in asked.calls:
            said = (("  ▸ ", MUTED), (neutralise_line(call.name), ""))
            yield Line(said, right=call_state(call))


def _latency(latency: Latency) -> Iterator[Line]:
    here = (
        f"first token {duration(latency.time_to_first_token)} · total {duration(latency.duration)}"
    )
    yield Line((("here    ", FAINT), (here, MUTED)), words=True, hang=8)
    if latency.prompt_tokens is None:
        return  # the service tells at the end
    said = [f"{count(latency.prompt_tokens)} tokens in, {count(latency.completion_tokens)} out"]
    if latency.queue_time is not None:
        said.append(f"queue {duration(latency.queue_time)}")
    if latency.server_tokens_per_second is not None:
        said.append(f"{speed(latency.server_tokens_per_second)} tok/s")
    yield Line((("server  ", FAINT), (" · ".join(said), MUTED)), words=True, hang=8)


def _problem(reply: Reply) -> Iterator[Line]:
    problem = reply.problem
    assert problem is not None  # noqa: S101 - asked by the caller
    yield _BLANK
    yield Line(((f"✗ {neutralise_line(problem.title)}", WRONG),), words=True, hang=2)
    yield from prose(problem.explanation, indent=2)
    yield from prose(f"{problem.advice}  F5 sends the request again.".strip(), MUTED, indent=2)
    if reply.failed_generation:
        yield _BLANK
        yield heading("What the model wrote")
        yield from data(reply.failed_generation)


# -- calls ------------------------------------------------------------------------------------


def _call(call: Call, *, newest: bool, result_first: bool) -> Iterator[Line]:
    state = call_state(call)
    if call.state == "pending":
        state = ("waits for you", WAITS) if newest else ("was never answered", MUTED)
    yield heading(neutralise_line(call.name), state)
    yield Line(((_origin(call), MUTED),), words=True)
    parts = [list(_arguments(call)), list(_result(call))]
    for part in reversed(parts) if result_first else parts:
        if part:
            yield _BLANK
            yield from part


def _origin(call: Call) -> str:
    if call.tool is None:
        return "No tool of this name was offered."
    source = call.tool.source
    if call.tool.runnable:
        return f"{neutralise_line(source.name)}, {neutralise_line(source.location)}"
    return f"{neutralise_line(source.name)}: a definition alone, nothing that could run"


def _arguments(call: Call) -> Iterator[Line]:
    check = call.check
    if call.state == "arriving":
        yield heading("Arguments", ("arriving", WAITS))
        yield from prose(call.arguments, indent=2)
        return
    if check.unreadable is not None:
        verdict = ("✗ not JSON", WRONG)
    elif check.unknown_tool:
        verdict = ("no schema to check by", WAITS)
    elif check.faults:
        verdict = (f"✗ {plural(len(check.faults), 'fault')}", WRONG)
    else:
        verdict = ("✓ fits the schema", GOOD)
    yield heading(
        "Arguments, as you edited them" if call.edited is not None else "Arguments", verdict
    )
    if check.unreadable is not None:
        wrong = check.unreadable
        where = f"  ✗ line {wrong.line}, column {wrong.column}: {neutralise_line(wrong.message)}"
        yield Line(((where, WRONG),), words=True, hang=4)
        yield from _broken(call.current, wrong.line, wrong.column)
    else:
        yield from tree(check.value, check.faults)
    yield from _edited(call.arguments, call.current if call.edited is not None else None)
    yield _BLANK
    yield heading("As generated")
    yield from prose(call.arguments or "nothing", MUTED, indent=2)


def _edited(text: str, edited: str | None) -> Iterator[Line]:
    """What a person changed, place by place, where both are JSON."""
    if edited is None:
        return
    try:
        found = list(changes(json.loads(text), json.loads(edited)))
    except (ValueError, RecursionError):
        return
    if found:
        yield _BLANK
        yield heading("What you changed")
        yield from found


def _broken(text: str, line: int, column: int) -> Iterator[Line]:
    """The text around the place where it breaks, which is marked."""
    lines = text.split("\n")
    shown = lines[line - 1] if line <= len(lines) else ""
    start = max(0, column - 1 - 30)
    before, after = (
        neutralise_line(shown[start : column - 1]),
        neutralise_line(shown[column - 1 :][:30]),
    )
    dots = "…" if start else ""
    mark = (after[:1] or "end", f"bold $background on {WRONG}")
    yield Line((("  ", ""), (dots + before, ""), mark, (after[1:], MUTED)))


def _result(call: Call) -> Iterator[Line]:
    if call.state == "running":
        yield heading("Result", ("running · Esc ends it", WAITS))
    result = call.result
    if result is None:
        return
    yield heading(_result_title(result), (_result_note(result), WRONG if result.failed else MUTED))
    yield from data(result.sent)
    yield from _edited(result.text, result.edited)
    if result.edited is not None:
        yield _BLANK
        yield heading("As it came")
        yield from data(result.text)
    if result.printed:
        yield _BLANK
        yield heading("Printed", ("the model is not told", MUTED))
        yield from prose(result.printed, MUTED, indent=2)


def _result_title(result: Result) -> str:
    return "Result, as you edited it" if result.edited is not None else "Result"


def _result_note(result: Result) -> str:
    match result.origin:
        case "ran":
            return f"{result.note} · {duration(result.seconds)}"
        case "typed":
            return f"typed by you · {result.note}" if result.note else "typed by you"
        case "recorded":
            return "as recorded"
    return "denied by you"
