"""Which recorded answer a request gets, and what is said where there is none."""

import json
import logging
from pathlib import Path
from typing import Any

import pytest

from client import (
    CircuitOpenError,
    ConnectionError,  # noqa: A004 - ours
    GroqError,
    RecordingTransport,
    ReplayTransport,
    Request,
    TimeoutError,  # noqa: A004 - ours
    UnexpectedContentTypeError,
    UnrecordedRequestError,
    ValidationError,
)
from client.testing import FakeResponse, FakeTransport

BASE = "https://host/openai/v1"
JSON = {"content-type": "application/json"}
BODY = {"model": "x", "temperature": 1.0, "messages": [{"role": "user", "content": "Why?"}]}


def post(body: Any, path: str = "/chat/completions") -> Request:
    data = body if isinstance(body, bytes) else json.dumps(body).encode()
    return Request(method="POST", url=BASE + path, headers=JSON, body=data)


def get(path: str) -> Request:
    return Request(method="GET", url=BASE + path, headers={})


async def answer(replay: ReplayTransport, request: Request) -> Any:
    response = await replay.send(request)
    return json.loads(b"".join([piece async for piece in response]))


async def record(file: Path, *requests: Request) -> Path:
    """A recording in which the answer to the n-th request is n."""
    numbers = [FakeResponse.json(number) for number in range(len(requests))]
    transport = RecordingTransport(FakeTransport(*numbers), file)
    for request in requests:
        response = await transport.send(request)
        async for _ in response:
            pass
        await response.aclose()
    await transport.aclose()
    return file


async def test_strict_matching_ignores_the_order_of_keys_and_nothing_else(tmp_path: Path) -> None:
    file = await record(tmp_path / "a.har", post({"a": 1, "b": [1, 2]}), post({"a": 2}))

    assert await answer(ReplayTransport(file, speed=0), post(b'{"b": [1,2],"a":1}')) == 0
    for other in ({"a": 1, "b": [2, 1]}, {"a": 1}, {"a": 3}):
        with pytest.raises(UnrecordedRequestError):
            await answer(ReplayTransport(file, speed=0), post(other))
    with pytest.raises(UnrecordedRequestError):
        await answer(ReplayTransport(file, speed=0), post({"a": 2}, path="/chat/completions?x=1"))


async def test_equal_requests_get_their_answers_in_order_and_then_an_error(tmp_path: Path) -> None:
    file = await record(tmp_path / "a.har", post(BODY), post(BODY), get("/models"))
    replay = ReplayTransport(file, speed=0)

    assert [await answer(replay, post(BODY)) for _ in range(2)] == [0, 1]
    assert await answer(replay, get("/models")) == 2
    with pytest.raises(UnrecordedRequestError, match="recorded 2 times"):
        await answer(replay, post(BODY))
    with pytest.raises(UnrecordedRequestError, match="recorded once"):
        await answer(replay, get("/models"))


async def test_loose_matching_answers_by_method_and_path_in_order(tmp_path: Path) -> None:
    file = await record(tmp_path / "a.har", get("/models"), post("one"), get("/models"), post(2))
    replay = ReplayTransport(file, speed=0, match="loose")

    assert await answer(replay, post("anything")) == 1
    assert await answer(replay, post("else")) == 3
    assert [await answer(replay, get("/models?x=1")) for _ in range(4)] == [0, 2, 2, 2]
    with pytest.raises(UnrecordedRequestError, match="no further answer to POST"):
        await answer(replay, post("more"))


async def test_the_error_says_what_differs_from_the_nearest_request(tmp_path: Path) -> None:
    other = {"model": "y", "messages": [], "stop": "."}
    file = await record(tmp_path / "session.har", get("/models"), post(other), post(BODY))
    asked = {"model": "x", "messages": [{"role": "user", "content": "How?"}], "seed": 1}

    with pytest.raises(UnrecordedRequestError) as failure:
        await ReplayTransport(file, speed=0).send(post(asked))

    assert failure.value.differences == (
        "messages[0].content: 'Why?' then, 'How?' now",
        "seed: asked, but not recorded",
        "temperature: recorded, but not asked",
    )
    assert str(failure.value) == (
        "session.har holds no answer to this POST /openai/v1/chat/completions. From the nearest "
        "it differs in: messages[0].content: 'Why?' then, 'How?' now; seed: asked, but not "
        "recorded; temperature: recorded, but not asked."
    )
    assert not failure.value.retryable


