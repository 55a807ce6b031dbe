import asyncio
import json
from base64 import b64encode
from collections.abc import Callable
from typing import Any

import httpx
import pytest

from workbench.simulator.batch import Batch, BatchStore, Job
from workbench.simulator.batch_lines import MOST_LINES, parse_lines

CHAT = "/v1/chat/completions"
GPT = "openai/gpt-oss-20b"


def line(custom_id: str, text: str = "Reply with exactly OK.", **more: Any) -> dict[str, Any]:
    body = {"model": GPT, "messages": [{"role": "user", "content": text}]}
    return {"custom_id": custom_id, "method": "POST", "url": CHAT, "body": body, **more}


def jsonl(*lines: Any) -> bytes:
    return b"".join(json.dumps(item).encode() + b"\n" for item in lines)


async def create(http: httpx.AsyncClient, data: bytes, endpoint: str = CHAT) -> dict[str, Any]:
    files = {"file": ("in.jsonl", data)}
    uploaded = await http.post("/files", data={"purpose": "batch"}, files=files)
    body = {
        "input_file_id": uploaded.json()["id"],
        "endpoint": endpoint,
        "completion_window": "24h",
        "metadata": {"for": "test"},
    }
    created = await http.post("/batches", json=body)
    assert created.status_code == 200, created.text
    return dict(created.json())


async def wait_for(
    http: httpx.AsyncClient, batch_id: str, done: Callable[[dict[str, Any]], bool]
) -> dict[str, Any]:
    async with asyncio.timeout(20):
        while True:
            batch = dict((await http.get(f"/batches/{batch_id}")).json())
            if done(batch):
                return batch
            await asyncio.sleep(0)


async def ended(http: httpx.AsyncClient, batch_id: str) -> dict[str, Any]:
    over = ("completed", "failed", "cancelled", "expired")
    return await wait_for(http, batch_id, lambda batch: batch["status"] in over)


async def lines_of(http: httpx.AsyncClient, file_id: str) -> list[dict[str, Any]]:
    content = (await http.get(f"/files/{file_id}/content")).text
    assert content.endswith("\n")
    return [json.loads(text) for text in content.splitlines()]


async def test_a_batch_is_answered_line_by_line_in_no_order(simulate: Any, held_clock: Any) -> None:
    names = [f"line-{number}" for number in range(40)]
    async with simulate(clock=held_clock) as http:
        created = await create(http, jsonl(*(line(name, f"Say {name}") for name in names)))
        batch = await ended(http, created["id"])
        answers = await lines_of(http, batch["output_file_id"])
        output = (await http.get(f"/files/{batch['output_file_id']}")).json()
    assert created["status"] == "validating"
    assert batch["status"] == "completed"
    assert batch["request_counts"] == {"completed": 40, "failed": 0, "total": 40}
    assert batch["error_file_id"] is None
    assert batch["metadata"] == {"for": "test"}
    assert [answer["custom_id"] for answer in answers] != names
    assert sorted(answer["custom_id"] for answer in answers) == sorted(names)
    for answer in answers:
        assert list(answer) == ["id", "custom_id", "response", "error"]
        assert answer["id"].startswith("batch_req_out_01")
        assert list(answer["response"]) == ["status_code", "request_id", "body"]
        body = answer["response"]["body"]
        assert body["service_tier"] == "batch"
        assert body["x_groq"]["id"] == answer["response"]["request_id"]
    assert output["purpose"] == "batch_output"
    times = [batch[f"{name}_at"] for name in ("created", "in_progress", "finalizing", "completed")]
    assert times == sorted(times)
    assert batch["expires_at"] == batch["created_at"] + 86_400


