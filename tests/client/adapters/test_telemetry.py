"""Spans and metrics, collected in memory by OpenTelemetry's own SDK."""

import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from opentelemetry.sdk.metrics import MeterProvider
from opentelemetry.sdk.metrics.export import InMemoryMetricReader
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.trace import SpanKind, StatusCode

from client import (
    ConnectionError,  # noqa: A004 - ours
    GroqClient,
    GroqError,
    RequestSent,
    TelemetryObserver,
    user,
)
from client.events import (
    AdmissionDelayed,
    AttemptStarted,
    BodyReceived,
    CircuitChanged,
    HeadersReceived,
    RetryScheduled,
)
from client.testing import (
    FakeClock,
    FakeResponse,
    FakeTransport,
    Stall,
    finish_chunk,
    settle,
    text_chunk,
)

MODEL = "openai/gpt-oss-20b"
KEY = "gsk_Zt9mQ4xLw82VbN7cRfKe"
USAGE = {
    "prompt_tokens": 70,
    "completion_tokens": 30,
    "queue_time": 0.5,
    "prompt_tokens_details": {"cached_tokens": 64},
    "completion_tokens_details": {"reasoning_tokens": 10},
}
LIMITS = {
    "x-request-id": "req_1",
    "x-ratelimit-limit-tokens": "8000",
    "x-ratelimit-remaining-tokens": "7000",
}
SERVER = {"server.address": "api.groq.com", "server.port": 443}
OPERATION = {
    "gen_ai.operation.name": "chat",
    "gen_ai.provider.name": "groq",
    "gen_ai.request.model": MODEL,
    **SERVER,
}


class Telemetry:
    """An observer, and what it reported."""

    def __init__(self) -> None:
        self.clock = FakeClock(now=1000.0, wall_time=1_700_000_000.0)
        self.exporter, self.reader = InMemorySpanExporter(), InMemoryMetricReader()
        self.tracers = TracerProvider(shutdown_on_exit=False)
        self.tracers.add_span_processor(SimpleSpanProcessor(self.exporter))
        self.meters = MeterProvider([self.reader], shutdown_on_exit=False)
        self.observer = TelemetryObserver(self.tracers, self.meters, clock=self.clock)

    def client(self, *answers: Any) -> GroqClient:
        return GroqClient(
            transport=FakeTransport(*answers),
            clock=self.clock,
            api_key=KEY,
            retry=None,
            circuit_breaker=None,
            rate_limit=None,
            observe=self.observer,
        )

    @property
    def spans(self) -> list[ReadableSpan]:
        return list(self.exporter.get_finished_spans())

    def points(self, name: str) -> list[tuple[dict[str, Any], Any]]:
        data = self.reader.get_metrics_data()
        return [
            (dict(point.attributes or {}), point)
            for resource in (data.resource_metrics if data else ())
            for scope in resource.scope_metrics
            for metric in scope.metrics
            if metric.name == name
            for point in metric.data.data_points
        ]


@pytest.fixture
def telemetry() -> Iterator[Telemetry]:
    telemetry = Telemetry()
    yield telemetry
    telemetry.tracers.shutdown()
    telemetry.meters.shutdown()


async def test_a_streamed_chat_is_one_span_with_what_the_conventions_ask(
    telemetry: Telemetry,
) -> None:
    clock = telemetry.clock

    class Answer:
        status, headers = 200, {"content-type": "text/event-stream", **LIMITS}

        async def __aiter__(self) -> Any:
            answer = FakeResponse.stream(
                text_chunk("a secret"), text_chunk("b"), finish_chunk(usage=USAGE)
            )
            async for piece in answer:
                await clock.advance(0.25)
                yield piece

        async def aclose(self) -> None:
            pass

    class Server:
        async def send(self, request: Any) -> Answer:
            await clock.advance(0.5)
            return Answer()

        async def aclose(self) -> None:
            pass

    async with GroqClient(
        transport=Server(), clock=clock, api_key=KEY, observe=telemetry.observer
    ) as groq:
        await groq.chat.stream(
            model=MODEL,
            messages=[user("my secret in json")],
            temperature=0.5,
            max_completion_tokens=100,
            seed=1,
            stop=["x"],
            reasoning_effort="low",
            response_format={"type": "json_object"},
        ).reply()

    (span,) = telemetry.spans
    assert span.name == f"chat {MODEL}"
    assert span.kind is SpanKind.CLIENT
    assert span.status.status_code is StatusCode.UNSET
    assert dict(span.attributes or {}) == {
        **OPERATION,
        "gen_ai.request.stream": True,
        "gen_ai.request.temperature": 0.5,
        "gen_ai.request.max_tokens": 100,
        "gen_ai.request.seed": 1,
        "gen_ai.request.stop_sequences": ("x",),
        "gen_ai.request.reasoning.level": "low",
        "gen_ai.output.type": "json",
        "gen_ai.response.id": "chatcmpl-test",
        "gen_ai.response.model": MODEL,
        "gen_ai.response.finish_reasons": ("stop",),
        "gen_ai.response.time_to_first_chunk": 0.75,
        "gen_ai.usage.input_tokens": 70,
        "gen_ai.usage.output_tokens": 30,
        "gen_ai.usage.cache_read.input_tokens": 64,
        "gen_ai.usage.reasoning.output_tokens": 10,
        "groq.request_id": "req_1",
        "groq.usage.queue_time": 0.5,
        "http.response.status_code": 200,
    }
    assert span.start_time == 1_700_000_000_000_000_000
    assert span.end_time == 1_700_000_001_500_000_000

    answered = {**OPERATION, "gen_ai.response.model": MODEL}
    ((attributes, point),) = telemetry.points("gen_ai.client.operation.duration")
    assert (attributes, point.sum) == (answered, 1.5)
    assert point.explicit_bounds[0] == 0.01
    tokens = telemetry.points("gen_ai.client.token.usage")
    assert [(a["gen_ai.token.type"], p.sum) for a, p in tokens] == [("input", 70), ("output", 30)]
    ((_, first),) = telemetry.points("gen_ai.client.operation.time_to_first_chunk")
    assert (first.count, first.sum) == (1, 0.75)
    ((_, rest),) = telemetry.points("gen_ai.client.operation.time_per_output_chunk")
    assert (rest.count, rest.sum) == (2, 0.5)
    ((attributes, left),) = telemetry.points("groq.client.rate_limit.remaining")
    assert attributes == {"gen_ai.request.model": MODEL, "groq.dimension": "tokens"}
    assert left.value == 7000
    assert "secret" not in span.to_json()
    assert KEY not in span.to_json()


