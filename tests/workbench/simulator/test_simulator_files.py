from typing import Any

import httpx
import pytest

from workbench.simulator.file_store import FileStore, StoredFile

LINES = b'{"custom_id":"a"}\n{"custom_id":"b"}\n'


async def upload(
    http: httpx.AsyncClient, data: bytes = LINES, *, name: str = "in.jsonl", **more: Any
) -> httpx.Response:
    return await http.post(
        "/files", data={"purpose": "batch"}, files={"file": (name, data)}, **more
    )


async def test_a_file_is_kept_told_of_and_given_back(http: httpx.AsyncClient) -> None:
    created = await upload(http)
    told = created.json()
    assert created.text.endswith("}\n")
    assert list(told) == ["id", "object", "bytes", "created_at", "filename", "purpose"]
    assert told["id"].startswith("file_01")
    assert len(told["id"]) == len("file_") + 26
    assert told["bytes"] == len(LINES)
    assert (told["object"], told["filename"], told["purpose"]) == ("file", "in.jsonl", "batch")
    assert (await http.get(f"/files/{told['id']}")).json() == told
    content = await http.get(f"/files/{told['id']}/content")
    assert content.content == LINES
    assert content.headers["content-type"] == "application/octet-stream"


async def test_files_are_listed_the_newest_first_and_gone_when_deleted(
    http: httpx.AsyncClient,
) -> None:
    ids = [(await upload(http)).json()["id"] for _ in range(3)]
    listed = (await http.get("/files")).json()
    assert listed["object"] == "list"
    assert [file["id"] for file in listed["data"]] == ids[::-1]
    deleted = await http.delete(f"/files/{ids[1]}")
    assert deleted.text == f'{{"id":"{ids[1]}","object":"file","deleted":true}}\n'
    assert [file["id"] for file in (await http.get("/files")).json()["data"]] == [ids[2], ids[0]]
    for method, path in (("GET", ""), ("GET", "/content"), ("DELETE", "")):
        gone = await http.request(method, f"/files/{ids[1]}{path}")
        assert gone.status_code == 404


async def test_another_key_s_files_are_not_seen(http: httpx.AsyncClient) -> None:
    file_id = (await upload(http)).json()["id"]
    other = {"authorization": "Bearer gsk_other"}
    assert (await http.get("/files", headers=other)).json()["data"] == []
    for path in (f"/files/{file_id}", f"/files/{file_id}/content"):
        assert (await http.get(path, headers=other)).status_code == 404
    assert (await http.delete(f"/files/{file_id}", headers=other)).status_code == 404
    assert (await http.get(f"/files/{file_id}")).status_code == 200


@pytest.mark.parametrize(
    ("form", "message"),
    [
        ({"purpose": (None, "batch")}, "`file` is a required property"),
        ({"file": ("a.jsonl", LINES)}, "`purpose` must be one of [batch]"),
        (
            {"purpose": (None, "fine-tune"), "file": ("a.jsonl", LINES)},
            "`purpose` must be one of [batch]",
        ),
        (
            {"purpose": (None, "batch"), "file": ("a.csv", LINES)},
            "file must be one of the following types: [jsonl]",
        ),
        ({"purpose": (None, "batch"), "file": ("a.jsonl", b"")}, "file is empty"),
    ],
)
async def test_an_unsuitable_upload_is_refused(
    http: httpx.AsyncClient, form: dict[str, Any], message: str
) -> None:
    answer = await http.post("/files", files=form)
    assert answer.status_code == 400
    assert answer.json()["error"]["message"] == message


async def test_a_file_may_be_larger_than_any_other_request(simulate: Any) -> None:
    async with simulate(max_body_bytes=10_000) as http:
        assert (await upload(http, LINES * 1000)).status_code == 200
        chat = await http.post("/chat/completions", content=b" " * 10_001)
        assert chat.status_code == 413


def test_the_oldest_are_forgotten_when_there_are_too_many() -> None:
    def file(number: int, size: int = 10) -> StoredFile:
        return StoredFile(
            id=str(number), organisation="o", filename="", purpose="", created_at=0,
            data=bytes(size),
        )  # fmt: skip

    store = FileStore(most_bytes=100, most_files=4)
    for number in range(6):
        store.add(file(number))
    assert [kept.id for kept in store.of("o")] == ["5", "4", "3", "2"]
    store.add(file(6, 75))
    assert [kept.id for kept in store.of("o")] == ["6", "5", "4"]
    store.add(file(7, 1000))
    assert [kept.id for kept in store.of("o")] == ["7"]
    store.delete(file(7))
    store.add(file(8, 100))
    assert [kept.id for kept in store.of("o")] == ["8"]
