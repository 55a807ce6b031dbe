"""Recordings on disk: HAR files, folders of one exchange, folders of folders."""

import json
from pathlib import Path

import pytest

from client import RecordedExchange, ValidationError
from workbench.adapters.har_files import load, save


def folder(path: Path, *, status: int = 200, body: bytes = b"{}") -> Path:
    path.mkdir(parents=True)
    request = {
        "method": "POST",
        "path": "/openai/v1/chat/completions",
        "headers": {"Content-Type": "application/json"},
        "body": {"model": "m", "messages": []},
    }
    response = {
        "status": status,
        "headers": {"content-type": "application/json"},
        "recorded": "Tue, 14 Jan 2025 22:01:38 GMT (from the body)",
    }
    (path / "request.json").write_text(json.dumps(request))
    (path / "response.json").write_text(json.dumps(response))
    (path / "body.bin").write_bytes(body)
    return path


def test_a_folder_is_one_exchange(tmp_path: Path) -> None:
    (exchange,) = load(folder(tmp_path / "one", status=400, body=b'{"error":{}}'))

    assert exchange.url == "https://api.groq.com/openai/v1/chat/completions"
    assert exchange.request_headers == {"content-type": "application/json"}
    assert json.loads(exchange.request_body or b"")["model"] == "m"
    assert (exchange.status, exchange.body) == (400, b'{"error":{}}')
    assert exchange.started_at == 1736892098.0
    assert exchange.chunks == ()


def test_a_folder_of_folders_is_all_of_them(tmp_path: Path) -> None:
    for name in ("b", "a", "c"):
        folder(tmp_path / name, body=name.encode())

    assert [exchange.body for exchange in load(tmp_path)] == [b"a", b"b", b"c"]


def test_a_file_is_saved_once_and_loaded(tmp_path: Path) -> None:
    exchange = RecordedExchange(method="GET", url="https://x/models", started_at=1.0).ended(1.0)
    save(tmp_path / "x.har", (exchange,))

    assert load(tmp_path / "x.har") == (exchange,)
    with pytest.raises(ValidationError, match="is there already"):
        save(tmp_path / "x.har", ())


@pytest.mark.parametrize("broken", ["empty", "no json", "no object", "no body", "no file"])
def test_what_is_no_recording_says_so(tmp_path: Path, broken: str) -> None:
    path = tmp_path / "one"
    if broken != "no file":
        folder(path)
    if broken == "empty":
        (path / "request.json").unlink()
    elif broken == "no json":
        (path / "request.json").write_text("{")
    elif broken == "no object":
        (path / "response.json").write_text("[]")
    elif broken == "no body":
        (path / "body.bin").unlink()

    with pytest.raises(ValidationError):
        load(path)


def test_everything_recorded_is_loaded(wire: Path) -> None:
    exchanges = load(wire)

    assert len(exchanges) == sum(1 for _ in wire.glob("*/request.json"))
    assert all(exchange.status for exchange in exchanges)
