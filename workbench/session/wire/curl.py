"""A recorded request as a curl command for a POSIX shell. Pure."""

import json
import shlex
from typing import Final

from client import RecordedExchange
from workbench.neutralise import is_harmful, replace_harmful, write_out
from workbench.session.wire.asked import Asked, asked

_JOIN: Final = " \\\n  "


def as_curl(exchange: RecordedExchange) -> str:
    """The command; the key comes from ``$GROQ_API_KEY``, a form's file has to be there."""
    ask = asked(exchange)
    parts = [f"{'curl -sS -N' if ask.streaming else 'curl -sS'} {_quoted(ask.url)}"]
    if ask.method not in ("GET", "POST") or (ask.method == "POST" and not ask.raw):
        parts.append(f"-X {_quoted(ask.method)}")
    parts.append('-H "Authorization: Bearer $GROQ_API_KEY"')
    parts += [f"-H {_quoted(f'{name}: {value}')}" for name, value in ask.headers.items()]
    if ask.form or ask.filename:
        parts += [f"-F {_quoted(f'{name}={value}')}" for name, value in _fields(ask)]
        if ask.filename:
            parts.append(f"-F file=@{_quoted(ask.filename)}")
        return _JOIN.join(parts)
    if ask.kind == "speech":
        parts.append("-o speech.wav")
    if not ask.raw:
        return _JOIN.join(parts)
    parts.append("-H 'Content-Type: application/json'")
    text = _readable(ask)
    if is_harmful(text.replace("\n", "")):
        return _JOIN.join([*parts, f"--data-binary {_quoted(text)}"])
    end = _end_mark(text)
    return _JOIN.join([*parts, f"--data-binary @- <<'{end}'\n{text}\n{end}"])


def _fields(ask: Asked) -> list[tuple[str, str]]:
    """The form's fields; a value that curl would take for a file is kept from being one."""
    return [(name, f'"{value}"' if value[:1] in "@<" else value) for name, value in ask.form]


def _readable(ask: Asked) -> str:
    if ask.body is None:
        return ask.raw
    return write_out(json.dumps(ask.body, ensure_ascii=False, indent=2))


def _quoted(text: str) -> str:
    """The text as one word of a shell.

    A terminal that is told to paste it sees no control character: one could end the paste, and
    what follows would be typed.
    """
    if not is_harmful(text.replace("\n", "")):
        return shlex.quote(text)
    kept = text.rstrip("\n")  # which the shell takes off what a command says
    octal = replace_harmful(
        kept.replace("\\", r"\134").replace("%", "%%").replace("'", r"\047"),
        lambda found: "".join(f"\\{byte:03o}" for byte in found[0].encode("utf-8", "replace")),
    )
    rest = text[len(kept) :]
    return f"\"$(printf '{octal}')\"" + (shlex.quote(rest) if rest else "")


def _end_mark(text: str) -> str:
    """A line that ends the document and does not occur in it."""
    end, lines = "JSON", set(text.splitlines())
    while end in lines:
        end += "_"
    return end
