"""Events of the client as OpenTelemetry spans and metrics."""

from dataclasses import dataclass
from typing import Final

from client.adapters.clock import SystemClock
from client.adapters.telemetry.attributes import (
    CANCELLED,
    Attributes,
    error_type,
    operation_attributes,
    operation_of,
    reply_attributes,
    request_attributes,
    server_attributes,
)
from client.errors import GroqError
from client.events import (
    AdmissionDelayed,
    AttemptStarted,
    BodyReceived,
    ChunkReceived,
    CircuitChanged,
    ClientEvent,
    ExchangeCancelled,
    ExchangeFailed,
    HeadersReceived,
    ReplyCompleted,
    RequestSent,
    RetryScheduled,
)
from client.ports import Clock
from client.redaction import Redactor
from client.version import VERSION

try:
    from opentelemetry import metrics, trace
except ImportError as error:
    raise ImportError(
        "TelemetryObserver needs OpenTelemetry: install groq-workbench[otel]."
    ) from error

from client.adapters.telemetry.instruments import CIRCUIT_STATES, Instruments

_SCOPE: Final = "groq-workbench.client"
_OPEN: Final = 4096  # spans; more are taken for forgotten, and ended
_NANOSECONDS: Final = 1_000_000_000


@dataclass(slots=True, kw_only=True)
class _Operation:
    """A request under way, with its span."""

    sent: RequestSent
    span: trace.Span
    asks_model: bool
    attributes: Attributes
    last_chunk: float | None = None
    status: int = 0


