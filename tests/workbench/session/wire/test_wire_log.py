"""The log of exchanges: whole, bounded, and without secrets."""

import asyncio
from collections.abc import Callable
from pathlib import Path

import pytest

from client import (
    APIError,
    GroqClient,
    RecordedExchange,
    StreamError,
    read_recording,
    user,
    write_recording,
)
from client import ConnectionError as ConnectionLost
from client.testing import FakeResponse, Stall, finish_chunk, settle, text_chunk
from tests.workbench.session.wire.conftest import KEY, Wired
from workbench.session.wire.log import WireLog

Make = Callable[..., Wired]
MODEL = "openai/gpt-oss-20b"


async def ask(wired: Wired, text: str = "Why?") -> str:
    async with wired.groq.chat.stream(model=MODEL, messages=[user(text)]) as stream:
        return (await stream.reply()).text


async def test_a_stream_is_kept_byte_by_byte(wired: Make) -> None:
    one = wired(
        FakeResponse.stream(text_chunk("Be"), text_chunk("cause"), finish_chunk()),
    )

    await ask(one)

    (exchange,) = one.log.exchanges
    assert not exchange.open
    assert exchange.status == 200
    assert exchange.last.body.count(b"data: ") == 4
    assert exchange.last.body.endswith(b"data: [DONE]\n\n")
    assert [size for _, size in exchange.last.chunks] == [
        len(part) + 2 for part in exchange.last.body.split(b"\n\n")[:-1]
    ]
    assert b'"Why?"' in (exchange.last.request_body or b"")
    assert [step.text for step in exchange.steps] == ["the reply is whole"]


async def test_the_key_is_nowhere(wired: Make) -> None:
    one = wired(FakeResponse.stream(text_chunk(KEY[:9]), text_chunk(KEY[9:]), finish_chunk()))

    await ask(one, f"My key is {KEY}")

    (exchange,) = one.log.exchanges
    assert KEY not in repr(exchange.attempts) + str(exchange.last.request_headers)
    assert KEY.encode() not in (exchange.last.request_body or b"")
    assert KEY[9:].encode() not in exchange.last.body
    assert exchange.last.request_headers["authorization"] == "REDACTED"


async def test_the_key_is_hidden_while_the_answer_still_runs(wired: Make) -> None:
    gate = asyncio.Event()
    one = wired(FakeResponse.stream(text_chunk(KEY), Stall(gate), finish_chunk()))

    asking = asyncio.create_task(ask(one, f"My key is {KEY}"))
    await settle()

    (exchange,) = one.log.exchanges
    assert exchange.open
    assert exchange.received > 0
    assert KEY.encode() not in exchange.last.body
    gate.set()
    await asking


async def test_every_attempt_is_kept_with_the_wait_between(wired: Make) -> None:
    busy = FakeResponse.json({"error": {"message": "busy"}}, status=503)
    one = wired(busy, FakeResponse.stream(text_chunk("Yes"), finish_chunk()), retry=True)

    asking = asyncio.create_task(ask(one))
    await settle()
    assert one.log.exchanges[0].open
    await one.clock.advance(10)
    await asking

    (exchange,) = one.log.exchanges
    assert [attempt.status for attempt in exchange.attempts] == [503, 200]
    assert b"busy" in exchange.attempts[0].body
    assert exchange.began[1] > 0
    assert [step.kind for step in exchange.steps] == ["retry", "attempt", "reply"]


async def test_a_refusal_and_a_break_say_how_they_ended(wired: Make) -> None:
    refusal = FakeResponse.json({"error": {"message": "no", "code": "x"}}, status=400)
    cut = FakeResponse.stream(text_chunk("Half"), ConnectionLost("reset by peer"), done=False)
    one = wired(refusal, cut)

    with pytest.raises(APIError):
        await ask(one)
    with pytest.raises(StreamError):
        await ask(one)

    refused, broken = one.log.exchanges
    assert refused.failed
    assert refused.steps[-1].text.startswith("BadRequestError: 400")
    assert broken.last.failure is not None
    assert "reset by peer" in broken.last.failure.message
    assert b"Half" in broken.last.body


async def test_leaving_is_told_apart_from_failing(wired: Make) -> None:
    one = wired(FakeResponse.stream(text_chunk("Half"), Stall(), done=False))

    asking = asyncio.create_task(ask(one))
    await settle()
    asking.cancel()
    with pytest.raises(asyncio.CancelledError):
        await asking

    (exchange,) = one.log.exchanges
    assert exchange.last.left
    assert not exchange.failed
    assert exchange.steps[-1].text == "the caller left"


