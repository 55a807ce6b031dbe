"""What an event of a chat stream brings, in a few words. Pure."""

import json
from dataclasses import dataclass
from typing import Literal, TypeAlias

from workbench.session.wire.events import WireEvent

GistKind: TypeAlias = Literal[
    "role", "text", "reasoning", "call", "finish", "usage", "error", "done", "comment", "other"
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Gist:
    """What it is, and what it says."""

    kind: GistKind
    text: str


def gist(event: WireEvent) -> Gist:
    """What the event brings; of anything unknown its own text."""
    if not event.name:
        kind: GistKind = "comment" if event.raw.startswith(":") else "other"
        return Gist(kind=kind, text=event.raw if kind == "comment" else f"… {event.raw}")
    if event.data.strip() == "[DONE]":
        return Gist(kind="done", text="[DONE]")
    try:
        value = json.loads(event.data)
    except (ValueError, RecursionError):
        return Gist(kind="other", text=event.data)
    if not isinstance(value, dict):
        return Gist(kind="other", text=event.data)
    if isinstance(value.get("error"), dict):
        error = value["error"]
        words = [str(error.get(name)) for name in ("code", "message") if error.get(name)]
        return Gist(kind="error", text=": ".join(words) or event.data)
    return _chunk(value) or Gist(kind="other", text=event.data)


def _chunk(value: dict[str, object]) -> Gist | None:
    choices = value.get("choices")
    choice = choices[0] if isinstance(choices, list) and choices else None
    if isinstance(choice, dict):
        delta = choice.get("delta")
        found = _delta(delta) if isinstance(delta, dict) else None
        reason = choice.get("finish_reason")
        if isinstance(reason, str):
            usage = _usage(value)
            return Gist(kind="finish", text=f"{reason}{f', {usage}' if usage else ''}")
        if found is not None:
            return found
    usage = _usage(value)
    return Gist(kind="usage", text=usage) if usage else None


def _delta(delta: dict[str, object]) -> Gist | None:
    calls = delta.get("tool_calls")
    if isinstance(calls, list) and calls:
        return Gist(kind="call", text=", ".join(_call(call) for call in calls))
    for name, kind in (("reasoning", "reasoning"), ("content", "text")):
        text = delta.get(name)
        if isinstance(text, str) and text:
            shown = json.dumps(text, ensure_ascii=False)
            return Gist(kind="reasoning" if kind == "reasoning" else "text", text=shown)
    if "role" in delta:
        return Gist(kind="role", text=str(delta["role"]))
    return None


def _call(call: object) -> str:
    function = call.get("function") if isinstance(call, dict) else None
    if not isinstance(function, dict):
        return str(call)
    return f"{function.get('name') or ''}({function.get('arguments') or ''})"


def _usage(value: dict[str, object]) -> str:
    usage = value.get("usage")
    if not isinstance(usage, dict):
        return ""
    told = [
        f"{usage[name]} {words}"
        for name, words in (("prompt_tokens", "in"), ("completion_tokens", "out"))
        if isinstance(usage.get(name), int)
    ]
    return f"{' '.join(told)} tokens" if told else ""
