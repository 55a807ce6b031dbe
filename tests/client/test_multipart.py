"""Forms that no file name, no value and no file can break out of."""

from email.parser import BytesParser
from email.policy import HTTP
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.datastructures import UploadFile
from starlette.requests import Request

from client.multipart import MultipartBody, quoted
from client.upload import BytesSource

HOSTILE = [
    'a".wav',
    "a\r\nx-evil: 1.wav",
    'a"; name="model".wav',
    "..\\..\\evil.wav",
    "nul\x00.wav",
    "tab\t.wav",
    "\u0431\u0443\u0440\u044f.wav",
    "\U0001f3a4 talk.wav",
    "\u202egpj.wav",
    "100%.wav",
    "%22.wav",
    "'; drop.wav",
    "surrogate\udcff.wav",
    "semi;colon, comma.wav",
    "x" * 5000 + ".wav",
]


async def sent(body: MultipartBody) -> bytes:
    return b"".join([piece async for piece in body.open()])


async def as_a_server_reads_it(body: MultipartBody) -> Any:
    data = await sent(body)
    messages = iter([{"type": "http.request", "body": data, "more_body": False}])

    async def receive() -> Any:
        return next(messages)

    headers = [(b"content-type", body.content_type.encode())]
    request = Request({"type": "http", "method": "POST", "headers": headers}, receive)
    return await request.form(max_fields=50)


def parts_by_the_mail_parser(data: bytes, content_type: str) -> list[Any]:
    head = f"content-type: {content_type}\r\n\r\n".encode()
    return list(BytesParser(policy=HTTP).parsebytes(head + data).iter_parts())


async def test_a_form_is_laid_out_as_the_standard_says() -> None:
    body = MultipartBody(
        [("model", "m")],
        file=BytesSource(b"\x00\xff"),
        filename="talk.wav",
        file_type="audio/wav",
        boundary="B",
    )

    assert body.content_type == "multipart/form-data; boundary=B"
    assert await sent(body) == (
        b'--B\r\ncontent-disposition: form-data; name="model"\r\n\r\nm\r\n'
        b'--B\r\ncontent-disposition: form-data; name="file"; filename="talk.wav"\r\n'
        b"content-type: audio/wav\r\n\r\n\x00\xff\r\n--B--\r\n"
    )


async def test_what_is_shown_has_a_note_in_place_of_the_file() -> None:
    body = MultipartBody(
        [("model", "m")], file=BytesSource(b"secret" * 1000), filename="a.wav", boundary="B"
    )

    assert b"<file, 6000 bytes>" in body.shown
    assert b"secret" not in body.shown
    assert len(body.shown) < 300


@pytest.mark.parametrize("name", HOSTILE)
async def test_a_hostile_file_name_stays_a_name(name: str) -> None:
    body = MultipartBody([("model", "m")], file=BytesSource(b"data"), filename=name)
    form = await as_a_server_reads_it(body)
    found = form["file"]

    assert set(form) == {"model", "file"}
    assert form["model"] == "m"
    assert isinstance(found, UploadFile)
    assert await found.read() == b"data"
    assert found.filename is not None
    assert found.filename.endswith(".wav")
    assert len(found.filename) <= 600
    await form.close()


@given(st.text(max_size=50))
def test_a_quoted_name_holds_nothing_that_ends_it(name: str) -> None:
    assert not set(quoted(name)) & {'"', "\r", "\n", "\\", "\x00"}


@given(
    name=st.text(max_size=40),
    values=st.lists(st.text(st.characters(exclude_categories=["Cs"]), max_size=40), max_size=5),
    data=st.binary(max_size=300) | st.just(b"\r\n--") | st.just(b"--B--\r\n"),
)
async def test_whatever_goes_in_comes_out(name: str, values: list[str], data: bytes) -> None:
    body = MultipartBody(
        [("granularities[]", value) for value in values], file=BytesSource(data), filename=name
    )
    written = await sent(body)
    form = await as_a_server_reads_it(body)

    assert body.length == len(written)
    assert form.getlist("granularities[]") == values
    assert [key for key, _ in form.multi_items()].count("file") == 1
    file = form["file"]
    if isinstance(file, UploadFile):
        assert await file.read() == data
        await form.close()
    *fields, last = parts_by_the_mail_parser(written, body.content_type)
    assert len(fields) == len(values)
    assert last.get_param("name", header="content-disposition") == "file"


def test_two_forms_never_share_a_boundary() -> None:
    assert len({MultipartBody([]).content_type for _ in range(100)}) == 100