async def test_the_form_is_the_recorded_one(simulate: Any, held_clock: Any, wire: Any) -> None:
    theirs = json.loads((wire / "ellmer-state-capitals-groq-batch-0" / "body.bin").read_text())
    results = (wire / "ellmer-state-capitals-groq-results-0" / "body.bin").read_text()
    async with simulate(clock=held_clock, enterprise=True) as http:
        asked = line("a")
        asked["body"]["model"] = "llama-3.1-8b-instant"
        batch = await ended(http, (await create(http, jsonl(asked)))["id"])
        (answer,) = await lines_of(http, batch["output_file_id"])
    assert list(batch) == list(theirs)
    assert list(batch["request_counts"]) == list(theirs["request_counts"])
    for name, value in theirs.items():
        assert (batch[name] is None) == (value is None) or name == "metadata"
    assert len(batch["id"]) == len(theirs["id"])
    assert len(batch["project_id"]) == len(theirs["project_id"])
    recorded = json.loads(results.splitlines()[0])
    response = answer["response"]
    assert list(response) == list(recorded)
    for name in ("body", "request_id"):
        assert type(response[name]) is type(recorded[name])
    assert list(response["body"]) == list(recorded["body"])
    assert list(response["body"]["usage"]) == list(recorded["body"]["usage"])


async def test_what_is_refused_goes_into_a_file_of_its_own(simulate: Any, held_clock: Any) -> None:
    unknown, streamed = line("unknown"), line("streamed")
    unknown["body"]["model"] = "gpt-9"
    streamed["body"]["stream"] = True
    async with simulate(clock=held_clock) as http:
        created = await create(http, jsonl(line("good"), unknown, streamed))
        batch = await ended(http, created["id"])
        good = await lines_of(http, batch["output_file_id"])
        refused = await lines_of(http, batch["error_file_id"])
    assert batch["status"] == "completed"
    assert batch["request_counts"] == {"completed": 1, "failed": 2, "total": 3}
    assert [answer["custom_id"] for answer in good] == ["good"]
    told = {answer["custom_id"]: answer["response"] for answer in refused}
    assert told["unknown"]["status_code"] == 404
    assert told["unknown"]["body"]["error"]["code"] == "model_not_found"
    assert told["streamed"]["status_code"] == 400


async def test_a_standing_fault_hits_its_share_of_the_lines(simulate: Any, held_clock: Any) -> None:
    async with simulate(clock=held_clock, fault="status=503; rate=0.3") as http:
        http.headers["x-simulate"] = ""
        created = await create(http, jsonl(*(line(str(number)) for number in range(100))))
        batch = await ended(http, created["id"])
        refused = await lines_of(http, batch["error_file_id"])
    assert 15 <= batch["request_counts"]["failed"] <= 45
    assert {answer["response"]["status_code"] for answer in refused} == {503}


async def test_a_batch_does_not_count_against_the_limits(simulate: Any, held_clock: Any) -> None:
    async with simulate(clock=held_clock, plan="free") as http:
        created = await create(http, jsonl(*(line(str(number)) for number in range(50))))
        batch = await ended(http, created["id"])
        body = line("")["body"]
        answer = await http.post("/chat/completions", json=body)
    assert batch["request_counts"]["completed"] == 50
    assert answer.headers["x-ratelimit-remaining-requests"] == "999"


@pytest.mark.parametrize("noun", ["transcriptions", "translations"])
async def test_audio_comes_as_data_urls(
    simulate: Any, held_clock: Any, sound: Any, noun: str
) -> None:
    url = "data:audio/wav;base64," + b64encode(sound((0.5, 1.5))).decode()
    asked = {
        "custom_id": "a",
        "method": "POST",
        "url": f"/v1/audio/{noun}",
        "body": {"model": "whisper-large-v3", "url": url, "response_format": "verbose_json"},
    }
    if noun == "transcriptions":
        asked["body"] |= {"timestamp_granularities": ["word"], "temperature": 0.5}
    async with simulate(clock=held_clock) as http:
        created = await create(http, jsonl(asked), f"/v1/audio/{noun}")
        batch = await ended(http, created["id"])
        (answer,) = await lines_of(http, batch["output_file_id"])
    body = answer["response"]["body"]
    assert body["duration"] == 2
    assert "did not listen" in body["text"]
    assert ("words" in body) == (noun == "transcriptions")


