"""A recording on disk: HAR 1.2, private, never overwritten, readable whatever happened."""

import errno
import json
import os
import signal
import stat
import subprocess
import sys
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from client import ValidationError
from client.adapters.har.exchange import Failure, RecordedExchange
from client.adapters.har.file import HarFile, read_entries
from client.adapters.har.matching import Question
from client.adapters.har.reading import decode_entry
from client.adapters.har.writing import encode_entry

# The fields that the specification of HAR 1.2 does not call optional, and their types.
NUMBER = (int, float)
HAR: dict[str, Any] = {"version": str, "creator": {"name": str, "version": str}, "entries": list}
NAMED = {"name": str, "value": str}
ENTRY: dict[str, Any] = {
    "startedDateTime": str,
    "time": NUMBER,
    "request": {
        "method": str,
        "url": str,
        "httpVersion": str,
        "cookies": [NAMED],
        "headers": [NAMED],
        "queryString": [NAMED],
        "headersSize": int,
        "bodySize": int,
    },
    "response": {
        "status": int,
        "statusText": str,
        "httpVersion": str,
        "cookies": [NAMED],
        "headers": [NAMED],
        "content": {"size": int, "mimeType": str},
        "redirectURL": str,
        "headersSize": int,
        "bodySize": int,
    },
    "cache": {},
    "timings": {"send": NUMBER, "wait": NUMBER, "receive": NUMBER},
}
OPTIONAL = {"postData", "text", "encoding"}

EXCHANGES = [
    RecordedExchange(
        method="POST",
        url="https://api.groq.com/openai/v1/chat/completions?a=1&b=",
        started_at=1_700_000_000.25,
        number=3,
        request_headers={"content-type": "application/json"},
        request_body=b'{"model":"x"}',
        status=200,
        headers={"content-type": "text/event-stream", "x-request-id": "req_1"},
        body="data: ü\n\ndata: [DONE]\n\n".encode(),
        chunks=((0.25, 10), (0.5, 0), (0.75, 14)),
        headers_at=0.125,
        ended_at=1.5,
    ),
    RecordedExchange(
        method="GET",
        url="http://127.0.0.1:8787/openai/v1/models",
        started_at=1_700_000_001.0,
        status=299,
        body=b"RIFF\xff\x00\xfe",
        chunks=((1.0, 7),),
        headers_at=1.0,
        ended_at=2.0,
        left=True,
    ),
    RecordedExchange(
        method="POST",
        url="https://api.groq.com/openai/v1/audio/transcriptions",
        started_at=1_700_000_002.0,
        request_headers={"content-type": "multipart/form-data; boundary=x"},
        request_body=b"--x\r\n\xff\xd8\r\n--x--",
        ended_at=5.0,
        failure=Failure(type="TimeoutError", message="No.", phase="connect", retryable=True),
    ),
]


def check(value: object, form: object, place: str = "log") -> None:
    """Compare a value with a form; no field may be unknown unless it begins with _."""
    if isinstance(form, dict):
        assert isinstance(value, dict), place
        assert form.keys() <= value.keys(), place
        for name, member in value.items():
            if name not in OPTIONAL and not name.startswith("_"):
                check(member, form[name], f"{place}.{name}")
    elif isinstance(form, list):
        assert isinstance(value, list), place
        for item in value:
            check(item, form[0], place)
    else:
        assert isinstance(value, form), place  # type: ignore[arg-type]
        assert not isinstance(value, bool), place


def write(path: Path, *exchanges: RecordedExchange) -> HarFile:
    file = HarFile(path)
    for exchange in exchanges:
        file.append(encode_entry(exchange))
    return file


@pytest.mark.parametrize("exchange", EXCHANGES)
def test_an_exchange_comes_back_from_its_entry(exchange: RecordedExchange) -> None:
    entry = json.loads(json.dumps(encode_entry(exchange)))

    assert decode_entry(entry) == exchange


