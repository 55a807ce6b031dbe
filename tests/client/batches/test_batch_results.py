"""Waiting for a batch, and reading its results."""

import asyncio
import json
from typing import Any

import pytest

from client import (
    Batch,
    BatchResult,
    ConnectionError,  # noqa: A004
    NotFoundError,
    ProtocolError,
    ServerError,
    TimeoutError,  # noqa: A004
    ValidationError,
)
from client.testing import FakeResponse, Stall
from tests.client.batches.batch_stage import answered, batch, by_path, client, lines

# Waiting


async def test_waiting_asks_every_so_often_until_it_has_ended() -> None:
    groq, transport, clock = client(
        *(FakeResponse.json(batch(s)) for s in ("validating", "in_progress", "completed"))
    )
    seen: list[str | None] = []
    waiting = asyncio.ensure_future(
        groq.batches.wait("batch_01", every=30, on_progress=lambda b: seen.append(b.status))
    )

    await clock.advance(1)
    assert len(transport.requests) == 2  # soon at first
    await clock.advance(1)

    assert (await waiting).ended
    assert seen == ["validating", "in_progress", "completed"]


async def test_waiting_asks_ever_more_rarely_down_to_every_so_many_seconds() -> None:
    groq, transport, clock = client(FakeResponse.json(batch("in_progress")))
    waiting = asyncio.ensure_future(groq.batches.wait("batch_01", every=64))
    counts = []
    for seconds in (1, 2, 4, 8, 16, 32, 64, 64, 64):
        await clock.advance(seconds)
        counts.append(len(transport.requests))

    assert counts == [2, 3, 4, 5, 6, 7, 8, 9, 10]
    waiting.cancel()


@pytest.mark.parametrize("status", ["completed", "failed", "expired", "cancelled"])
async def test_a_batch_that_ended_badly_ends_the_waiting_too(status: str) -> None:
    groq, _, _ = client(FakeResponse.json(batch(status)))

    assert (await groq.batches.wait("batch_01")).status == status


async def test_waiting_outlives_errors_that_pass() -> None:
    refused = FakeResponse.json({"error": {"message": "busy"}}, status=503)
    groq, transport, clock = client(
        ConnectionError("It broke."), refused, FakeResponse.json(batch())
    )
    waiting = asyncio.ensure_future(groq.batches.wait("batch_01", every=10))

    await clock.advance(20)

    assert (await waiting).ended
    assert len(transport.requests) == 3


async def test_waiting_waits_as_long_as_it_is_asked_to() -> None:
    limited = FakeResponse.json(
        {"error": {"message": "slow down"}}, status=429, headers={"retry-after": "120"}
    )
    groq, transport, clock = client(limited, FakeResponse.json(batch()))
    waiting = asyncio.ensure_future(groq.batches.wait("batch_01", every=10))

    await clock.advance(119)
    assert len(transport.requests) == 1
    await clock.advance(2)

    assert (await waiting).ended


async def test_waiting_ends_with_an_error_that_stays() -> None:
    groq, _, _ = client(FakeResponse.json({"error": {"message": "no"}}, status=404))

    with pytest.raises(NotFoundError):
        await groq.batches.wait("batch_01")


async def test_waiting_gives_up_after_an_hour_of_nothing_but_errors() -> None:
    groq, _, clock = client(FakeResponse.json({"error": {"message": "busy"}}, status=503))
    waiting = asyncio.ensure_future(groq.batches.wait("batch_01", every=600))

    await clock.advance(3600)
    assert not waiting.done()
    await clock.advance(601)

    with pytest.raises(ServerError):
        await waiting


async def test_a_deadline_is_kept_to_the_second() -> None:
    groq, transport, clock = client(FakeResponse.json(batch("in_progress")))
    waiting = asyncio.ensure_future(groq.batches.wait("batch_01", every=32, deadline=70))

    await clock.advance(69)
    assert not waiting.done()
    await clock.advance(1)

    with pytest.raises(TimeoutError, match="it goes on"):
        await waiting
    assert len(transport.requests) == 9  # up to 63.5 s, and a last time at 70


async def test_cancelling_ends_the_waiting_at_once() -> None:
    groq, _, clock = client(FakeResponse.json(batch("in_progress")))
    waiting = asyncio.ensure_future(groq.batches.wait("batch_01"))
    await clock.advance(1)

    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting

    assert clock.waiting == 0


