"""The wire, failures, the bench and servers show what strangers send, and obey none of it."""

import json
from pathlib import Path

import pytest

from client import RecordedExchange
from client.testing import text_chunk
from tests.hostile import ALL, PAYLOADS, assert_harmless, joined, marked, seen
from tests.inspector_stage import Inspecting
from tests.repeat_stage import at_the_bench, calling, fill, varied
from workbench.panes.wire.pane import WirePane
from workbench.screens.inspecting.servers import about_servers
from workbench.screens.inspecting.tool_approval import ToolApprovalScreen
from workbench.screens.wire.edit import EditScreen
from workbench.screens.wire.send import SendScreen
from workbench.session.wire.difference import differences
from workbench.tool_servers import ServerSpec

TALL = (130, 320)
CHAT = "https://api.groq.com/openai/v1/chat/completions"


@pytest.fixture
def inspecting(tmp_path: Path) -> Inspecting:
    return Inspecting(tmp_path)


def exchange(**how: object) -> RecordedExchange:
    fields: dict[str, object] = {
        "method": "POST",
        "url": CHAT,
        "started_at": 1_700_000_000.0,
        "request_headers": {"content-type": "application/json"},
        "request_body": json.dumps(
            {"model": "m", "messages": [{"role": "user", "content": text} for text in marked()]},
            ensure_ascii=False,
        ).encode("utf-8", "replace"),
        "status": 200,
        "headers": {"content-type": "application/json"},
        **how,
    }
    return RecordedExchange(**fields)  # type: ignore[arg-type]


async def look(inspecting: Inspecting, *parts: int, enough: frozenset[int] = ALL) -> None:
    """Look at parts of what the wire points at; together they show the payloads."""
    found: set[int] = set()
    pane = inspecting.screen.query_one(WirePane)
    for part in parts:
        pane.action_open_part(part)
        for _ in range(3):
            await inspecting.actor.pilot.pause()
        assert_harmless(inspecting.stage.app)
        found |= seen(inspecting.stage.app)
    assert found >= enough


async def test_requests_and_answers(inspecting: Inspecting) -> None:
    body = json.dumps({text: [text] for text in marked()}, ensure_ascii=False)
    async with inspecting.open(size=TALL) as actor:
        inspecting.stage.wire.load(
            [exchange(body=body.encode("utf-8", "replace"))], origin=marked()[0]
        )
        await inspecting.view("wire")
        await actor.pilot.pause()
        await look(inspecting, 0, 1, enough=ALL)
        await look(inspecting, 2, enough=ALL)


async def test_bodies_that_are_no_json(inspecting: Inspecting) -> None:
    async with inspecting.open(size=TALL):
        body = joined().replace("\x00", "").encode("utf-8", "replace")
        inspecting.stage.wire.load([exchange(body=body)], origin="x")
        await inspecting.view("wire")
        await look(inspecting, 2)


async def test_headers_addresses_models_and_failures(inspecting: Inspecting) -> None:
    async with inspecting.open(size=TALL):
        for number, text in enumerate(PAYLOADS.values()):
            inspecting.stage.wire.load(
                [
                    exchange(
                        method=text[:8],
                        url=f"https://h/{text[:60]}",
                        request_body=json.dumps({"model": text[:60]}).encode(),
                        headers={text[:60]: text[:60], "x-request-id": text[:60]},
                        status=200 + number,
                    ).ended(1.0, ValueError())
                ],
                origin=text[:60],
            )
            if number % 10 == 0:
                await inspecting.view("wire")
                await look(inspecting, 0, 1, 2, enough=frozenset())


async def test_events_closed_and_opened(inspecting: Inspecting) -> None:
    body = b"".join(
        b"event: %b\ndata: %b\n\n"
        % (
            text.split("\n")[0].replace("\r", "").encode("utf-8", "replace"),
            json.dumps(text_chunk(text), ensure_ascii=False).encode("utf-8", "replace"),
        )
        for text in marked()
    )
    stream = exchange(body=body, headers={"content-type": "text/event-stream"})
    async with inspecting.open(size=TALL) as actor:
        inspecting.stage.wire.load([stream], origin="x")
        await inspecting.view("wire")
        await look(inspecting, 3, enough=frozenset())
        await actor.press("enter")
        for _ in range(4):
            await actor.press("enter", "down")
            assert_harmless(inspecting.stage.app)


async def test_edits_and_differences(inspecting: Inspecting) -> None:
    before, after = dict.fromkeys(marked(), 1), {text: text for text in marked()}
    async with inspecting.open(size=TALL) as actor:
        app = inspecting.stage.app
        await app.push_screen(SendScreen(marked()[1], differences(before, after)))
        await actor.pilot.pause()
        assert_harmless(app)
        await app.pop_screen()
        await app.push_screen(EditScreen("Edit", "{}", check=lambda _: (joined(" "), False)))
        await actor.pilot.pause()
        assert_harmless(app)


async def test_failed_generations(inspecting: Inspecting) -> None:
    async with inspecting.open(size=TALL) as actor:
        for text in ("{" + joined(), json.dumps({"name": joined(" "), "arguments": {}})):
            error = {"code": "tool_use_failed", "message": joined(" "), "failed_generation": text}
            body = json.dumps({"error": error}, ensure_ascii=False).encode("utf-8", "replace")
            inspecting.stage.wire.load([exchange(body=body, status=400)], origin="x")
            await inspecting.view("failures")
            await actor.pilot.pause()
            assert seen(inspecting.stage.app) == ALL
            assert_harmless(inspecting.stage.app)


async def test_what_the_bench_has_found() -> None:
    stage = varied()
    async with stage.open(size=TALL) as actor:
        await at_the_bench(actor)
        numbers = iter(range(10_000))

        def answer(_: object) -> object:
            text = marked()[next(numbers) % len(PAYLOADS)]
            return calling(stage, {"city": text, text: text})

        transport = stage.groq._wire.transport
        while not hasattr(transport, "_answers"):
            transport = transport._transport  # type: ignore[attr-defined]
        transport._answers = (answer,)
        fill(actor, times="20", at_once="1", checks='called get_weather {"city": "x"}')
        await actor.press("ctrl+r")
        await actor.until(lambda: "20 of 20" in actor.screen)
        assert_harmless(stage.app)
        assert seen(stage.app) >= set(range(19))


async def test_servers_to_be_connected(inspecting: Inspecting) -> None:
    specs = [
        ServerSpec(name=text, command=(text, text), environment={text: text}, folder=text[:50])
        for text in marked()
        if "\x00" not in text
    ]
    specs += [ServerSpec(name=text, url=f"https://h/{text}") for text in marked()]
    async with inspecting.open(size=TALL) as actor:
        app = inspecting.stage.app
        await app.push_screen(
            ToolApprovalScreen("Connect?", list(about_servers(specs)), yes="y", no="n")
        )
        await actor.pilot.pause()
        assert_harmless(app)
