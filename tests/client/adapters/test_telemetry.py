"""Chats as spans and metrics of the GenAI conventions."""

from typing import Any

import pytest
from opentelemetry.trace import SpanKind, StatusCode

from client import (
    ConnectionError,  # noqa: A004 - ours
    GroqClient,
    GroqError,
    user,
)
from client.testing import (
    FakeResponse,
    Stall,
    finish_chunk,
    text_chunk,
)
from tests.client.adapters.collected_telemetry import (
    KEY,
    LIMITS,
    MODEL,
    OPERATION,
    USAGE,
    Telemetry,
)


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