class TelemetryObserver:
    """Reports requests as spans and metrics, by the GenAI semantic conventions.

        groq = GroqClient(observe=TelemetryObserver())

    A span covers a request with all its repetitions, which are events in it, and is a child of the
    span that is current where the call is made. It holds no prompt, no reply and no key. Requests
    that ask no model, such as for the list of models, are plain HTTP spans without GenAI metrics.

    Args:
        tracer_provider: the global one by default.
        meter_provider: likewise.
        clock: the client's, if it is not the system's: it relates the events' times to dates.

    """

    def __init__(
        self,
        tracer_provider: trace.TracerProvider | None = None,
        meter_provider: metrics.MeterProvider | None = None,
        *,
        clock: Clock | None = None,
    ) -> None:
        clock = clock or SystemClock()
        # Once: spans of one process must not move against each other when the date is corrected.
        self._epoch = round((clock.wall_time() - clock.now()) * _NANOSECONDS)
        self._tracer = trace.get_tracer(_SCOPE, VERSION, tracer_provider)
        self._metrics = Instruments(metrics.get_meter(_SCOPE, VERSION, meter_provider))
        self._redactor = Redactor()
        self._open: dict[int, _Operation] = {}

    def __call__(self, event: ClientEvent, /) -> None:
        """Take note."""
        if isinstance(event, RequestSent):
            self._begin(event)
            return
        match event:
            case CircuitChanged():
                place = {"server.address": event.host, "groq.circuit.family": event.family}
                self._metrics.circuit.set(CIRCUIT_STATES[event.state], place)
            case HeadersReceived():
                self._note_limits(event)
        operation = self._open.get(event.exchange)
        if operation is None:
            return
        match event:
            case ChunkReceived():
                self._note_chunk(operation, event.at)
            case HeadersReceived():
                operation.status = event.status
            case AdmissionDelayed() | RetryScheduled() | AttemptStarted() | CircuitChanged():
                self._note_carrying(operation, event)
            case _:
                self._note_end(event, operation)

    # Beginning and ending

    def _begin(self, sent: RequestSent) -> None:
        operation = operation_of(sent.url)
        if operation is None:
            name = sent.method
            attributes = {"http.request.method": sent.method, **server_attributes(sent.url)}
        else:
            name = f"{operation} {sent.model}" if sent.model else operation
            attributes = operation_attributes(sent)
        span = self._tracer.start_span(
            name,
            kind=trace.SpanKind.CLIENT,
            attributes=attributes,
            start_time=self._date(sent.at),
        )
        if span.is_recording():
            if operation is None:
                span.set_attribute("url.full", self._redactor.text(sent.url))
            else:
                span.set_attributes(request_attributes(sent))
        if len(self._open) >= _OPEN:
            self._open.pop(next(iter(self._open))).span.end()
        self._open[sent.exchange] = _Operation(
            sent=sent, span=span, asks_model=operation is not None, attributes=attributes
        )

    def _note_end(self, event: ClientEvent, operation: _Operation) -> None:
        match event:
            case ReplyCompleted():
                self._complete(event, operation)
            case BodyReceived() if _is_last(operation):
                self._end(event, operation)
            case ExchangeFailed():
                self._fail(event, operation, event.error)
            case ExchangeCancelled():
                operation.attributes["error.type"] = CANCELLED
                operation.span.set_attribute("error.type", CANCELLED)
                self._end(event, operation)

    def _complete(self, event: ReplyCompleted, operation: _Operation) -> None:
        reply, usage = event.reply, event.reply.usage
        operation.span.set_attributes(
            reply_attributes(reply, event.timing, streaming=operation.sent.streaming)
        )
        if reply.model:
            operation.attributes["gen_ai.response.model"] = reply.model
        for kind, tokens in (("input", usage.prompt_tokens), ("output", usage.completion_tokens)):
            if tokens is not None:
                attributes = {**operation.attributes, "gen_ai.token.type": kind}
                self._metrics.tokens.record(tokens, attributes)
        self._end(event, operation)

    def _fail(self, event: ExchangeFailed, operation: _Operation, error: GroqError) -> None:
        kind = error_type(error)
        operation.attributes["error.type"] = kind
        operation.span.set_attribute("error.type", kind)
        # The service's words may quote what was asked; the class and its code do not.
        operation.span.set_status(trace.StatusCode.ERROR, f"{type(error).__name__}: {kind}")
        self._end(event, operation)

    def _end(self, event: ClientEvent, operation: _Operation) -> None:
        del self._open[event.exchange]
        if operation.status:
            operation.span.set_attribute("http.response.status_code", operation.status)
        operation.span.end(self._date(event.at))
        if operation.asks_model:
            duration = event.at - operation.sent.at
            self._metrics.duration.record(duration, operation.attributes)

    # On the way

    def _note_chunk(self, operation: _Operation, at: float) -> None:
        if operation.last_chunk is None:
            passed = at - operation.sent.at
            self._metrics.time_to_first_chunk.record(passed, operation.attributes)
        else:
            passed = at - operation.last_chunk
            self._metrics.time_per_output_chunk.record(passed, operation.attributes)
        operation.last_chunk = at

    def _note_limits(self, event: HeadersReceived) -> None:
        limits = event.rate_limits
        if limits is None:
            return
        for dimension in ("requests", "tokens", "audio_seconds"):
            bucket = getattr(limits, dimension)
            if bucket is not None:
                place = {"gen_ai.request.model": event.model or "", "groq.dimension": dimension}
                self._metrics.remaining.set(bucket.remaining, place)

    def _note_carrying(
        self,
        operation: _Operation,
        event: AdmissionDelayed | RetryScheduled | AttemptStarted | CircuitChanged,
    ) -> None:
        attributes: Attributes
        match event:
            case RetryScheduled():
                kind = error_type(event.error)
                labels = {**operation.attributes, "error.type": kind}
                self._metrics.retries.add(1, labels)
                name, attributes = "retry", {"attempt": event.attempt, "delay": event.delay}
                attributes["error.type"] = kind
            case AdmissionDelayed():
                self._metrics.admission_delay.record(event.seconds, operation.attributes)
                name, attributes = "admission delayed", {"delay": event.seconds}
                attributes |= {"limit": event.dimension, "position": event.position}
            case AttemptStarted():
                name, attributes = "attempt", {"attempt": event.attempt, "waited": event.waited}
            case CircuitChanged():
                name, attributes = "circuit", {"state": event.state, "family": event.family}
        operation.span.add_event(name, attributes, timestamp=self._date(event.at))

    def _date(self, at: float) -> int:
        return self._epoch + round(at * _NANOSECONDS)


def _is_last(operation: _Operation) -> bool:
    """Whether nothing follows the body: a chat still gets its reply, a refusal its error."""
    return operation.attributes.get("gen_ai.operation.name") != "chat" and operation.status < 400
