"""What happened in an exchange, moment by moment, and what the service says of it. Pure."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from http.client import responses as reasons
from typing import Final, Literal, TypeAlias

from client import RecordedExchange
from workbench.session.wire.events import EventIndex
from workbench.session.wire.exchange import Step, WireExchange, timed

_ERROR_EVENT: Final = "ended with an error event"
Tone: TypeAlias = Literal["plain", "wait", "error", "good"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """Something that happened; ``at`` is seconds since the exchange began, ``None`` unknown."""

    at: float | None
    text: str
    tone: Tone = "plain"


def story(exchange: WireExchange) -> tuple[Moment, ...]:
    """Everything that happened, in order."""
    moments = [moment for step in exchange.steps for moment in _of_step(step.at, step)]
    for number, (began, attempt) in enumerate(
        zip(exchange.began, exchange.attempts, strict=True), start=1
    ):
        open_now = exchange.open and number == len(exchange.attempts)
        moments += _of_attempt(began, attempt, open_now=open_now)
    return tuple(sorted(moments, key=lambda moment: moment.at or 0.0))


def status_text(status: int) -> str:
    """The status with its reason; what is no status is said in words."""
    return f"{status} {reasons.get(status, '')}".strip() if status else "no answer"


def ending(attempt: RecordedExchange) -> str:
    """How an attempt ended, in a few words; one whose end mark came is complete."""
    if attempt.failure is not None:
        return f"broke: {attempt.failure.message}"
    if b"\ndata: [DONE]" in attempt.body[-64:] or not attempt.left:
        return _ERROR_EVENT if b"event: error" in attempt.body else "complete"
    return "the caller left"


def usage_of(attempt: RecordedExchange) -> Mapping[str, object]:
    """The service's own account in an answer, empty when there is none."""
    if "event-stream" not in attempt.headers.get("content-type", ""):
        return _usage(_loaded(attempt.body))
    index = EventIndex()
    index.take(attempt.body, attempt.chunks)
    for number in range(len(index) - 1, max(-1, len(index) - 6), -1):
        if found := _usage(_loaded(index[number].data)):
            return found
    return {}


def _of_step(at: float, step: Step) -> Iterator[Moment]:
    tones: dict[str, Tone] = {"wait": "wait", "retry": "wait", "circuit": "wait", "reply": "good"}
    if step.kind == "end":
        left = step.text == "the caller left"
        yield Moment(at=at, text=step.text, tone="plain" if left else "error")
    elif step.kind != "attempt":
        yield Moment(at=at, text=step.text, tone=tones.get(step.kind, "plain"))


def _of_attempt(began: float, attempt: RecordedExchange, *, open_now: bool) -> Iterator[Moment]:
    size = len(attempt.request_body or b"")
    body = f", {size:,} bytes" if size else ""
    yield Moment(at=began if timed(attempt) else None, text=f"{attempt.method} sent{body}")
    if attempt.status:
        tone: Tone = "error" if attempt.status >= 400 else "plain"
        at = None if attempt.headers_at is None else began + attempt.headers_at
        yield Moment(at=at, text=f"answer begins: {status_text(attempt.status)}", tone=tone)
    if attempt.chunks:
        yield Moment(at=began + attempt.chunks[0][0], text="first bytes of the body")
    if not open_now:
        reads = len(attempt.chunks)
        counted = f"{len(attempt.body):,} bytes"
        counted += f" in {reads:,} read{'' if reads == 1 else 's'}" if reads else ""
        failed = attempt.failure or ending(attempt) == _ERROR_EVENT
        yield Moment(
            at=began + attempt.ended_at if timed(attempt) else None,
            text=f"{ending(attempt)}, {counted}",
            tone="error" if failed else "plain",
        )


def _loaded(text: bytes | str) -> object:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None


def _usage(value: object) -> Mapping[str, object]:
    if not isinstance(value, dict):
        return {}
    inner = value.get("x_groq")
    for place in (value, inner):
        usage = place.get("usage") if isinstance(place, dict) else None
        if isinstance(usage, dict):
            return usage
    return {}
