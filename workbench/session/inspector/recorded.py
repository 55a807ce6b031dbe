"""Recorded exchanges as branches: conversations put together again, round by round. No I/O."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from client import RecordedExchange
from workbench.session.inspector.messages import text_of
from workbench.session.inspector.recorded_replies import recorded_reply
from workbench.session.inspector.replies import make_call
from workbench.session.inspector.timeline import (
    Branch,
    Call,
    ChatRequest,
    Message,
    Reply,
    Result,
    Round,
)
from workbench.session.tools.definitions import DefinitionError, parse_tools
from workbench.session.tools.tool import Tool, ToolSource

_NO_OPTION: Final = frozenset({"messages", "model", "tools", "stream", "stream_options"})
_CHAT: Final = "/chat/completions"


class NothingRecordedError(Exception):
    """No exchange of a recording is a chat; the message says what there is instead."""


@dataclass(slots=True)
class _Exchange:
    """A recorded chat completion; ``used`` when it is part of a longer conversation."""

    asked: Round
    used: bool = False


def branches_of(exchanges: Sequence[RecordedExchange], *, name: str) -> tuple[Branch, ...]:
    """A branch for each conversation; an exchange that another one goes on from is part of it.

    What a request says of earlier rounds is shown as rounds too, where their own exchanges were
    not recorded.

    Raises:
        NothingRecordedError: there is no chat in it.

    """
    source = ToolSource(kind="recording", name=name)
    ordered = sorted(exchanges, key=lambda each: each.number)
    chats = [
        _Exchange(asked)
        for each in ordered
        if each.url.partition("?")[0].endswith(_CHAT)
        and (asked := _round(each, source)) is not None
    ]
    if not chats:
        count = len(exchanges)
        what = "none" if not count else f"none of its {count}" if count > 1 else "its only one"
        raise NothingRecordedError(f"{name} holds no chat: {what} is a chat completion.")
    by_length = sorted(chats, key=lambda chat: -len(chat.asked.request.messages))
    whole = {id(chat): _rounds(chat, chats) for chat in by_length if not chat.used}
    found = [whole[id(chat)] for chat in chats if id(chat) in whole and not chat.used]
    return tuple(
        Branch(number=number, title=_title(rounds), rounds=rounds, recorded=name)
        for number, rounds in enumerate(found, 1)
    )


def tools_of(branches: Sequence[Branch]) -> tuple[Tool, ...]:
    """The tools that were offered in recorded conversations, each name once: the last one."""
    tools = [t for branch in branches for each in branch.rounds for t in each.request.tools]
    return tuple({tool.name: tool for tool in tools}.values())


def _round(exchange: RecordedExchange, source: ToolSource) -> Round | None:
    try:
        body = json.loads(exchange.request_body or b"")
    except (ValueError, RecursionError):
        return None
    messages = body.get("messages") if isinstance(body, dict) else None
    if not isinstance(messages, list) or not all(isinstance(each, dict) for each in messages):
        return None
    tools = _tools(body.get("tools"), source)
    request = ChatRequest(
        model=str(body.get("model", "")),
        messages=tuple(messages),
        added=len(messages),
        tools=tools,
        options={key: value for key, value in body.items() if key not in _NO_OPTION},
    )
    reply, calls = recorded_reply(exchange, tools)
    return Round(number=1, request=request, reply=reply, calls=calls)


def _tools(listed: object, source: ToolSource) -> tuple[Tool, ...]:
    """Those that are functions; others run at the service."""
    tools: list[Tool] = []
    for each in listed if isinstance(listed, list) else ():
        try:
            tools += parse_tools(json.dumps(each), source)
        except DefinitionError:
            continue
    return tuple(tools)


def _rounds(chat: _Exchange, chats: Sequence[_Exchange]) -> tuple[Round, ...]:
    """The rounds that lead to an exchange, then the exchange itself."""
    request = chat.asked.request
    rounds: list[Round] = []
    known = 0
    for place, message in enumerate(request.messages):
        if message.get("role") != "assistant" or not place:
            continue
        before = request.messages[:place]
        told = _told(request, before, message)
        own = _own(told, [each for each in chats if each is not chat])
        if own is not None:
            own.used = True
        asked = own.asked if own is not None else told
        if not asked.calls:
            # a program that mends what the service refused goes on as if it had been a reply
            asked = replace(asked, calls=told.calls)
        answered = _answered(asked, request.messages[place + 1 :])
        rounds.append(_placed(answered, len(rounds) + 1, place - known))
        known = place
    last = _placed(chat.asked, len(rounds) + 1, len(request.messages) - known)
    return (*rounds, last)


def _own(told: Round, chats: Sequence[_Exchange]) -> _Exchange | None:
    """The exchange that a later request tells of: it gave just that, or was refused for it."""
    asked_so = [each for each in chats if each.asked.request.messages == told.request.messages]
    said = [each for each in asked_so if _tells(told, each.asked)]
    refused = [each for each in asked_so if each.asked.reply.failed_generation is not None]
    return next(iter(said or refused), None)


def _tells(told: Round, own: Round) -> bool:
    """Whether it is what that exchange gave: its calls, else its text and what is round it."""
    if told.calls or own.calls:
        return _called(told) == _called(own)
    said, retold = own.reply.text.strip(), told.reply.text
    return bool(said) and said in retold


def _called(asked: Round) -> list[object]:
    return [(call.name, call.check.value or call.arguments) for call in asked.calls]


def _placed(asked: Round, number: int, added: int) -> Round:
    return replace(asked, number=number, request=replace(asked.request, added=added))


def _told(request: ChatRequest, before: tuple[Message, ...], message: Message) -> Round:
    """A round as a later request tells it."""
    content = message.get("content")
    reply = Reply(
        state="complete",
        text=content if isinstance(content, str) else "",
        reasoning=str(message.get("reasoning") or ""),
    )
    listed = message.get("tool_calls")
    calls = [
        _told_call(call, request.tools)
        for call in (listed if isinstance(listed, list) else ())
        if isinstance(call, Mapping)
    ]
    earlier = replace(request, messages=before, options={}, at=None)
    return Round(number=1, request=earlier, reply=reply, calls=tuple(calls))


def _told_call(call: Mapping[str, object], tools: tuple[Tool, ...]) -> Call:
    function = call.get("function")
    named = function if isinstance(function, Mapping) else {}
    arguments = named.get("arguments")
    text = arguments if isinstance(arguments, str) else json.dumps(arguments or {})
    return make_call(str(call.get("id", "")), str(named.get("name", "")), text, tools, "pending")


def _answered(asked: Round, after: Sequence[Message]) -> Round:
    """The round with the results that follow it, by their ids; else in their order."""
    results: list[Message] = []
    for message in after:
        if message.get("role") != "tool":
            break
        results.append(message)
    by_id = {message.get("tool_call_id"): message for message in results}
    calls = []
    for index, call in enumerate(asked.calls):
        found = by_id.get(call.id) or (results[index] if index < len(results) else None)
        calls.append(call if found is None else _with_result(call, found))
    return replace(asked, calls=tuple(calls))


def _with_result(call: Call, message: Message) -> Call:
    content = message.get("content")
    text = content if isinstance(content, str) else json.dumps(content, ensure_ascii=False)
    return replace(call, state="answered", result=Result(origin="recorded", text=text))


def _title(rounds: tuple[Round, ...]) -> str:
    for message in rounds[0].request.messages:
        if message.get("role") == "user":
            return " ".join(text_of(message).split())
    return ""
