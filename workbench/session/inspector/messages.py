"""The messages of the next request, told from the branch so far. No I/O."""

from collections.abc import Sequence

from workbench.session.inspector.timeline import Branch, Call, Message, Round


def conversation(branch: Branch, *, system_prompt: str) -> tuple[Message, ...]:
    """All that was said on the branch, ready to be sent on.

    The last round's reply is in it when it says something or all of its calls are answered; a
    system prompt of now stands in the place of the former one. A recorded one stays where there
    is none now.
    """
    last = branch.last
    said = _after(last) if last is not None else ()
    prompt = system_prompt.strip()
    if said and said[0].get("role") == "system" and (prompt or not branch.recorded):
        said = said[1:]
    return ({"role": "system", "content": prompt}, *said) if prompt else said


def _after(last: Round) -> tuple[Message, ...]:
    messages = last.request.messages
    if last.answered:
        return (*messages, _calling(last), *(_result(call) for call in last.calls))
    if last.reply.text and not last.calls:
        return (*messages, {"role": "assistant", "content": last.reply.text})
    return messages


def _calling(asked: Round) -> Message:
    """The model's own message, with the arguments that counted in the end."""
    message: dict[str, object] = {"role": "assistant"}
    if asked.reply.text:
        message["content"] = asked.reply.text
    if asked.reply.reasoning:
        message["reasoning"] = asked.reply.reasoning
    message["tool_calls"] = [
        {
            "id": call.id,
            "type": "function",
            "function": {"name": call.name, "arguments": call.current},
        }
        for call in asked.calls
    ]
    return message


def _result(call: Call) -> Message:
    text = call.result.sent if call.result is not None else ""
    return {"role": "tool", "tool_call_id": call.id, "content": text}


def rounds_with_calls(branch: Branch) -> int:
    """How many rounds with calls there were since a person last asked something."""
    count = 0
    for each in reversed(branch.rounds):
        if not each.calls:
            break
        count += 1
        if _asks(each.request.new_messages):
            break
    return count


def _asks(messages: Sequence[Message]) -> bool:
    return any(message.get("role") == "user" for message in messages)


def text_of(message: Message) -> str:
    """What a message says; of several parts the texts, with a note for each of the others."""
    content = message.get("content")
    if isinstance(content, str):
        return content
    parts = content if isinstance(content, list | tuple) else ()
    return "".join(_part(part) for part in parts)


def _part(part: object) -> str:
    if not isinstance(part, dict):
        return ""
    text = part.get("text")
    return text if isinstance(text, str) else f"[{part.get('type', 'part')}]"