def test_a_recording_has_every_field_that_har_requires(tmp_path: Path) -> None:
    file = tmp_path / "session.har"
    write(file, *EXCHANGES).close()

    archive = json.loads(file.read_text())

    assert archive.keys() == {"log"}
    assert archive["log"]["version"] == "1.2"
    check(archive["log"], HAR)
    for entry in archive["log"]["entries"]:
        check(entry, ENTRY, "entry")
        assert entry["time"] == pytest.approx(sum(entry["timings"].values()))
    first, second, third = archive["log"]["entries"]
    assert first["startedDateTime"] == "2023-11-14T22:13:20.250000Z"
    assert first["request"]["queryString"] == [
        {"name": "a", "value": "1"},
        {"name": "b", "value": ""},
    ]
    assert first["request"]["postData"] == {"mimeType": "application/json", "text": '{"model":"x"}'}
    assert first["response"]["statusText"] == "OK"
    assert second["response"]["content"]["encoding"] == "base64"
    assert third["response"]["status"] == 0


def test_the_file_is_a_whole_document_after_every_entry(tmp_path: Path) -> None:
    path = tmp_path / "session.har"
    file = HarFile(path)

    for count, exchange in enumerate(EXCHANGES):
        assert len(json.loads(path.read_text())["log"]["entries"]) == count
        file.append(encode_entry(exchange))

    assert read_entries(path) == json.loads(path.read_text())["log"]["entries"]
    file.close()
    file.close()


def test_only_its_owner_may_read_it(tmp_path: Path) -> None:
    old = os.umask(0)
    try:
        write(tmp_path / "session.har").close()
    finally:
        os.umask(old)

    assert stat.S_IMODE((tmp_path / "session.har").stat().st_mode) == 0o600


def test_a_file_that_is_there_is_not_overwritten_unless_told(tmp_path: Path) -> None:
    path = tmp_path / "session.har"
    path.write_text("precious")

    with pytest.raises(ValidationError, match="is there already"):
        HarFile(path)
    assert path.read_text() == "precious"

    HarFile(path, overwrite=True).close()
    assert read_entries(path) == []


@pytest.mark.parametrize("overwrite", [False, True])
def test_a_link_is_not_followed(tmp_path: Path, overwrite: bool) -> None:
    target, link = tmp_path / "target", tmp_path / "session.har"
    target.write_text("precious")
    link.symlink_to(target)

    if overwrite:
        HarFile(link, overwrite=True).close()
        assert not link.is_symlink()
    else:
        with pytest.raises(ValidationError):
            HarFile(link)
    assert target.read_text() == "precious"


@pytest.mark.parametrize("name", ["", "no/such/folder.har", "nul\0byte.har", "x" * 300])
def test_a_place_that_cannot_be_written_is_one_clear_error(tmp_path: Path, name: str) -> None:
    with pytest.raises(ValidationError):
        HarFile(tmp_path / name, overwrite=False)


def test_cut_anywhere_it_gives_every_whole_entry(tmp_path: Path) -> None:
    whole, cut = tmp_path / "whole.har", tmp_path / "cut.har"
    write(whole, *EXCHANGES).close()
    data = whole.read_bytes()
    ends = [i for i in range(len(data)) if data[i : i + 2] in (b",\n", b"\n]")]

    for length in range(data.index(b"[") + 1, len(data)):
        cut.write_bytes(data[:length])
        expected = sum(end <= length for end in ends[-len(EXCHANGES) :])
        assert len(read_entries(cut)) == expected