@pytest.mark.parametrize(
    ("data", "faults"),
    [
        (b"{\n" + jsonl(line("a")), [("invalid_json_line", 1, None)]),
        (b"[]\n", [("invalid_json_line", 1, None)]),
        (jsonl(line("a", method="GET")), [("invalid_method", 1, "method")]),
        (jsonl(line("a"), line("b", url="/v1/models")), [("invalid_url", 2, "url")]),
        (jsonl(line("a", url="/openai" + CHAT)), [("invalid_url", 1, "url")]),
        (
            jsonl(line("a", url="/v1/audio/transcriptions")),
            [("mismatched_endpoint", 1, "url")],
        ),
        (jsonl(line("a"), line("a")), [("duplicate_custom_id", 2, "custom_id")]),
        (jsonl({**line("a"), "custom_id": 7}), [("missing_required_parameter", 1, "custom_id")]),
        (jsonl({**line("a"), "body": []}), [("missing_required_parameter", 1, "body")]),
        (b"\n\n", [("empty_file", None, None)]),
    ],
)
def test_each_fault_of_the_input_is_named_with_its_line(
    data: bytes, faults: list[tuple[str, int | None, str | None]]
) -> None:
    _, found = parse_lines(data, CHAT)
    assert [(fault.code, fault.line, fault.param) for fault in found] == faults


def test_too_many_lines_are_a_fault_and_so_many_faults_are_enough() -> None:
    lines = b"".join(
        b'{"custom_id":"%d","method":"POST","url":"%s","body":{}}\n' % (number, CHAT.encode())
        for number in range(MOST_LINES + 1)
    )
    assert [fault.code for fault in parse_lines(lines, CHAT)[1]] == ["too_many_lines"]
    whole, faults = parse_lines(lines[: lines.rindex(b"\n", 0, -1)], CHAT)
    assert (len(whole), faults) == (MOST_LINES, ())
    assert len(parse_lines(b"{\n" * 1000, CHAT)[1]) == 100


async def test_a_wrong_input_fails_the_batch_and_asks_nothing(
    simulate: Any, held_clock: Any
) -> None:
    async with simulate(clock=held_clock) as http:
        created = await create(http, jsonl(line("a"), line("b", method="GET")))
        batch = await ended(http, created["id"])
    assert batch["status"] == "failed"
    assert batch["failed_at"] is not None
    assert batch["in_progress_at"] is None
    assert batch["output_file_id"] is None
    assert batch["errors"]["object"] == "list"
    (fault,) = batch["errors"]["data"]
    assert list(fault) == ["code", "message", "param", "line"]
    assert (fault["code"], fault["line"]) == ("invalid_method", 2)


async def test_a_cancelled_batch_keeps_what_was_answered(simulate: Any) -> None:
    long = "Write a long essay about the sea."
    async with simulate(speed=100) as http:
        lines = [line(str(number), long) for number in range(300)]
        created = await create(http, jsonl(*lines))
        await wait_for(http, created["id"], lambda batch: batch["request_counts"]["completed"] >= 5)
        cancelling = await http.post(f"/batches/{created['id']}/cancel")
        assert cancelling.json()["status"] == "cancelling"
        batch = await ended(http, created["id"])
        answers = await lines_of(http, batch["output_file_id"])
        again = await http.post(f"/batches/{created['id']}/cancel")
    assert batch["status"] == "cancelled"
    assert batch["cancelled_at"] >= batch["cancelling_at"]
    assert 5 <= len(answers) == batch["request_counts"]["completed"] < 300
    assert again.status_code == 400


async def test_a_batch_can_be_cancelled_before_it_is_validated(simulate: Any) -> None:
    async with simulate(speed=20) as http:
        created = await create(http, jsonl(line("a")))
        await http.post(f"/batches/{created['id']}/cancel")
        batch = await ended(http, created["id"])
    assert batch["status"] == "cancelled"
    assert batch["request_counts"]["total"] == 0


