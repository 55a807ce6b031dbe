"""The key is in nothing that anybody sees."""

import asyncio
import json
import logging
import traceback
from typing import Any

import pytest

from client import (
    GroqClient,
    GroqError,
    ProtocolError,
    user,
)
from client.adapters.http import HttpTransport
from client.ports import Request
from client.testing import FakeClock, FakeResponse, FakeTransport, Stall, text_chunk
from tests.client.settings.settings_stage import CANARY


def everything_shown(error: BaseException) -> str:
    """All that a traceback, a logger or a debugger's summary would print of an error."""
    shown, seen = [], set()
    queue: list[BaseException | None] = [error]
    while queue:
        one = queue.pop()
        if one is None or id(one) in seen:
            continue
        seen.add(id(one))
        shown += [str(one), repr(one), repr(one.args), repr(vars(one))]
        queue += [one.__cause__, one.__context__]
    return "\n".join([*shown, *traceback.format_exception(error)])


class Leaky:
    """Credentials that cannot be written as a header."""

    async def headers(self) -> dict[str, str]:
        return {"authorization": f"Bearer {CANARY}\r\nx: y"}


HTML = FakeResponse(status=502, headers={"content-type": "text/html"}, body=[b"<html>"])
FAILURES: list[Any] = [
    FakeResponse.json({"error": {"message": "Invalid API Key"}}, status=401),
    FakeResponse.json({"error": "no"}, status=400),
    HTML,
    FakeResponse(status=307, headers={"location": "https://evil.example"}),
    FakeResponse(headers={"content-type": "text/html"}),
    FakeResponse.json({"nothing": 1}),
    FakeResponse.stream(text_chunk("a"), OSError("broke")),
    FakeResponse.stream(b"data: garbage\n\n"),
    OSError("no route"),
]


@pytest.mark.parametrize("streaming", [False, True])
@pytest.mark.parametrize("failure", FAILURES)
async def test_no_failure_shows_the_key(
    failure: Any, streaming: bool, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    events: list[Any] = []
    transport = FakeTransport(failure)
    groq = GroqClient(api_key=CANARY, transport=transport, observe=events.append, retry=None)
    ask: dict[str, Any] = {"model": "m", "messages": [user("Hi")]}
    call = groq.chat.stream(**ask).reply() if streaming else groq.chat.create(**ask)
    with pytest.raises(GroqError) as caught:
        await call

    assert CANARY not in everything_shown(caught.value) + caplog.text + repr(events)
    assert not any(CANARY in str(getattr(event, "headers", "")) for event in events)


async def test_a_key_that_cannot_be_a_header_never_reaches_the_wire_nor_an_error(
    serve: Any, caplog: pytest.LogCaptureFixture
) -> None:
    async def talk(peer: Any) -> None:
        server.requests.append(await peer.request())

    caplog.set_level(logging.DEBUG)
    server = await serve(talk)
    async with GroqClient(base_url=server.url, auth=Leaky(), retry=None) as groq:
        with pytest.raises(GroqError) as caught:
            await groq.models.list()

    assert CANARY not in everything_shown(caught.value) + caplog.text
    assert server.accepted == 0


async def test_a_malformed_header_that_slips_through_is_not_repeated_by_the_transport(
    serve: Any,
) -> None:
    async def talk(peer: Any) -> None:
        await peer.gone()

    server = await serve(talk)
    transport = HttpTransport()
    headers = {"authorization": f"Bearer {CANARY}\n"}
    with pytest.raises(ProtocolError) as caught:
        await transport.send(Request(method="GET", url=server.url, headers=headers))
    await transport.aclose()

    assert CANARY not in everything_shown(caught.value)


async def test_debug_logs_of_every_library_hold_no_key(
    serve: Any, caplog: pytest.LogCaptureFixture
) -> None:
    async def talk(peer: Any) -> None:
        request = await peer.request()
        assert CANARY.encode() in request
        body = json.dumps({"data": [{"id": "m"}]}).encode()
        await peer.head("content-type: application/json", f"content-length: {len(body)}")
        await peer.say(body)

    caplog.set_level(logging.DEBUG)
    for name in ("httpx", "httpcore", "client", "asyncio"):
        caplog.set_level(logging.DEBUG, logger=name)
    async with GroqClient(api_key=CANARY, base_url=(await serve(talk)).url) as groq:
        await groq.models.list()

    assert "httpcore" in {record.name.split(".")[0] for record in caplog.records}
    assert CANARY not in caplog.text


async def test_cancelled_and_overdue_calls_show_no_key() -> None:
    clock = FakeClock()
    answer = FakeResponse.stream(text_chunk("a"), Stall())
    groq = GroqClient(api_key=CANARY, transport=FakeTransport(answer), clock=clock)
    reading = asyncio.create_task(groq.chat.stream(model="m", messages=[user("Hi")]).reply())
    await clock.advance(40)

    with pytest.raises(GroqError) as caught:
        await reading

    assert CANARY not in everything_shown(caught.value)
    assert CANARY not in repr(reading)
