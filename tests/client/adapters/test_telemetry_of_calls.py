"""Other calls, waits and repetitions as spans, and telemetry that is not there."""

import subprocess
import sys
from dataclasses import replace

from client import (
    ConnectionError,  # noqa: A004 - ours
    GroqClient,
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
    FakeResponse,
    FakeTransport,
    finish_chunk,
    settle,
    text_chunk,
)
from tests.client.adapters.collected_telemetry import (
    KEY,
    MODEL,
    OPERATION,
    SERVER,
    Telemetry,
)


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