# Results


FAILED = {
    "id": "batch_req_out_9",
    "custom_id": "n2",
    "response": {"status_code": 400, "body": {"error": {"message": "Too long.", "code": "x"}}},
    "error": None,
}


async def test_results_come_from_both_files_whatever_their_order() -> None:
    ended = Batch.model_validate(batch(output_file_id="file_o", error_file_id="file_e"))
    answers = by_path(file_o=lines(answered("n3"), answered("n1", "Hello.")), file_e=lines(FAILED))
    groq, _, _ = client(answers)

    results = await groq.batches.results_by_custom_id(ended)

    assert {key: one.ok for key, one in results.items()} == {"n3": True, "n1": True, "n2": False}
    assert results["n1"].reply.text == "Hello."
    assert results["n2"].problem == "Too long."
    with pytest.raises(ProtocolError, match=r"n2 has no reply: Too long\."):
        _ = results["n2"].reply


async def test_results_can_be_asked_for_by_id() -> None:
    done = FakeResponse.json(batch(output_file_id="file_o"))
    groq, _, _ = client(by_path(batch_01=done, file_o=lines(answered("n1"))))

    assert [one.custom_id async for one in groq.batches.results("batch_01")] == ["n1"]


async def test_a_batch_without_files_has_no_results() -> None:
    groq, _, _ = client(FakeResponse.json(batch("failed")))

    assert await groq.batches.results_by_custom_id("batch_01") == {}


async def test_results_before_the_end_are_refused() -> None:
    groq, _, _ = client(FakeResponse.json(batch("in_progress")))

    with pytest.raises(ValidationError, match=r"is in_progress.*batches\.wait"):
        await anext(groq.batches.results("batch_01"))


async def test_a_result_is_handed_over_before_the_next_arrives() -> None:
    first, second = (json.dumps(answered(n)).encode() + b"\n" for n in ("n1", "n2"))
    more = asyncio.Event()
    answer = FakeResponse(headers={}, body=(first + second[:10], Stall(more), second[10:]))
    groq, _, _ = client(answer)
    seen = []

    async for one in groq.batches.results(Batch(id="b", status="completed", output_file_id="f")):
        seen.append(one.custom_id)
        more.set()

    assert seen == ["n1", "n2"]


async def test_leaving_the_results_closes_the_connection() -> None:
    answer = FakeResponse(headers={}, body=(json.dumps(answered("n1")).encode() + b"\n", Stall()))
    groq, _, _ = client(answer)
    results = groq.batches.results(Batch(id="b", status="completed", output_file_id="f"))

    await anext(results)
    await results.aclose()

    assert answer.closed


async def test_a_line_that_is_no_result_is_named() -> None:
    answer = FakeResponse(headers={}, body=(b'{"custom_id": "n1"}\n\nnot json\n',))
    groq, _, _ = client(answer)
    results = groq.batches.results(Batch(id="b", status="completed", output_file_id="f"))

    await anext(results)
    with pytest.raises(ProtocolError, match="Line 2 of the results"):
        await anext(results)

    assert answer.closed


async def test_a_file_that_breaks_off_is_said_so_after_what_came() -> None:
    answer = FakeResponse(
        headers={},
        body=(json.dumps(answered("n1")).encode() + b"\n{", ConnectionError("It broke.")),
    )
    groq, _, _ = client(answer)
    results = groq.batches.results(Batch(id="b", status="completed", output_file_id="f"))

    await anext(results)
    with pytest.raises(ConnectionError):
        await anext(results)


@pytest.mark.parametrize(
    ("members", "problem"),
    [
        ({"response": None, "error": {"code": "expired", "message": "Too late."}}, "Too late."),
        ({"response": None, "error": "text"}, "text"),
        ({"response": {"status_code": 500, "body": None}}, "status 500"),
        ({}, "no answer"),
    ],
)
def test_what_went_wrong_has_words(members: dict[str, Any], problem: str) -> None:
    result = BatchResult.model_validate({"custom_id": "n1", **members})

    assert not result.ok
    assert result.problem == problem


def test_an_answer_that_is_no_chat_completion_is_no_reply() -> None:
    response = {"status_code": 200, "body": {"text": "a transcript"}}
    result = BatchResult.model_validate({"custom_id": "n1", "response": response})

    assert result.ok
    with pytest.raises(ProtocolError, match="no chat completion"):
        _ = result.reply
