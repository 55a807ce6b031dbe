"""What the wire view shows of an exchange, as documents. Pure; heavy for large bodies."""

import json
from collections.abc import Iterator, Mapping
from typing import Final

from client import RecordedExchange
from workbench.neutralise import neutralise_line
from workbench.session.wire.exchange import WireExchange
from workbench.session.wire.story import Tone, status_text, story, usage_of
from workbench.widgets.figures import UNKNOWN, count, duration
from workbench.widgets.wire.json_lines import safe_lines
from workbench.widgets.wire.text_rows import Look, TextRows

SHOWN: Final = 512 * 1024
"""Bytes of a body that are shown; all of it is in what is saved."""
_HEX_ROWS: Final = 32

Lines = list[tuple[str, Look]]
_LOOKS: Final[dict[Tone, Look]] = {
    "plain": "text",
    "wait": "warning",
    "error": "error",
    "good": "good",
}


def overview(exchange: WireExchange, attempt: int) -> TextRows:
    """What was asked, what happened when, what the service says of it."""
    shown = exchange.attempts[attempt]
    what = [
        "streamed" if exchange.streaming else "",
        neutralise_line(exchange.model or ""),
        f"from {neutralise_line(exchange.origin)}" if exchange.origin else "",
        f"request {neutralise_line(shown.headers['x-request-id'])}"
        if "x-request-id" in shown.headers
        else "",
    ]
    state = "under way" if exchange.open and not shown.status else status_text(shown.status)
    lines: Lines = [
        (neutralise_line(f"{shown.method} {shown.url}"), "strong"),
        (" · ".join([state, *filter(None, what)]), "error" if shown.status >= 400 else "muted"),
        ("", "text"),
        ("Measured here", "heading"),
    ]
    lines += [
        (f"{duration(moment.at):>9}  {neutralise_line(moment.text)}", _LOOKS[moment.tone])
        for moment in story(exchange)
    ]
    if exchange.left_out:
        lines.append((f"{'':>9}  {exchange.left_out:,} bytes were too many to keep", "warning"))
    lines += _service_says(shown)
    lines += _limits(shown.headers)
    return TextRows(lines)


def request(exchange: WireExchange, attempt: int) -> TextRows:
    """The request as it was sent, secrets masked."""
    shown = exchange.attempts[attempt]
    lines: Lines = [(neutralise_line(f"{shown.method} {shown.url}"), "strong")]
    lines += _headers(shown.request_headers)
    lines.append(("", "text"))
    kind = shown.request_headers.get("content-type", "")
    lines += _body(shown.request_body or b"", kind, "There is no body.")
    return TextRows(lines)


def response(exchange: WireExchange, attempt: int) -> TextRows:
    """The answer as it came."""
    shown = exchange.attempts[attempt]
    if not shown.status:
        waiting = "No answer yet." if exchange.open else "There was no answer."
        lines: Lines = [(waiting, "muted")]
        if shown.failure is not None:
            lines.append((neutralise_line(shown.failure.message), "error"))
        return TextRows(lines)
    look: Look = "error" if shown.status >= 400 else "strong"
    lines = [(f"HTTP {status_text(shown.status)}", look)]
    lines += _headers(shown.headers)
    lines.append(("", "text"))
    kind = shown.headers.get("content-type", "")
    lines += _body(shown.body, kind, "The body is empty.")
    return TextRows(lines)


def _headers(headers: Mapping[str, str]) -> Lines:
    return [
        (f"{neutralise_line(name)}: {neutralise_line(value)}", "header")
        for name, value in headers.items()
    ]


def _body(body: bytes, kind: str, none: str) -> Lines:
    if not body:
        return [(none, "muted")]
    if kind.startswith(("audio/", "image/")) or b"\0" in body[:512]:
        return [(f"{len(body):,} bytes of {neutralise_line(kind) or 'data'}", "muted"), *_hex(body)]
    shown = body[:SHOWN].decode("utf-8", "replace")
    look: Look = "text"
    if "event-stream" not in kind and len(body) <= SHOWN:
        try:
            shown = json.dumps(json.loads(shown), ensure_ascii=False, indent=2)
            look = "json"
        except (ValueError, RecursionError):
            pass
    lines: Lines = [(line, look) for line in safe_lines(shown)]
    if len(body) > SHOWN:
        lines.append((f"… and {len(body) - SHOWN:,} bytes more: saving keeps all of it", "warning"))
    return lines


def _hex(body: bytes) -> Iterator[tuple[str, Look]]:
    for start in range(0, min(len(body), 16 * _HEX_ROWS), 16):
        piece = body[start : start + 16]
        letters = "".join(chr(byte) if 32 <= byte < 127 else "·" for byte in piece)
        yield f"{start:08x}  {piece.hex(' '):<47}  {letters}", "text"
    if len(body) > 16 * _HEX_ROWS:
        yield f"… and {len(body) - 16 * _HEX_ROWS:,} bytes more", "muted"


def _service_says(attempt: RecordedExchange) -> Lines:
    usage = usage_of(attempt)
    if not usage:
        return []
    times = [
        (name, _seconds(usage.get(f"{name}_time"))) for name in ("queue", "prompt", "completion")
    ]
    tokens = [
        ("in", _whole(usage.get("prompt_tokens"))),
        ("out", _whole(usage.get("completion_tokens"))),
    ]
    return [
        ("", "text"),
        ("The service says", "heading"),
        ("  " + " · ".join(f"{name} {value}" for name, value in times), "text"),
        ("  tokens " + ", ".join(f"{value} {name}" for name, value in tokens), "text"),
    ]


def _limits(headers: Mapping[str, str]) -> Lines:
    lines: Lines = []
    for name in ("requests", "tokens", "audio-seconds"):
        left = headers.get(f"x-ratelimit-remaining-{name}")
        if left is not None:
            limit = headers.get(f"x-ratelimit-limit-{name}", UNKNOWN)
            full = headers.get(f"x-ratelimit-reset-{name}", UNKNOWN)
            text = neutralise_line(f"{name}: {left} of {limit} left, full in {full}")
            lines.append((f"  {text}", "text"))
    return [("", "text"), ("Rate limits", "heading"), *lines] if lines else []


def _seconds(value: object) -> str:
    return duration(float(value)) if isinstance(value, int | float) else UNKNOWN


def _whole(value: object) -> str:
    return count(value) if isinstance(value, int | float) else UNKNOWN
