"""A reply at once, the models, and how the client is."""

import asyncio
import json
from typing import Any

import pytest

from client import (
    APIError,
    BodyReceived,
    ClientEvent,
    ConnectionError,  # noqa: A004
    GroqClient,
    ModelNotFoundError,
    ProtocolError,
    RateLimitError,
    ReplyCompleted,
    TimeoutError,  # noqa: A004
    Timeouts,
    ValidationError,
    user,
)
from client.testing import FakeClock, FakeResponse, FakeTransport, Stall

REPLY: dict[str, Any] = {
    "id": "chatcmpl-1",
    "model": "m",
    "choices": [{"index": 0, "message": {"role": "assistant", "content": "Hi"}}],
    "usage": {"completion_tokens": 2, "completion_time": 0.002},
}
LIMITS = {
    "x-ratelimit-limit-requests": "1000",
    "x-ratelimit-remaining-requests": "989",
    "x-ratelimit-reset-requests": "15m50.4s",
    "x-request-id": "req_1",
}


def client(*answers: Any, **seams: Any) -> GroqClient:
    return GroqClient(api_key="gsk_test", transport=FakeTransport(*answers), retry=None, **seams)


async def create(groq: GroqClient, **options: Any) -> Any:
    return await groq.chat.create(model="m", messages=[user("Hello")], **options)


async def test_a_reply_knows_what_its_exchange_knew() -> None:
    clock, events = FakeClock(now=7.0), list[ClientEvent]()
    groq = client(FakeResponse.json(REPLY, headers=LIMITS), clock=clock, observe=events.append)
    reply = await create(groq)

    assert (reply.text, reply.request_id) == ("Hi", "req_1")
    assert reply.usage.tokens_per_second == 1000
    assert (reply.timing.sent, reply.timing.end) == (7.0, 7.0)
    assert reply.rate_limits is groq.rate_limits("m")
    assert [type(event).__name__ for event in events] == [
        "RequestSent",
        "HeadersReceived",
        "BodyReceived",
        "ReplyCompleted",
    ]
    body, completed = events[2], events[3]
    assert isinstance(body, BodyReceived)
    assert isinstance(completed, ReplyCompleted)
    assert json.loads(body.body) == REPLY
    assert completed.reply is reply


async def test_missing_usage_and_content_null_are_no_error() -> None:
    message = {"role": "assistant", "content": None}
    reply = await create(
        client(FakeResponse.json({"choices": [{"message": message}], "usage": None}))
    )

    assert (reply.text, reply.usage.total_tokens, reply.finish_reason) == ("", None, None)


@pytest.mark.parametrize("error", [{"message": "no", "code": 429}, {"message": "no"}, "no"])
async def test_an_error_under_a_status_of_success_is_an_error(error: Any) -> None:
    with pytest.raises(APIError) as caught:
        await create(client(FakeResponse.json({"error": error}, headers=LIMITS)))

    assert caught.value.message == "no"
    assert caught.value.request_id == "req_1"
    assert isinstance(caught.value, RateLimitError) is (caught.value.status == 429)


@pytest.mark.parametrize(
    "answer", [{}, {"choices": []}, {"choices": None}, [], "x", 5, None, {"choices": [{}]}]
)
async def test_a_success_that_says_nothing_is_an_error(answer: Any) -> None:
    with pytest.raises(ProtocolError, match="not a ChatReply"):
        await create(client(FakeResponse.json(answer)))


async def test_a_body_that_breaks_or_stalls_is_a_typed_error() -> None:
    kind = {"content-type": "application/json"}
    broken = FakeResponse(headers=kind, body=[b"{", OSError("gone")])
    with pytest.raises(ConnectionError):
        await create(client(broken))

    clock = FakeClock()
    stalled = FakeResponse(headers=kind, body=[b"{", Stall()])
    groq = client(stalled, clock=clock)
    call = asyncio.create_task(create(groq, timeout=Timeouts(idle=3)))
    await clock.advance(4)
    with pytest.raises(TimeoutError):
        await call

    assert broken.closed
    assert stalled.closed


async def test_models_are_listed_in_the_services_order() -> None:
    groq = client(FakeResponse.json({"object": "list", "data": [{"id": "b"}, {"id": "a"}]}))

    assert [model.id for model in await groq.models.list()] == ["b", "a"]


async def test_a_model_is_had_by_its_id_with_its_slash() -> None:
    transport = FakeTransport(FakeResponse.json({"id": "x", "supported_features": ["tools"]}))
    groq = GroqClient(api_key="gsk_test", transport=transport)
    model = await groq.models.get("openai/gpt-oss-20b?x=1")

    assert transport.requests[0].url.endswith("/openai/v1/models/openai/gpt-oss-20b%3Fx%3D1")
    assert (model.supports("tools"), model.supports("vision")) == (True, False)


async def test_an_unknown_model_is_an_error_of_its_own() -> None:
    body = {"error": {"message": "gone", "code": "model_not_found"}}
    with pytest.raises(ModelNotFoundError):
        await client(FakeResponse.json(body, status=404)).models.get("x")


@pytest.mark.parametrize("name", ["", " ", "/", "a//b", "../files", "a/../b", "./a"])
async def test_an_id_that_leads_elsewhere_is_refused(name: str) -> None:
    with pytest.raises(ValidationError, match="`model`"):
        await client(FakeResponse.json({})).models.get(name)


async def test_health_says_how_long_and_how_many() -> None:
    health = await client(FakeResponse.json({"data": [{"id": "a"}]}), clock=FakeClock()).health()

    assert (health.ok, health.models, health.latency, health.host) == (True, 1, 0.0, "api.groq.com")


@pytest.mark.parametrize(
    "answer", [FakeResponse.json({}, status=401), FakeResponse.json({}), OSError("no route")]
)
async def test_health_says_what_is_wrong(answer: Any) -> None:
    health = await client(answer).health()

    assert not health.ok
    assert health.models is None