async def test_a_whole_reply_is_one_span_without_times_of_chunks(telemetry: Telemetry) -> None:
    reply = {
        "id": "chatcmpl-1",
        "object": "chat.completion",
        "created": 1,
        "model": MODEL,
        "choices": [
            {"index": 0, "message": {"role": "assistant", "content": "Hi"}, "finish_reason": "stop"}
        ],
        "usage": USAGE,
    }
    async with telemetry.client(FakeResponse.json(reply)) as groq:
        await groq.chat.create(model=MODEL, messages=[user("Why?")])

    (span,) = telemetry.spans
    assert span.attributes is not None
    assert "gen_ai.response.time_to_first_chunk" not in span.attributes
    assert span.attributes["gen_ai.usage.output_tokens"] == 30
    assert telemetry.points("gen_ai.client.operation.time_to_first_chunk") == []


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        (
            FakeResponse.json({"error": {"message": "secret", "code": "rate_limit"}}, status=429),
            "rate_limit",
        ),
        (FakeResponse.json({"error": {"message": "secret"}}, status=503), "503"),
        (ConnectionError("No."), "ConnectionError"),
        (
            FakeResponse.stream(
                text_chunk("a"),
                b'event: error\ndata: {"error":{"message":"m","code":"tool_use_failed"}}\n\n',
            ),
            "tool_use_failed",
        ),
        (FakeResponse.stream(text_chunk("a"), done=False), "StreamInterruptedError"),
    ],
)
async def test_an_error_is_on_the_span_and_the_duration_by_its_type(
    telemetry: Telemetry, answer: Any, kind: str
) -> None:
    async with telemetry.client(answer) as groq:
        with pytest.raises(GroqError):
            await groq.chat.stream(model=MODEL, messages=[user("Why?")]).reply()

    (span,) = telemetry.spans
    assert span.attributes is not None
    assert span.attributes["error.type"] == kind
    assert span.status.status_code is StatusCode.ERROR
    assert "secret" not in span.to_json()
    ((attributes, _),) = telemetry.points("gen_ai.client.operation.duration")
    assert attributes["error.type"] == kind


async def test_an_answer_that_is_left_is_cancelled_and_no_error(telemetry: Telemetry) -> None:
    answer = FakeResponse.stream(text_chunk("a"), Stall(), done=False)
    async with (
        telemetry.client(answer) as groq,
        groq.chat.stream(model=MODEL, messages=[user("Why?")]) as stream,
    ):
        async for _ in stream:
            break

    (span,) = telemetry.spans
    assert span.attributes is not None
    assert span.attributes["error.type"] == "cancelled"
    assert span.status.status_code is StatusCode.UNSET


async def test_a_list_of_models_is_a_plain_http_span(telemetry: Telemetry) -> None:
    async with telemetry.client(FakeResponse.json({"object": "list", "data": []})) as groq:
        await groq.models.list()

    (span,) = telemetry.spans
    assert span.name == "GET"
    assert dict(span.attributes or {}) == {
        "http.request.method": "GET",
        "url.full": "https://api.groq.com/openai/v1/models",
        "http.response.status_code": 200,
        **SERVER,
    }
    assert telemetry.points("gen_ai.client.operation.duration") == []


async def test_a_call_is_a_child_of_the_span_around_it(telemetry: Telemetry) -> None:
    tracer = telemetry.tracers.get_tracer("caller")
    async with telemetry.client(FakeResponse.stream(text_chunk("a"), finish_chunk())) as groq:
        with tracer.start_as_current_span("outer") as outer:
            await groq.chat.stream(model=MODEL, messages=[user("Why?")]).reply()

    inner = telemetry.spans[0]
    assert inner.parent is not None
    assert inner.parent.span_id == outer.get_span_context().span_id


