"""Files at the service: handed in as lines or as a file, fetched in memory or to disk."""

import io
import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from client import (
    ConnectionError,  # noqa: A004
    GroqClient,
    NotFoundError,
    ResponseTooLargeError,
    UnexpectedContentTypeError,
    ValidationError,
    batch_line,
    user,
)
from client.jsonl import LineDecoder
from client.testing import FakeClock, FakeResponse, FakeTransport

MODEL = "openai/gpt-oss-20b"
FILE = {
    "id": "file_01",
    "object": "file",
    "bytes": 966,
    "created_at": 1_736_000_000,
    "filename": "requests.jsonl",
    "purpose": "batch",
}


def client(*answers: Any) -> tuple[GroqClient, FakeTransport]:
    transport = FakeTransport(*(answers or (FakeResponse.json(FILE),)))
    return GroqClient(api_key="gsk_test", transport=transport, clock=FakeClock()), transport


def line(number: int) -> dict[str, object]:
    return batch_line(f"n{number}", model=MODEL, messages=[user(f"Count to {number}.")])


def names_in(folder: Path) -> list[str]:
    return [path.name for path in folder.iterdir()]


def uploaded(body: bytes) -> tuple[str, bytes]:
    """The purpose and the file in a form."""
    boundary = body.partition(b"\r\n")[0]
    purpose, file = (part.partition(b"\r\n\r\n")[2][:-2] for part in body.split(boundary)[1:3])
    return purpose.decode(), file


# Handing in


async def test_requests_become_a_file_of_lines() -> None:
    groq, transport = client()

    file = await groq.files.upload([line(1), line(2)])

    assert (file.id, file.bytes, file.purpose) == ("file_01", 966, "batch")
    purpose, data = uploaded(transport.bodies[0])
    assert purpose == "batch"
    assert [json.loads(text) for text in data.splitlines()] == [line(1), line(2)]
    assert data.endswith(b"\n")
    (request,) = transport.requests
    assert request.url.endswith("/openai/v1/files")
    assert request.replayable
    assert b'filename="requests.jsonl"' in transport.bodies[0]


async def test_ten_thousand_requests_are_made_while_they_are_written() -> None:
    alive = most = 0

    class Counted(dict[str, object]):
        def __init__(self, number: int) -> None:
            nonlocal alive, most
            super().__init__(line(number))
            alive += 1
            most = max(most, alive)

        def __del__(self) -> None:
            nonlocal alive
            alive -= 1

    groq, transport = client()
    await groq.files.upload(Counted(n) for n in range(10_000))

    assert most <= 3
    assert uploaded(transport.bodies[0])[1].count(b"\n") == 10_000


@pytest.mark.parametrize("form", [Path, str, bytes, io.BytesIO])
async def test_a_file_is_handed_in_as_it_is(tmp_path: Path, form: Any) -> None:
    data = json.dumps(line(1)).encode() + b"\n"
    path = tmp_path / "mine.jsonl"
    path.write_bytes(data)
    told: list[tuple[int, int | None]] = []
    groq, transport = client()

    await groq.files.upload(
        form(path) if form in (Path, str) else form(data),
        progress=lambda *how: told.append(how),
    )

    assert uploaded(transport.bodies[0])[1] == data
    assert told == [(len(data), len(data))]
    name = b"mine.jsonl" if form in (Path, str) else b"requests.jsonl"
    assert b'filename="' + name in transport.bodies[0]


def many() -> Iterator[Mapping[str, object]]:
    one = line(0)
    return ({**one, "custom_id": str(n)} for n in range(50_001))


WRONG_LINES: list[tuple[Any, str]] = [
    ([], "no requests"),
    ([line(1), line(1)], "Line 2: `custom_id` 'n1' was used before"),
    ([{**line(1), "custom_id": 7}], "Line 1: `custom_id`"),
    ([line(1), {**line(2), "method": "GET"}], "Line 2: `method`"),
    ([{**line(1), "url": "/openai/v1/chat/completions"}], "without '/openai'"),
    ([{**line(1), "url": "/v1/models"}], "`url` is one of"),
    ([{**line(1), "body": "text"}], "`body`"),
    ([{**line(1), "body": {"x": object()}}], "JSON"),
    (["text"], "Line 1: a request is an object"),
    (many(), "50,000 lines"),
    (7, "not int"),
    (b"", "empty"),
    (Path("/nowhere/a.jsonl"), "No such file"),
    (Path("/nowhere/a.json"), r"\.jsonl"),
]


@pytest.mark.parametrize(("wrong", "words"), WRONG_LINES, ids=[words for _, words in WRONG_LINES])
async def test_nothing_is_sent_when_a_line_is_wrong(wrong: Any, words: str) -> None:
    groq, transport = client()

    with pytest.raises(ValidationError, match=words):
        await groq.files.upload(wrong)

    assert not transport.requests