@pytest.mark.parametrize(
    ("request_", "said"),
    [
        (get("/files"), "GET /openai/v1/models was recorded, GET /openai/v1/files is asked"),
        (post(b"raw"), "the body: "),
        (post([1, 2]), "the body: "),
        (post({**BODY, "temperature": None}), "temperature: 1.0 then, None now"),
        (post({**BODY, "messages": []}), "messages: 1 items then, 0 now"),
        (post({**BODY, "model": "z" * 500}), "model: 'x' then, 'zzz"),
        (post({str(n): n for n in range(9)}), "; and 7 more."),
    ],
)
async def test_every_kind_of_difference_has_words(
    tmp_path: Path, request_: Request, said: str
) -> None:
    file = await record(tmp_path / "a.har", get("/models"), post(BODY))

    with pytest.raises(UnrecordedRequestError) as failure:
        await ReplayTransport(file, speed=0).send(request_)

    assert said in str(failure.value)
    assert len(str(failure.value)) < 700


async def test_an_upload_matches_whatever_its_boundary(tmp_path: Path) -> None:
    def upload(boundary: str, sound: bytes) -> Request:
        body = b"--%b\r\n\r\n%b\r\n--%b--" % (boundary.encode(), sound, boundary.encode())
        headers = {"content-type": f"multipart/form-data; boundary={boundary}"}
        return Request(
            method="POST", url=f"{BASE}/audio/transcriptions", headers=headers, body=body
        )

    file = await record(tmp_path / "a.har", upload("one-boundary", b"\xff\x00"))

    assert await answer(ReplayTransport(file, speed=0), upload("another", b"\xff\x00")) == 0
    with pytest.raises(UnrecordedRequestError, match="the body differs"):
        await ReplayTransport(file, speed=0).send(upload("another", b"\xff\x01\x02"))


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        ({"type": "TimeoutError", "message": "m", "phase": "pool"}, TimeoutError),
        ({"type": "UnexpectedContentTypeError", "message": "m"}, UnexpectedContentTypeError),
        ({"type": "CircuitOpenError", "message": "m", "retryable": True}, CircuitOpenError),
        ({"type": "ConnectionError", "message": "m"}, ConnectionError),
        ({"type": "SystemExit", "message": "m"}, ConnectionError),
        ({"type": "annotations", "message": "m"}, ConnectionError),
        ("net::ERR_ABORTED", ConnectionError),
    ],
)
async def test_a_recorded_error_is_raised_again(
    tmp_path: Path, error: object, kind: type[GroqError]
) -> None:
    file = await record(tmp_path / "a.har", get("/models"))
    archive = json.loads(file.read_text())
    entry = archive["log"]["entries"][0]
    entry["_error"] = error
    entry["response"]["status"] = 0
    file.write_text(json.dumps(archive))

    with pytest.raises(GroqError) as failure:
        await ReplayTransport(file, speed=0).send(get("/models"))

    assert type(failure.value) is kind
    assert failure.value.retryable == (isinstance(error, str) or kind is CircuitOpenError)


async def test_an_export_without_its_bodies_says_so(tmp_path: Path) -> None:
    file = await record(tmp_path / "a.har", get("/models"))
    archive = json.loads(file.read_text())
    del archive["log"]["entries"][0]["response"]["content"]["text"]
    file.write_text(json.dumps(archive))

    with pytest.raises(GroqError, match="holds no body"):
        await answer(ReplayTransport(file, speed=0), get("/models"))


async def test_the_address_of_the_api_is_found_in_the_recording(tmp_path: Path) -> None:
    file = await record(tmp_path / "a.har", get("/models/openai/gpt-oss-20b"), post(BODY))
    assert ReplayTransport(file).base_url == BASE

    elsewhere = Request(method="GET", url="https://example.com/index.html", headers={})
    file = await record(tmp_path / "b.har", elsewhere)
    assert ReplayTransport(file).base_url is None


@pytest.mark.parametrize("speed", [-1.0, float("nan")])
async def test_a_speed_that_is_none_is_refused(tmp_path: Path, speed: float) -> None:
    file = await record(tmp_path / "a.har", get("/models"))

    with pytest.raises(ValidationError, match="speed"):
        ReplayTransport(file, speed=speed)


async def test_a_cut_recording_replays_what_is_whole_and_says_so(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    file = await record(tmp_path / "a.har", get("/models"), post(BODY))
    file.write_bytes(file.read_bytes()[:-40])

    with caplog.at_level(logging.WARNING):
        replay = ReplayTransport(file, speed=0)

    assert await answer(replay, get("/models")) == 0
    assert "1 exchanges in it are whole" in caplog.text


async def test_an_empty_recording_says_so(tmp_path: Path) -> None:
    file = await record(tmp_path / "a.har")

    with pytest.raises(UnrecordedRequestError, match=r"a\.har holds no exchanges"):
        await ReplayTransport(file).send(get("/models"))
