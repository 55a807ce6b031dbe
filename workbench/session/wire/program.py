"""A recorded request as a Python program, with our client or with the groq SDK. Pure."""

from collections.abc import Collection, Mapping
from typing import Final

from client import ChatOptions, RecordedExchange, SpeechOptions
from workbench.session.wire.asked import Asked, asked
from workbench.session.wire.python_literal import literal

SDK_CHAT: Final = frozenset(
    {"citation_options", "compound_custom", "disable_tool_validation", "documents"}
    | {"exclude_domains", "frequency_penalty", "function_call", "functions", "include_domains"}
    | {"include_reasoning", "logit_bias", "logprobs", "max_completion_tokens", "max_tokens"}
    | {"messages", "metadata", "model", "n", "parallel_tool_calls", "presence_penalty"}
    | {"reasoning_effort", "reasoning_format", "response_format", "search_settings", "seed"}
    | {"service_tier", "stop", "store", "stream", "temperature", "tool_choice", "tools"}
    | {"top_logprobs", "top_p", "user"}
)
"""What the SDK's ``create`` takes by name; the rest goes through ``extra_body`` (groq-api 2.1)."""
SDK_SPEECH: Final = frozenset(
    {"input", "model", "response_format", "sample_rate", "speed", "voice"}
)

_OURS: Final = """\
import asyncio
{imports}
from client import GroqClient


async def main() -> None:
    async with GroqClient({base}) as groq:  # the key: GROQ_API_KEY
{body}


asyncio.run(main())
"""
_SDK: Final = """\
from groq import Groq

groq = Groq({base})  # the key: GROQ_API_KEY
{body}
"""


class NoProgramError(Exception):
    """There is no such program for this request; the message says why."""


def as_client(exchange: RecordedExchange) -> str:
    """The request as a program on this project's client. Raises NoProgramError."""
    ask = asked(exchange)
    base = "" if ask.usual else f"base_url={ask.base_url!r}"
    body = _indented(_ours(ask), 8)
    imports = "from pathlib import Path\n" if "Path(" in body else ""
    return _OURS.format(base=base, body=body, imports=imports)


def as_sdk(exchange: RecordedExchange) -> str:
    """The request as a program on the official SDK. Raises NoProgramError."""
    ask = asked(exchange)
    root = ask.sdk_base_url
    if root is None:
        raise NoProgramError(
            "The groq SDK adds /openai/v1 to every path, and this request went elsewhere."
        )
    base = "" if ask.usual else f"base_url={root!r}"
    return _SDK.format(base=base, body=_theirs(ask))


def _ours(ask: Asked) -> str:
    match ask.kind:
        case "chat" if ask.body is not None:
            known = {"model", "messages", *ChatOptions.__annotations__}
            arguments = _arguments(ask, known, without=("stream",))
            if ask.streaming:
                return (
                    f"stream = groq.chat.stream({arguments})\n"
                    "async with stream:\n"
                    "    async for chunk in stream:\n"
                    '        print(chunk.reasoning or chunk.text, end="", flush=True)\n'
                    "print()\n"
                    "print(stream.tool_calls, stream.usage, stream.timing)"
                )
            return (
                f"reply = await groq.chat.create({arguments})\n"
                'print(reply.reasoning or "", reply.text, reply.tool_calls, reply.usage)'
            )
        case "models":
            return (
                "for model in await groq.models.list():\n    print(model.id, model.context_window)"
            )
        case "model":
            return f"print(await groq.models.get({ask.model_id!r}))"
        case "speech" if ask.body is not None:
            known = {"model", *SpeechOptions.__annotations__}
            arguments = _arguments(ask, {*known, "voice", "input"})
            return (
                f"speech = await groq.audio.speak({arguments})\n"
                'print(await speech.save("speech.wav"), speech.duration)'
            )
        case "transcription" | "translation":
            verb = "transcribe" if ask.kind == "transcription" else "translate"
            return f"said = await groq.audio.{verb}({_form_arguments(ask)})\nprint(said.text)"
    raise NoProgramError(f"There is no method for {ask.method} {ask.path}; curl can send it.")


def _theirs(ask: Asked) -> str:
    match ask.kind:
        case "chat" if ask.body is not None:
            arguments = _arguments(ask, SDK_CHAT)
            if ask.streaming:
                return (
                    f"stream = groq.chat.completions.create({arguments})\n"
                    "for chunk in stream:\n"
                    "    for choice in chunk.choices:\n"
                    '        print(choice.delta.content or "", end="", flush=True)\n'
                    "        for call in choice.delta.tool_calls or ():\n"
                    "            print(call.function)\n"
                    "print()"
                )
            return (
                f"reply = groq.chat.completions.create({arguments})\n"
                "print(reply.choices[0].message, reply.usage)"
            )
        case "models":
            return "for model in groq.models.list().data:\n    print(model.id)"
        case "model":
            return f"print(groq.models.retrieve({ask.model_id!r}))"
        case "speech" if ask.body is not None:
            arguments = _arguments(ask, SDK_SPEECH)
            return (
                f"speech = groq.audio.speech.create({arguments})\n"
                'speech.write_to_file("speech.wav")'
            )
        case "transcription" | "translation":
            service = f"{ask.kind}s"
            return (
                f"said = groq.audio.{service}.create({_form_arguments(ask, sdk=True)})\n"
                "print(said.text)"
            )
    raise NoProgramError(f"The SDK has no method for {ask.method} {ask.path}; curl can send it.")


def _arguments(ask: Asked, known: Collection[str], *, without: Collection[str] = ()) -> str:
    """The call's keywords, a line for each; what has no keyword goes through ``extra_body``."""
    body = {name: value for name, value in (ask.body or {}).items() if name not in without}
    named = {name: value for name, value in body.items() if name in known}
    others = {name: value for name, value in body.items() if name not in known}
    if others:
        named["extra_body"] = others
    if ask.headers:
        named["extra_headers"] = ask.headers
    return _keywords(named)


def _form_arguments(ask: Asked, *, sdk: bool = False) -> str:
    named: dict[str, object] = {}
    for name, value in ask.form:
        if name.endswith("[]"):
            listed = named.setdefault(name[:-2], [])
            if isinstance(listed, list):
                listed.append(value)
        else:
            named[name] = float(value) if name == "temperature" else value
    text = _keywords(named)
    if not ask.filename:
        return text
    opened = f'open({ask.filename!r}, "rb")'
    # the client reads a path by itself, in pieces
    file = opened if sdk else f"Path({ask.filename!r})"
    return f"\n    file={file},{text}" if text else f"file={file}"


def _keywords(named: Mapping[str, object]) -> str:
    lines = [f"    {name}={literal(value, indent=4)}," for name, value in named.items()]
    return "\n" + "\n".join(lines) + "\n" if lines else ""


def _indented(text: str, spaces: int) -> str:
    """The text moved in; texts in quotes hold no line ends, so every line may be moved."""
    return "\n".join(" " * spaces + line for line in text.split("\n"))
