"""A client that records, and one that replays, made in one line each."""

from pathlib import Path
from typing import Any

import pytest

from client import (
    ChunkReceived,
    GroqClient,
    GroqConfig,
    HttpTransport,
    UnrecordedRequestError,
    ValidationError,
    user,
)
from client.testing import FakeResponse, FakeTransport, finish_chunk, text_chunk

KEY = "gsk_Zt9mQ4xLw82VbN7cRfKe"


@pytest.fixture(autouse=True)
def service(monkeypatch: pytest.MonkeyPatch) -> FakeTransport:
    """What is reached where a real service would be."""
    fake = FakeTransport(FakeResponse.stream(text_chunk("Hi"), finish_chunk()))
    monkeypatch.setattr(HttpTransport, "to", lambda base_url, engine: fake)
    return fake


async def ask(groq: GroqClient, text: str = "Hello?") -> str:
    async with groq:
        return (await groq.chat.stream(model="m", messages=[user(text)]).reply()).text


async def test_what_is_recorded_is_replayed_without_key_or_address(
    tmp_path: Path, service: FakeTransport, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "session.har"
    address = "https://llm.example/openai/v1"
    assert await ask(GroqClient.recording_to(file, base_url=address, api_key=KEY)) == "Hi"
    monkeypatch.setenv("GROQ_BASE_URL", "not an address")
    events: list[Any] = []

    offline = GroqClient.replaying(str(file), speed=0, observe=events.append)

    assert offline.config.base_url == address
    assert await ask(offline) == "Hi"
    assert any(isinstance(event, ChunkReceived) for event in events)
    assert len(service.requests) == 1
    assert KEY not in file.read_text()


async def test_another_question_is_not_answered_unless_it_is_to_be(tmp_path: Path) -> None:
    file = tmp_path / "session.har"
    await ask(GroqClient.recording_to(file, config=GroqConfig(api_key=KEY)))

    with pytest.raises(UnrecordedRequestError):
        await ask(GroqClient.replaying(file, speed=0), "Bye?")
    assert await ask(GroqClient.replaying(file, speed=0, match="loose"), "Bye?") == "Hi"


async def test_a_recording_that_is_there_is_kept_unless_it_is_to_be_replaced(
    tmp_path: Path,
) -> None:
    file = tmp_path / "session.har"
    await ask(GroqClient.recording_to(file, api_key=KEY))

    with pytest.raises(ValidationError, match="there already"):
        GroqClient.recording_to(file, api_key=KEY)
    assert await ask(GroqClient.recording_to(file, api_key=KEY, overwrite=True)) == "Hi"


def test_config_and_fields_exclude_each_other(tmp_path: Path) -> None:
    with pytest.raises(ValidationError, match="not both"):
        GroqClient.recording_to(tmp_path / "a.har", config=GroqConfig(api_key=KEY), timeout=5)
    assert not (tmp_path / "a.har").exists()
