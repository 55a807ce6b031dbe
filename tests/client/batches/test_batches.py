"""Batches: their lines, and looking after them."""

import json
from typing import Any

import pytest

from client import (
    ProtocolError,
    ValidationError,
    batch_line,
    user,
)
from client.testing import FakeResponse
from tests.client.batches.batch_stage import MODEL, batch, client

# Lines


def test_a_line_is_a_chat_completion_that_says_who_it_is() -> None:
    line = batch_line("n1", model=MODEL, messages=[user("Hi")], temperature=0, seed=7)

    assert line == {
        "custom_id": "n1",
        "method": "POST",
        "url": "/v1/chat/completions",
        "body": {
            "model": MODEL,
            "messages": [{"role": "user", "content": "Hi"}],
            "temperature": 0,
            "seed": 7,
        },
    }


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"temprature": 1.0}, "Did you mean `temperature`"),
        ({"temperature": 3.0}, "`temperature`"),
        ({"messages": []}, "`messages`"),
        ({"stream": True}, "`stream`"),
        ({"custom_id": ""}, "`custom_id`"),
    ],
)
def test_a_line_is_checked_as_a_chat_is(wrong: dict[str, Any], words: str) -> None:
    right = {"custom_id": "n1", "model": MODEL, "messages": [user("Hi")]}

    with pytest.raises(ValidationError, match=words):
        batch_line(**{**right, **wrong})


# Starting, looking after


async def test_a_batch_is_started_looked_up_and_cancelled() -> None:
    groq, transport, _ = client(FakeResponse.json(batch("validating")))

    made = await groq.batches.create(input_file_id="file_01", metadata={"who": "me"})
    await groq.batches.get(made.id)
    await groq.batches.cancel(made.id)

    assert not made.ended
    assert made.finished == 3
    asked = [(r.method, r.url.partition("/v1")[2]) for r in transport.requests]
    assert asked == [
        ("POST", "/batches"),
        ("GET", "/batches/batch_01"),
        ("POST", "/batches/batch_01/cancel"),
    ]
    assert json.loads(transport.bodies[0]) == {
        "input_file_id": "file_01",
        "endpoint": "/v1/chat/completions",
        "completion_window": "24h",
        "metadata": {"who": "me"},
    }


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"input_file_id": ""}, "`input_file_id`"),
        ({"endpoint": "/openai/v1/chat/completions"}, "without '/openai'"),
        ({"endpoint": "/v1/models"}, "`endpoint` is one of"),
        ({"completion_window": "23h"}, "'24h' to '7d'"),
        ({"completion_window": "8d"}, "'24h' to '7d'"),
        ({"completion_window": "soon"}, "'24h' to '7d'"),
        ({"metadata": {"n": 1}}, "`metadata`"),
    ],
)
async def test_a_wrong_batch_is_refused_before_it_is_sent(wrong: Any, words: str) -> None:
    groq, transport, _ = client(FakeResponse.json(batch()))

    with pytest.raises(ValidationError, match=words):
        await groq.batches.create(**{"input_file_id": "file_01", **wrong})

    assert not transport.requests


async def test_problems_of_the_file_are_named_by_line() -> None:
    errors = {"object": "list", "data": [{"code": "invalid_method", "message": "No.", "line": 3}]}
    groq, _, _ = client(FakeResponse.json(batch("failed", errors=errors)))

    assert (await groq.batches.get("batch_01")).problems == ("line 3: No.",)


async def test_a_list_goes_on_from_page_to_page_as_it_is_read() -> None:
    def page(*ids: str, cursor: str | None) -> FakeResponse:
        data = [batch(id=one) for one in ids]
        return FakeResponse.json({"data": data, "paging": {"next_cursor": cursor}})

    groq, transport, _ = client(page("a", "b", cursor="x&y"), page("c", cursor=None))
    listed = groq.batches.list(ids=["a", "b", "c"])

    first = await anext(listed)
    assert len(transport.requests) == 1
    rest = [one.id async for one in listed]

    assert [first.id, *rest] == ["a", "b", "c"]
    assert [r.url.partition("?")[2] for r in transport.requests] == [
        "id=a&id=b&id=c",
        "id=a&id=b&id=c&cursor=x%26y",
    ]


async def test_a_list_without_pages_ends() -> None:
    groq, transport, _ = client(FakeResponse.json({"object": "list", "data": [batch()]}))

    assert len([one async for one in groq.batches.list()]) == 1
    assert transport.requests[0].url.endswith("/batches")


async def test_a_list_that_goes_round_in_circles_is_noticed() -> None:
    groq, _, _ = client(FakeResponse.json({"data": [], "paging": {"next_cursor": "x"}}))

    with pytest.raises(ProtocolError, match="circles"):
        _ = [one async for one in groq.batches.list()]


async def test_no_more_ids_than_the_service_takes() -> None:
    groq, _, _ = client(FakeResponse.json({"data": []}))

    with pytest.raises(ValidationError, match="200"):
        await anext(groq.batches.list(ids=["x"] * 201))