def test_a_write_that_fails_leaves_the_file_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "session.har"
    file = write(path, EXCHANGES[0])
    real, room = os.write, 100

    def fill_the_disk(descriptor: int, data: bytes) -> int:
        nonlocal room
        if not room:
            if len(data) < 20:  # closing brackets lie on space that is there already
                return real(descriptor, data)
            raise OSError(errno.ENOSPC, "No space left on device")
        taken, room = room, 0
        return real(descriptor, data[:taken])

    monkeypatch.setattr(os, "write", fill_the_disk)
    with pytest.raises(OSError, match="No space left"):
        file.append(encode_entry(EXCHANGES[1]))

    assert len(json.loads(path.read_text())["log"]["entries"]) == 1
    monkeypatch.undo()
    file.append(encode_entry(EXCHANGES[2]))
    file.close()
    assert len(json.loads(path.read_text())["log"]["entries"]) == 2
    with pytest.raises(OSError, match="closed"):
        file.append(encode_entry(EXCHANGES[2]))


def test_a_killed_process_loses_no_entry_that_was_written(tmp_path: Path) -> None:
    program = (
        "import sys\n"
        "from pathlib import Path\n"
        "from client.adapters.har.file import HarFile\n"
        "file = HarFile(Path(sys.argv[1]))\n"
        "for number in range(10**9):\n"
        "    file.append({'number': number, 'text': 'x' * 20_000})\n"
        "    print(number, flush=True)\n"
    )
    for attempt in range(5):
        path = tmp_path / f"{attempt}.har"
        with subprocess.Popen(
            [sys.executable, "-c", program, str(path)], stdout=subprocess.PIPE, text=True
        ) as process:
            assert process.stdout is not None
            for _ in range(20 + attempt):
                process.stdout.readline()
            process.send_signal(signal.SIGKILL)
            acknowledged = 20 + attempt + len(process.stdout.read().splitlines())

        entries = read_entries(path)

        assert len(entries) >= acknowledged
        assert [entry["number"] for entry in entries] == list(range(len(entries)))  # type: ignore[index]


@pytest.mark.parametrize(
    "text",
    ["", "{}", "[]", '{"log":{}}', '{"log":{"entries":{}}}', "<html>", '{"entries":', "9" * 5000],
)
def test_what_is_no_recording_is_one_clear_error(tmp_path: Path, text: str) -> None:
    path = tmp_path / "session.har"
    path.write_text(text)

    with pytest.raises(ValidationError, match=r"is no recording"):
        read_entries(path)


def test_a_missing_file_is_one_clear_error(tmp_path: Path) -> None:
    with pytest.raises(ValidationError, match="No such file"):
        read_entries(tmp_path / "none.har")


@pytest.mark.parametrize(
    "change",
    [
        {"request": None},
        {"request": {"method": "GET"}},
        {"request": {"method": "GET", "url": "x", "postData": 1}},
        {"request": {"method": "GET", "url": "http://["}},
        {"response": {"status": 200, "content": {"text": "abc", "encoding": "base64"}}},
        {"response": {"status": 200, "headers": [1]}},
        {"_chunks": [1]},
        {"_chunks": [["a", "b"]]},
        {"_chunks": [[float("inf"), 1]]},
        {"_chunks": [[0, float("inf")]]},
    ],
)
def test_an_entry_of_another_form_is_one_clear_error(change: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        decode_entry({**encode_entry(EXCHANGES[0]), **change})


@given(data=st.data())
def test_whatever_an_entry_holds_it_is_read_or_refused(data: st.DataObject) -> None:
    values = st.one_of(
        st.none(), st.booleans(), st.integers(), st.floats(), st.text(), st.just([]), st.just({})
    )
    entry = json.loads(json.dumps(encode_entry(data.draw(st.sampled_from(EXCHANGES)))))
    for _ in range(data.draw(st.integers(1, 3))):
        place = entry
        while True:
            name = data.draw(st.sampled_from(sorted(place)))
            if isinstance(place[name], dict) and place[name] and data.draw(st.booleans()):
                place = place[name]
                continue
            place[name] = data.draw(values)
            break

    with suppress(ValidationError):
        exchange = decode_entry(entry)
        Question.recorded(exchange)