def test_waits_repetitions_and_circuits_are_in_the_span_and_measured(telemetry: Telemetry) -> None:
    error = ConnectionError("No.")
    sent = RequestSent(
        exchange=1,
        at=1000.0,
        method="POST",
        url="https://api.groq.com/openai/v1/chat/completions",
        headers={},
        body=b"not json",
        model=MODEL,
        streaming=False,
    )
    for event in (
        sent,
        AdmissionDelayed(
            exchange=1,
            at=1000.5,
            model=MODEL,
            reason="tokens per minute",
            dimension="TPM",
            seconds=6.0,
            position=2,
        ),
        AttemptStarted(exchange=1, at=1006.5, attempt=1, waited=6.0),
        RetryScheduled(
            exchange=1, at=1007.0, attempt=2, attempts=3, delay=0.5, reason="r", error=error
        ),
        CircuitChanged(
            exchange=1, at=1007.0, host="api.groq.com", family="chat", state="open", retry_after=5.0
        ),
    ):
        telemetry.observer(event)

    ((attributes, retries),) = telemetry.points("groq.client.retries")
    assert (attributes, retries.value) == ({**OPERATION, "error.type": "ConnectionError"}, 1)
    ((_, delay),) = telemetry.points("groq.client.admission.delay")
    assert delay.sum == 6.0
    ((attributes, circuit),) = telemetry.points("groq.client.circuit.state")
    assert attributes == {"server.address": "api.groq.com", "groq.circuit.family": "chat"}
    assert circuit.value == 2
    assert telemetry.spans == []

    telemetry.observer(
        HeadersReceived(
            exchange=1, at=1008.0, status=200, headers={}, rate_limits=None, model=MODEL
        )
    )
    telemetry.observer(BodyReceived(exchange=1, at=1009.0, body=b""))
    assert telemetry.spans == []  # the reply is still to come
    operation = telemetry.observer._open[1]
    operation.span.end()
    (span,) = telemetry.spans
    assert [event.name for event in span.events] == [
        "admission delayed",
        "attempt",
        "retry",
        "circuit",
    ]
    assert span.events[2].timestamp == 1_700_000_007_000_000_000
    assert dict(span.events[2].attributes or {}) == {
        "attempt": 2,
        "delay": 0.5,
        "error.type": "ConnectionError",
    }


async def test_other_operations_end_with_their_body(telemetry: Telemetry) -> None:
    sent = RequestSent(
        exchange=1,
        at=1000.0,
        method="POST",
        url="https://api.groq.com/openai/v1/audio/transcriptions",
        headers={},
        body=b"--x",
        model="whisper-large-v3",
        streaming=False,
    )
    telemetry.observer(sent)
    telemetry.observer(
        HeadersReceived(exchange=1, at=1001.0, status=200, headers={}, rate_limits=None, model=None)
    )
    telemetry.observer(BodyReceived(exchange=1, at=1002.0, body=b"{}"))

    (span,) = telemetry.spans
    assert span.name == "transcription whisper-large-v3"
    ((_, duration),) = telemetry.points("gen_ai.client.operation.duration")
    assert duration.sum == 2.0


def test_spans_of_exchanges_that_never_end_are_ended_in_time(telemetry: Telemetry) -> None:
    sent = RequestSent(
        exchange=0,
        at=1000.0,
        method="POST",
        url="https://api.groq.com/openai/v1/chat/completions",
        headers={},
        body=b"[]",
        model=None,
        streaming=True,
    )
    for number in range(4100):
        telemetry.observer(replace(sent, exchange=number))

    assert len(telemetry.observer._open) == 4096
    assert {span.name for span in telemetry.spans} == {"chat"}
    assert len(telemetry.spans) == 4


async def test_without_providers_nothing_happens_and_nothing_breaks() -> None:
    async with GroqClient(
        transport=FakeTransport(FakeResponse.stream(text_chunk("a"), finish_chunk())),
        api_key=KEY,
        observe=TelemetryObserver(),
    ) as groq:
        reply = await groq.chat.stream(model=MODEL, messages=[user("Why?")]).reply()
        await settle()

    assert reply.text == "a"


def run(program: str) -> str:
    command = [sys.executable, "-c", program]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()


def test_opentelemetry_is_not_imported_unless_used() -> None:
    program = (
        "import sys, client; client.GroqClient, client.LoggingObserver, client.RecordingTransport;"
        "print(any(name.startswith('opentelemetry') for name in sys.modules))"
    )
    said = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )

    assert said.stdout.strip() == "False"


def test_without_the_extra_the_error_says_how_to_get_it() -> None:
    program = (
        "import sys; sys.modules['opentelemetry'] = None\n"
        "import client\n"
        "try: client.TelemetryObserver\n"
        "except ImportError as error: print(error)\n"
    )
    said = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )

    assert "groq-workbench[otel]" in said.stdout
