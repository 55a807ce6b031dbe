"""The metrics of the client, by the GenAI semantic conventions where they name one."""

from typing import Final

from opentelemetry.metrics import Meter

_SECONDS: Final = (0.01, 0.02, 0.04, 0.08, 0.16, 0.32, 0.64, 1.28, 2.56, 5.12, 10.24, 20.48, 40.96)
_DURATIONS: Final = (*_SECONDS, 81.92)
_TOKENS: Final = tuple(4**exponent for exponent in range(14))
_FAST: Final = (0.0001, 0.0005, 0.001, 0.002, 0.005, *_SECONDS)
"""The conventions begin at 10 ms, where a token of this service has long arrived."""

CIRCUIT_STATES: Final = {"closed": 0, "half-open": 1, "open": 2}


class Instruments:
    """Every instrument, made once."""

    def __init__(self, meter: Meter) -> None:
        self.duration = meter.create_histogram(
            "gen_ai.client.operation.duration",
            unit="s",
            description="GenAI operation duration.",
            explicit_bucket_boundaries_advisory=_DURATIONS,
        )
        self.tokens = meter.create_histogram(
            "gen_ai.client.token.usage",
            unit="{token}",
            description="Number of input and output tokens used.",
            explicit_bucket_boundaries_advisory=_TOKENS,
        )
        self.time_to_first_chunk = meter.create_histogram(
            "gen_ai.client.operation.time_to_first_chunk",
            unit="s",
            description="Time to receive the first chunk.",
            explicit_bucket_boundaries_advisory=_DURATIONS,
        )
        self.time_per_output_chunk = meter.create_histogram(
            "gen_ai.client.operation.time_per_output_chunk",
            unit="s",
            description="Time from one chunk to the next.",
            explicit_bucket_boundaries_advisory=_FAST,
        )
        self.retries = meter.create_counter(
            "groq.client.retries", unit="{retry}", description="Requests sent again, by reason."
        )
        self.admission_delay = meter.create_histogram(
            "groq.client.admission.delay",
            unit="s",
            description="How long requests are made to wait for a rate limit.",
            explicit_bucket_boundaries_advisory=_DURATIONS,
        )
        self.remaining = meter.create_gauge(
            "groq.client.rate_limit.remaining",
            unit="1",
            description="What is left of a rate limit, by model and dimension.",
        )
        self.circuit = meter.create_gauge(
            "groq.client.circuit.state",
            unit="1",
            description="The circuit breaker: 0 closed, 1 half-open, 2 open.",
        )
