"""Limits and models, as last heard."""

import pytest

from client import ConnectionError, GroqClient, RateLimits, user  # noqa: A004 - the client's
from client.testing import FakeResponse, FakeTransport, finish_chunk, text_chunk
from workbench.session.models import ModelCatalogue
from workbench.session.status import ServiceStatus

HEADERS = {
    "x-ratelimit-limit-requests": "1000",
    "x-ratelimit-remaining-requests": "989",
    "x-ratelimit-reset-requests": "15m50.4s",
    "x-ratelimit-limit-tokens": "12000",
    "x-ratelimit-remaining-tokens": "11894",
    "x-ratelimit-reset-tokens": "530ms",
}


async def test_every_response_tells_the_limits_of_its_model() -> None:
    status = ServiceStatus()
    heard: list[tuple[str, RateLimits]] = []
    stop = status.subscribe(lambda model, limits: heard.append((model, limits)))
    answer = FakeResponse.stream(text_chunk("x"), finish_chunk(), headers=HEADERS)
    groq = GroqClient(transport=FakeTransport(answer), api_key="gsk_test", observe=status)

    await groq.chat.stream(model="a", messages=[user("Hi")]).reply()
    stop()
    await groq.chat.stream(model="b", messages=[user("Hi")]).reply()

    assert [model for model, _ in heard] == ["a"]
    requests = heard[0][1].requests
    assert requests is not None
    assert (requests.limit, requests.remaining) == (1000, 989)
    assert status.rate_limits("b") is not None
    assert status.rate_limits("c") is None


async def test_the_catalogue_keeps_what_it_knew_when_a_refresh_fails() -> None:
    listed = {
        "data": [
            {"id": "b/text", "output_modalities": ["text"]},
            {"id": "a/unsaid"},
            {"id": "whisper", "output_modalities": ["transcription"]},
            {"id": "c/retired", "active": False},
        ]
    }
    transport = FakeTransport(FakeResponse.json(listed), ConnectionError("down"))
    catalogue = ModelCatalogue(GroqClient(transport=transport, api_key="gsk_test"))

    await catalogue.refresh()
    with pytest.raises(ConnectionError):
        await catalogue.refresh()

    assert [model.id for model in catalogue.chat_models] == ["a/unsaid", "b/text"]
    assert catalogue.get("whisper") is not None
    assert catalogue.get("nothing") is None