async def test_the_oldest_go_first_and_it_is_told(wired: Make) -> None:
    one = wired(FakeResponse.json({"object": "list", "data": []}), most_exchanges=3)

    for _ in range(5):
        await one.groq.models.list()

    assert [exchange.id for exchange in one.log.exchanges] == [3, 4, 5]
    assert one.log.let_go == 2
    assert one.log.get(1) is None
    assert len(one.log._by_number) == 3


async def test_bodies_are_bounded_together(wired: Make) -> None:
    one = wired(
        *[FakeResponse.stream(text_chunk("x" * 40_000), finish_chunk()) for _ in range(9)],
        most_bytes=200_000,
    )

    for _ in range(9):
        await ask(one)

    assert one.log.size <= 200_000
    assert one.log.let_go > 0


async def test_one_body_is_bounded_and_the_rest_counted(
    wired: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("workbench.session.wire.kept.MOST_BODY_BYTES", 1000)
    one = wired(FakeResponse.stream(text_chunk("x" * 5_000), finish_chunk()))

    await ask(one)

    (exchange,) = one.log.exchanges
    assert len(exchange.last.body) == 1000
    assert exchange.left_out > 4000


async def test_who_listens_hears_of_every_change_until_they_leave(wired: Make) -> None:
    heard: list[int] = []
    one = wired(FakeResponse.json({"object": "list", "data": []}))
    leave = one.log.subscribe(heard.append)

    await one.groq.models.list()
    number = len(heard)
    leave()
    await one.groq.models.list()

    assert set(heard) == {1}
    assert len(heard) == number >= 4


async def test_what_was_saved_is_loaded_again(wired: Make, tmp_path: Path) -> None:
    one = wired(FakeResponse.stream(text_chunk("Kept"), finish_chunk()))
    await ask(one)
    file = tmp_path / "session.har"
    write_recording(file, one.log.exchanges[0].attempts)

    again = WireLog()
    (number,) = again.load(read_recording(file), origin=file.name)

    loaded = again.get(number)
    assert loaded is not None
    assert (loaded.source, loaded.origin, loaded.model) == ("file", "session.har", MODEL)
    assert loaded.last.body == one.log.exchanges[0].last.body
    assert loaded.streaming
    assert KEY not in file.read_text()


async def test_the_log_lets_go_of_everything_that_is_over(wired: Make) -> None:
    one = wired(FakeResponse.json({"object": "list", "data": []}))
    await one.groq.models.list()

    one.log.forget()

    assert len(one.log) == 0
    await one.groq.models.list()
    assert [exchange.id for exchange in one.log.exchanges] == [2]


async def test_a_client_nobody_follows_is_kept_too() -> None:
    from client.testing import FakeTransport

    log = WireLog()
    transport = log.tap(FakeTransport(FakeResponse.json({"object": "list", "data": []})))
    async with GroqClient(transport=transport, api_key=KEY) as groq:
        await groq.models.list()

    assert log.exchanges[0].status == 200


async def test_many_are_loaded_beside_the_loop_and_masked_too(wired: Make) -> None:
    one = wired(FakeResponse.json({"object": "list", "data": []}))
    await one.groq.models.list()  # the log learns the key
    recorded = RecordedExchange(
        method="POST", url="https://x/chat/completions", started_at=1.0, body=KEY.encode() * 9
    )

    ids = await one.log.load_many([recorded] * 3, origin="x.har")

    assert ids == (2, 3, 4)
    assert all(KEY.encode() not in each.last.body for each in one.log.exchanges)


async def test_a_large_answer_is_masked_beside_the_loop(wired: Make) -> None:
    text = f"{KEY} " + "x" * 400_000
    one = wired(FakeResponse.stream(text_chunk(text), finish_chunk()))

    await ask(one, f"My key is {KEY}")
    assert KEY.encode() not in one.log.exchanges[0].last.body, "not even before it is masked"
    while one.log._masking:
        await asyncio.gather(*one.log._masking)

    (exchange,) = one.log.exchanges
    assert exchange.received > 400_000
    assert KEY.encode() not in exchange.last.body
    assert exchange.last is one.log.exchanges[0].last, "masked once, then kept so"
