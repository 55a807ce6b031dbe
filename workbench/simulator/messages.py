"""The messages of a request, checked and read. No I/O."""

from collections.abc import Sequence
from dataclasses import dataclass

from workbench.simulator.errors import APIError, bad_request
from workbench.simulator.wire import JSON, JSONObject

_BY_ROLE: dict[str, frozenset[str]] = {
    "system": frozenset({"role", "content", "name"}),
    "developer": frozenset({"role", "content", "name"}),
    "user": frozenset({"role", "content", "name"}),
    "assistant": frozenset(
        {
            "role",
            "content",
            "name",
            "reasoning",
            "channel",
            "tool_calls",
            "function_call",
            "executed_tools",
            "annotations",
        }
    ),
    "tool": frozenset({"role", "content", "name", "tool_call_id"}),
    "function": frozenset({"role", "content", "name"}),
}
_PARTS = ("text", "image_url", "document")


@dataclass(frozen=True, slots=True, kw_only=True)
class PastCall:
    """A tool call that an earlier answer made."""

    id: str
    name: str
    arguments: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """One message: its text with all text parts joined, its images counted."""

    role: str
    text: str = ""
    images: tuple[str, ...] = ()
    calls: tuple[PastCall, ...] = ()
    tool_call_id: str | None = None
    has_parts: bool = False


def parse_messages(value: JSON) -> tuple[Message, ...]:
    """The messages; raises a 400 in the service's words for what it would not accept."""
    if not isinstance(value, list):
        raise bad_request("'messages' : value must be an array")
    if not value:
        raise bad_request("'messages' : minimum number of items is 1")
    return tuple(_message(f"messages.{place}", item) for place, item in enumerate(value))


def _message(at: str, value: JSON) -> Message:
    if not isinstance(value, dict):
        raise bad_request(f"'{at}' : value must be an object")
    role = value.get("role")
    if not isinstance(role, str) or role not in _BY_ROLE:
        raise bad_request(f"'{at}' : discriminator property 'role' has invalid value")
    faults = _faults(at, role, value)
    if faults:
        raise _unsatisfied(at, role, faults)
    calls = value.get("tool_calls")
    call_id = value.get("tool_call_id")
    content = value.get("content")
    text, images = _content(content)
    return Message(
        role=role,
        text=text,
        images=images,
        calls=_calls(calls) if isinstance(calls, list) else (),
        tool_call_id=call_id if isinstance(call_id, str) else None,
        has_parts=isinstance(content, list),
    )


def _unsatisfied(at: str, role: str, faults: Sequence[str]) -> APIError:
    listed = ", ".join(f"({fault})" for fault in faults)
    return bad_request(f"'{at}' : for 'role:{role}' the following must be satisfied[{listed}]")


def _faults(at: str, role: str, value: JSONObject) -> list[str]:
    """What a message of this role must not be; the service names the first kind it meets."""
    unsupported = [name for name in value if name not in _BY_ROLE[role]]
    if unsupported:
        return [f"'{at}' : property '{unsupported[0]}' is unsupported"]
    content = value.get("content")
    optional = role == "assistant"
    if content is None and not optional:
        return [f"'{at}.content' : property 'content' is missing"]
    if role == "tool" and not isinstance(value.get("tool_call_id"), str):
        return [f"'{at}.tool_call_id' : property 'tool_call_id' is missing"]
    if isinstance(content, list):
        return _part_faults(f"{at}.content", content)
    if content is not None and not isinstance(content, str):
        return [f"'{at}.content' : value must be a string"]
    if role == "assistant":
        return _call_faults(f"{at}.tool_calls", value.get("tool_calls"))
    return []


def _part_faults(at: str, parts: list[JSON]) -> list[str]:
    for place, part in enumerate(parts):
        if not isinstance(part, dict):
            return [f"'{at}.{place}' : value must be an object"]
        kind = part.get("type")
        if kind not in _PARTS:
            return [f"'{at}.{place}' : discriminator property 'type' has invalid value"]
        if kind == "text" and not isinstance(part.get("text"), str):
            return [f"'{at}.{place}.text' : property 'text' is missing"]
        if kind == "image_url" and not isinstance(_url(part), str):
            return [f"'{at}.{place}.image_url' : property 'url' is missing"]
    return []


def _call_faults(at: str, calls: JSON) -> list[str]:
    if calls is None:
        return []
    if not isinstance(calls, list):
        return [f"'{at}' : value must be an array"]
    for place, call in enumerate(calls):
        function = call.get("function") if isinstance(call, dict) else None
        if not isinstance(function, dict) or not isinstance(function.get("name"), str):
            return [f"'{at}.{place}.function' : property 'name' is missing"]
        if not isinstance(function.get("arguments"), str):
            return [f"'{at}.{place}.function.arguments' : value must be a string"]
    return []


def _content(content: JSON) -> tuple[str, tuple[str, ...]]:
    if isinstance(content, str):
        return content, ()
    texts: list[str] = []
    images: list[str] = []
    for part in content if isinstance(content, list) else ():
        if not isinstance(part, dict):
            continue
        text, url, document = part.get("text"), _url(part), part.get("document")
        if isinstance(text, str):
            texts.append(text)
        elif url is not None:
            images.append(url)
        elif isinstance(document, dict) and isinstance(data := document.get("data"), str):
            texts.append(data)
    return "\n".join(texts), tuple(images)


def _url(part: JSONObject) -> str | None:
    image = part.get("image_url")
    url = image.get("url") if isinstance(image, dict) else image
    return url if isinstance(url, str) else None


def _calls(values: list[JSON]) -> tuple[PastCall, ...]:
    return tuple(
        PastCall(
            id=str(value.get("id", "")),
            name=str(function.get("name", "")),
            arguments=str(function.get("arguments", "")),
        )
        for value in values
        if isinstance(value, dict) and isinstance(function := value.get("function"), dict)
    )