async def test_a_file_beyond_the_limit_is_refused_unread(tmp_path: Path) -> None:
    path = tmp_path / "large.jsonl"
    with path.open("wb") as file:
        file.truncate(200 * 2**20 + 1)
    groq, transport = client()

    with pytest.raises(ValidationError, match=r"209,715,201 bytes.*several"):
        await groq.files.upload(path)

    assert not transport.requests


# Looking after them


async def test_files_are_listed_looked_up_and_deleted() -> None:
    groq, transport = client(
        FakeResponse.json({"object": "list", "data": [FILE]}),
        FakeResponse.json(FILE),
        FakeResponse.json({"id": "file_01", "object": "file", "deleted": True}),
    )

    (listed,) = await groq.files.list()
    found = await groq.files.get("file_01")
    deleted = await groq.files.delete("file_01")

    assert listed == found
    assert deleted.deleted
    asked = [(r.method, r.url.partition("/v1")[2]) for r in transport.requests]
    assert asked == [("GET", "/files"), ("GET", "/files/file_01"), ("DELETE", "/files/file_01")]


@pytest.mark.parametrize("name", ["", " ", "..", 7])
async def test_a_name_that_is_no_id_is_asked_for_nowhere(name: Any) -> None:
    groq, transport = client()

    for ask in (groq.files.get, groq.files.delete, groq.files.content):
        with pytest.raises(ValidationError, match="id"):
            await ask(name)

    assert not transport.requests


async def test_an_id_cannot_lead_to_another_path() -> None:
    groq, transport = client()

    await groq.files.get("../models?x=1")

    assert transport.requests[0].url.endswith("/files/..%2Fmodels%3Fx%3D1")


# Fetching


def content(*body: Any, kind: str = "application/octet-stream") -> FakeResponse:
    return FakeResponse(headers={"content-type": kind}, body=body)


async def test_content_is_fetched_in_memory_or_to_disk(tmp_path: Path) -> None:
    groq, transport = client(content(b"one\n", b"two\n"))
    path = tmp_path / "out.jsonl"

    assert await groq.files.content("file_01") == b"one\ntwo\n"
    assert await groq.files.content("file_01", to=path) == path
    assert b"".join([piece async for piece in groq.files.stream("file_01")]) == b"one\ntwo\n"

    assert path.read_bytes() == b"one\ntwo\n"
    assert transport.requests[0].url.endswith("/files/file_01/content")


async def test_content_without_a_type_is_content() -> None:
    groq, _ = client(FakeResponse(body=(b"data",)))

    assert await groq.files.content("file_01") == b"data"


async def test_a_login_page_is_no_content(tmp_path: Path) -> None:
    groq, _ = client(content(b"<html>", kind="text/html"))

    with pytest.raises(UnexpectedContentTypeError):
        await groq.files.content("file_01", to=tmp_path / "a")
    assert not names_in(tmp_path)


async def test_too_much_for_memory_is_said_and_the_connection_closed() -> None:
    answer = content(*[bytes(2**20)] * 20)
    groq, _ = client(answer)

    with pytest.raises(ResponseTooLargeError):
        await groq.files.content("file_01")

    assert answer.closed


async def test_content_that_breaks_off_leaves_no_half_file(tmp_path: Path) -> None:
    groq, _ = client(content(b"one\n", ConnectionError("It broke.")))

    with pytest.raises(ConnectionError):
        await groq.files.content("file_01", to=tmp_path / "out")

    assert not names_in(tmp_path)


async def test_a_file_that_is_not_there_is_said_so() -> None:
    answer = FakeResponse.json({"error": {"message": "Not found"}}, status=404)
    groq, _ = client(answer)

    with pytest.raises(NotFoundError):
        await groq.files.content("file_01")


# Lines


@pytest.mark.parametrize("size", [1, 2, 3, 7, 1000])
def test_lines_come_out_the_same_however_they_arrive(size: int) -> None:
    data = b'{"a":1}\r\n\n  \n{"b":"\xe2\x80\xa8\x85"}\n{"c":3}'
    decoder, lines = LineDecoder(), []
    for at in range(0, len(data), size):
        lines += decoder.feed(data[at : at + size])

    assert [*lines, *decoder.flush()] == [b'{"a":1}', b'{"b":"\xe2\x80\xa8\x85"}', b'{"c":3}']


def test_an_endless_line_is_too_large() -> None:
    decoder = LineDecoder(max_line_bytes=1000)

    for _ in range(10):
        decoder.feed(bytes(100))
    with pytest.raises(ResponseTooLargeError, match="1,000"):
        decoder.feed(b"x")