async def test_a_batch_that_takes_longer_than_its_window_expires(
    simulate: Any, held_clock: Any
) -> None:
    long = "Write a long essay about the sea."
    async with simulate(clock=held_clock, speed=1e-4) as http:
        created = await create(http, jsonl(*(line(str(number), long) for number in range(300))))
        batch = await ended(http, created["id"])
    assert batch["status"] == "expired"
    assert batch["expired_at"] >= batch["expires_at"]
    assert 0 < batch["request_counts"]["completed"] < 300
    assert batch["output_file_id"] is not None


async def test_batches_are_listed_page_by_page_and_by_id(simulate: Any, held_clock: Any) -> None:
    async with simulate(clock=held_clock) as http:
        ids = [(await create(http, jsonl(line("a"))))["id"] for _ in range(45)]
        seen: list[str] = []
        cursor = None
        pages = 0
        while pages == 0 or cursor:
            params = {"cursor": cursor} if cursor else {}
            page = (await http.get("/batches", params=params)).json()
            assert list(page) == ["object", "data", "paging"]
            seen += [batch["id"] for batch in page["data"]]
            cursor = page["paging"]["next_cursor"]
            pages += 1
        some = (await http.get("/batches", params={"id": ids[3:33]})).json()["data"]
        too_many = await http.get("/batches", params={"id": ["x"] * 201})
        nonsense = await http.get("/batches", params={"cursor": "x"})
        other = await http.get("/batches", headers={"authorization": "Bearer gsk_other"})
    assert seen == ids[::-1]
    assert pages == 3
    assert [batch["id"] for batch in some] == ids[3:33][::-1]
    assert (too_many.status_code, nonsense.status_code) == (400, 400)
    assert other.json()["data"] == []


@pytest.mark.parametrize(
    ("change", "status"),
    [
        ({"completion_window": "1h"}, 400),
        ({"completion_window": "8d"}, 400),
        ({"completion_window": "soon"}, 400),
        ({"completion_window": "7d"}, 200),
        ({"endpoint": "/openai/v1/chat/completions"}, 400),
        ({"endpoint": None}, 400),
        ({"input_file_id": "file_01nothing"}, 404),
        ({"model": GPT}, 400),
    ],
)
async def test_what_a_batch_may_be(
    simulate: Any, held_clock: Any, change: dict[str, Any], status: int
) -> None:
    async with simulate(clock=held_clock) as http:
        batch = await create(http, jsonl(line("a")))
        body = {
            "input_file_id": batch["input_file_id"],
            "endpoint": CHAT,
            "completion_window": "24h",
            **change,
        }
        assert (await http.post("/batches", json=body)).status_code == status


async def test_a_batch_of_nobody_is_a_404(http: httpx.AsyncClient) -> None:
    for method, path in (("GET", "/batches/batch_01x"), ("POST", "/batches/batch_01x/cancel")):
        assert (await http.request(method, path)).status_code == 404


async def test_leaving_ends_batches_at_once(simulate: Any) -> None:
    before = asyncio.all_tasks()
    async with simulate(speed=0.1) as http:
        created = await create(http, jsonl(line("a")))
        assert created["status"] == "validating"
    assert asyncio.all_tasks() == before


def test_the_oldest_finished_batches_are_forgotten() -> None:
    def job(number: int, status: Any) -> Job:
        batch = Batch(
            id=str(number), endpoint=CHAT, input_file_id="", completion_window="24h",
            created_at=0, expires_at=1, project_id="", status=status,
        )  # fmt: skip
        return Job(batch=batch, organisation="o", key="", data=b"")

    store = BatchStore(most=3)
    for number, status in enumerate(
        ["in_progress", "completed", "failed", "in_progress", "in_progress", "validating"]
    ):
        store.add(job(number, status))
    # Those at work stay, however many they are.
    assert [known.batch.id for known in store.of("o")] == ["5", "4", "3", "0"]
