"""What the tests of telemetry share: spans and metrics, collected in memory."""

from typing import Any

from opentelemetry.sdk.metrics import MeterProvider
from opentelemetry.sdk.metrics.export import InMemoryMetricReader
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from client import (
    GroqClient,
    TelemetryObserver,
)
from client.testing import (
    FakeClock,
    FakeTransport,
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
