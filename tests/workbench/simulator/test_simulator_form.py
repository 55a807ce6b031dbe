from contextlib import suppress
from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.simulator.errors import APIError
from workbench.simulator.form import Form, Upload, parse_form

LABEL = "multipart/form-data; boundary=X"


def part(head: str, data: bytes) -> bytes:
    return b"--X\r\nContent-Disposition: form-data; " + head.encode() + b"\r\n\r\n" + data + b"\r\n"


def test_fields_and_files_are_told_apart_and_repeated_fields_are_kept() -> None:
    body = (
        part('name="a"', b"1")
        + part('name="a"', "zwölf".encode())
        + part('name="file"; filename="Ü.wav"', b"\r\n--Y\r\n\x00")
        + b"--X--\r\n"
    )
    assert parse_form(LABEL, body) == Form(
        fields={"a": ("1", "zwölf")},
        files={"file": Upload(filename="Ü.wav", data=b"\r\n--Y\r\n\x00")},
    )


@pytest.mark.parametrize(
    ("label", "body"),
    [
        ("multipart/form-data", b"--X--\r\n"),
        (LABEL, b""),
        (LABEL, b"nothing of the kind"),
        (LABEL, part('name="a"', b"1")),
        (LABEL, part('name="a"', b"") * 100 + b"--X--\r\n"),
    ],
)
def test_what_is_no_form_is_a_400(label: str, body: bytes) -> None:
    with pytest.raises(APIError) as caught:
        parse_form(label, body)
    assert caught.value.status == 400


# Headers come as bytes, read as Latin-1.
@given(st.text(st.characters(max_codepoint=255), max_size=60), st.binary(max_size=200))
def test_no_label_and_no_body_makes_it_fail_in_another_way(label: str, body: bytes) -> None:
    for content_type in (LABEL, f"multipart/form-data; boundary={label}"):
        form: Form | None = None
        with suppress(APIError):
            form = parse_form(content_type, b"--X\r\n" + body + b"--X--\r\n")
        assert form is None or isinstance(form, Form)


async def test_an_upload_may_come_in_pieces_of_unknown_total(
    http: httpx.AsyncClient, sound: Any
) -> None:
    body = (
        part('name="model"', b"whisper-large-v3")
        + part('name="file"; filename="a.wav"', sound((0.5, 1)))
        + b"--X--\r\n"
    )

    async def pieces() -> Any:
        for start in range(0, len(body), 1000):
            yield body[start : start + 1000]

    answer = await http.post(
        "/audio/transcriptions", content=pieces(), headers={"content-type": LABEL}
    )
    assert "content-length" not in answer.request.headers
    assert answer.status_code == 200, answer.text
