"""Events of the client as structured log records, and a filter that keeps keys out of any log."""

import logging
from collections.abc import Iterable
from typing import Final, TypeAlias

from client.errors import (
    APIError,
    BadRequestError,
    GroqError,
    ProtocolError,
    StreamError,
    UnprocessableEntityError,
)
from client.events import (
    AdmissionDelayed,
    AttemptStarted,
    BodyReceived,
    ChunkReceived,
    CircuitChanged,
    ClientEvent,
    ConnectionReady,
    ExchangeCancelled,
    ExchangeFailed,
    HeadersReceived,
    ReplyCompleted,
    RequestSent,
    RetryScheduled,
)
from client.redaction import Redactor

Fields: TypeAlias = dict[str, object]

_LOGGER: Final = "groq"
_REMEMBERED: Final = 1024  # exchanges; those that end without an event are forgotten in time
_QUOTING: Final = (BadRequestError, UnprocessableEntityError, StreamError, ProtocolError)
"""Errors whose messages may repeat what was asked or answered."""


class LoggingObserver:
    """Tells a logger what the client does: one record for an event, its facts in ``extra``.

        groq = GroqClient(observe=LoggingObserver())

    Every record has ``event`` and ``exchange``; the others as far as they are known: ``model``,
    ``method``, ``url``, ``status``, ``request_id``, ``duration``, ``time_to_first_token``,
    ``tokens_per_second``, ``prompt_tokens``, ``completion_tokens``, ``finish_reason``,
    ``remaining_requests``, ``remaining_tokens``, ``attempt``, ``delay``, ``reason``,
    ``error_type``, ``error_code``, ``retryable``, ``circuit``. Times are seconds.

    Ends are at INFO, errors, retries and waits at WARNING, everything else at DEBUG. The key is in
    no event, and so in no record. Chunks are not logged one by one.

    Args:
        logger: where to; the logger ``groq`` by default.
        content: also log prompts, replies and the errors that may quote them, as ``request_body``,
            ``text``, ``reasoning`` and ``error``.

    """

    def __init__(self, logger: logging.Logger | None = None, *, content: bool = False) -> None:
        self._logger = logger or logging.getLogger(_LOGGER)
        self._content = content
        self._redactor = Redactor()
        self._sent: dict[int, RequestSent] = {}

    def __call__(self, event: ClientEvent, /) -> None:
        """Log an event."""
        if isinstance(event, ChunkReceived):
            return
        level = _level(event)
        if isinstance(event, RequestSent):
            self._sent[event.exchange] = event
            if len(self._sent) > _REMEMBERED:
                del self._sent[next(iter(self._sent))]
        if self._logger.isEnabledFor(level):
            facts = {"event": _snake(type(event).__name__), "exchange": event.exchange}
            facts |= self._of_exchange(event) | self._facts(event)
            known = {name: value for name, value in facts.items() if value is not None}
            self._logger.log(level, "%s", _sentence(known), extra=known)
        if isinstance(event, ReplyCompleted | ExchangeFailed | ExchangeCancelled):
            self._sent.pop(event.exchange, None)

    def _of_exchange(self, event: ClientEvent) -> Fields:
        sent = self._sent.get(event.exchange)
        if sent is None:
            return {}
        facts: Fields = {"model": sent.model, "method": sent.method}
        facts["url"] = self._redactor.text(sent.url)
        if event is not sent:
            facts["duration"] = event.at - sent.at
        return facts

    def _facts(self, event: ClientEvent) -> Fields:
        match event:
            case RequestSent():
                body = _text(event.body) if self._content else None
                return {"streaming": event.streaming, "request_body": body}
            case HeadersReceived():
                return _headers_facts(event)
            case BodyReceived():
                return {"body_bytes": len(event.body)}
            case ReplyCompleted():
                return self._reply_facts(event)
            case ExchangeFailed():
                return self._error_facts(event.error)
            case _:
                return self._carrying_facts(event)

    def _carrying_facts(self, event: ClientEvent) -> Fields:
        """What is known of the waits and repetitions on the way to an answer."""
        match event:
            case AdmissionDelayed():
                facts: Fields = {"delay": event.seconds, "reason": event.reason}
                return facts | {"limit": event.dimension or None, "position": event.position}
            case RetryScheduled():
                facts = {"attempt": event.attempt, "attempts": event.attempts}
                facts |= {"delay": event.delay, "reason": event.reason}
                return facts | self._error_facts(event.error)
            case ConnectionReady():
                facts = {"connection_reused": event.reused, "name_lookup": event.name_lookup}
                return facts | {"tcp": event.tcp, "tls": event.tls}
            case AttemptStarted():
                return {"attempt": event.attempt, "waited": event.waited}
            case CircuitChanged():
                facts = {"circuit": event.state, "host": event.host, "family": event.family}
                return facts | {"retry_after": event.retry_after or None}
            case _:
                return {}

    def _reply_facts(self, event: ReplyCompleted) -> Fields:
        reply, timing, usage = event.reply, event.timing, event.reply.usage
        facts: Fields = {
            "finish_reason": reply.finish_reason,
            "request_id": reply.request_id,
            "tool_calls": len(reply.tool_calls) or None,
            "chunks": len(timing.chunks) or None,
            "prompt_tokens": usage.prompt_tokens,
            "completion_tokens": usage.completion_tokens,
            "queue_time": usage.queue_time,
            "time_to_first_token": timing.time_to_first_token,
            "tokens_per_second": timing.tokens_per_second(usage.completion_tokens),
        }
        if self._content:
            facts |= {"text": reply.text, "reasoning": reply.reasoning or None}
        return facts

    def _error_facts(self, error: GroqError) -> Fields:
        facts: Fields = {"error_type": type(error).__name__, "retryable": error.retryable}
        answer = error.error if isinstance(error, StreamError) else error
        if isinstance(answer, APIError):
            facts |= {
                "status": answer.status or None,
                "error_code": answer.code,
                "request_id": answer.request_id,
                "retry_after": answer.retry_after,
            }
        if self._content or not isinstance(error, _QUOTING):
            facts["error"] = self._redactor.text(str(error))
        return facts


