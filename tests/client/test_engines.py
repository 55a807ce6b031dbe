"""Choosing what carries the bytes."""

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from client import GroqClient, GroqClientBuilder, GroqConfig, HttpTransport, ValidationError

ROOT = Path(__file__).parents[2]


def engine_of(groq: GroqClient) -> str:
    transport: Any = groq._wire.transport
    while not isinstance(transport, HttpTransport):
        transport = transport._transport
    return transport._engine


def test_httpx_carries_the_bytes_unless_asked_otherwise() -> None:
    assert engine_of(GroqClient(api_key="gsk_test")) == "httpx"
    assert engine_of(GroqClient(api_key="gsk_test", engine="aiohttp")) == "aiohttp"
    built = GroqClientBuilder().api_key("gsk_test").engine("aiohttp").build()
    assert engine_of(built) == "aiohttp"


def test_another_engine_is_refused() -> None:
    with pytest.raises(ValidationError, match="'httpx' or 'aiohttp'"):
        GroqConfig(engine="requests")  # type: ignore[arg-type]


def test_an_engine_that_is_not_installed_names_its_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("client.adapters.http.find_spec", lambda name: None)

    with pytest.raises(ValidationError, match=r"groq-workbench\[fast\]"):
        GroqClient(api_key="gsk_test", engine="aiohttp")


def test_the_default_engine_does_not_load_the_other() -> None:
    code = (
        "import sys; from client import HttpTransport; "
        "HttpTransport.to('http://localhost')._open_pool(); print('aiohttp' in sys.modules)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )

    assert done.stdout.strip() == "False"
