"""Every test against a real server is run with each engine, and without a proxy."""

import pytest

from client import (
    HttpTransport,
)


@pytest.fixture(autouse=True, params=["httpx", "aiohttp"])
def engine(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    def to(base_url: str, *, engine: str) -> HttpTransport:
        assert engine == "httpx"
        return chosen(HttpTransport, base_url, engine=request.param)

    chosen = HttpTransport.to.__func__  # type: ignore[attr-defined]
    monkeypatch.setattr(HttpTransport, "to", to)


@pytest.fixture(autouse=True)
def no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "https_proxy", "all_proxy", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)