class RedactingFilter(logging.Filter):
    """Replaces secrets in whatever passes a handler, whoever logged it.

        handler.addFilter(RedactingFilter([key]))

    In the message, its arguments, ``extra`` fields, stack and traceback. A filter of a logger is
    not asked about its children's records: put it on the handlers.
    """

    def __init__(self, secrets: Iterable[str]) -> None:
        super().__init__()
        self._redactor = Redactor(secrets)

    def filter(self, record: logging.LogRecord) -> bool:
        """Redact the record; it always passes."""
        try:
            message = record.getMessage()
        except Exception:  # noqa: BLE001 - the record of a foreign mistake: its handler reports it
            message = f"{record.msg} {record.args!r}"
        redacted = self._redactor.text(message)
        hidden = self._hidden(record.args)
        if redacted != message or hidden is not record.args:
            record.msg, record.args = redacted, None
        if record.exc_info and record.exc_info[0] is not None:
            # The exception itself would be formatted again by others, with the secret in it.
            text = record.exc_text or logging.Formatter().formatException(record.exc_info)
            record.exc_text, record.exc_info = text, None
        for name, value in list(record.__dict__.items()):
            if name not in ("msg", "args"):
                record.__dict__[name] = self._hidden(value)
        return True

    def _hidden(self, value: object) -> object:
        """The value itself, or a text in its place when it shows a secret."""
        if value is None or isinstance(value, int | float):
            return value
        text = value if isinstance(value, str) else repr(value)
        redacted = self._redactor.text(text)
        return value if redacted == text else redacted


def _level(event: ClientEvent) -> int:
    match event:
        case ReplyCompleted() | ExchangeCancelled():
            return logging.INFO
        case ExchangeFailed() | RetryScheduled() | AdmissionDelayed() | CircuitChanged():
            return logging.WARNING
        case _:
            return logging.DEBUG


def _headers_facts(event: HeadersReceived) -> Fields:
    limits = event.rate_limits
    requests, tokens = (limits.requests, limits.tokens) if limits else (None, None)
    return {
        "status": event.status,
        "request_id": event.headers.get("x-request-id"),
        "remaining_requests": requests and requests.remaining,
        "remaining_tokens": tokens and tokens.remaining,
    }


def _sentence(facts: Fields) -> str:
    """The facts in one line, for people who read a plain log."""
    shown = ("exchange", "model", "status", "attempt", "delay", "duration", "error_type", "error")
    said = [f"{name}={_shown(facts[name])}" for name in shown if name in facts]
    return " ".join([str(facts["event"]), *said])


def _shown(value: object) -> str:
    return f"{value:.3f}" if isinstance(value, float) else str(value)


def _text(body: bytes | None) -> str | None:
    return None if body is None else body.decode(errors="replace")


def _snake(name: str) -> str:
    return "".join(f"_{letter.lower()}" if letter.isupper() else letter for letter in name)[1:]
