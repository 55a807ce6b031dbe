"""Certificates, and the environment's proxies."""

import json
import ssl
from pathlib import Path
from typing import Any

import pytest

from client import (
    ConnectionError,  # noqa: A004
    GroqClient,
    ModelNotFoundError,
)
from tests.client.servers.talk import (
    JSON,
    MODEL,
    answer,
    client,
)


async def test_a_certificate_signed_by_itself_is_refused_before_the_key_is_sent(
    serve: Any, certificate: Path
) -> None:
    async def talk(peer: Any) -> None:
        server.requests.append(await peer.request())

    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    server = await serve(talk, context)
    async with client(server) as groq:
        with pytest.raises(ConnectionError, match="does not prove who it is") as caught:
            await groq.models.list()

    assert not caught.value.retryable
    assert server.requests == []


async def test_a_known_certificate_is_accepted(
    serve: Any, certificate: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def talk(peer: Any) -> None:
        await peer.request()
        await peer.say(answer(json.dumps(MODEL).encode(), JSON))

    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    async with client(await serve(talk, context)) as groq:
        assert (await groq.models.get("m")).id == "m"


async def test_a_proxy_is_not_used_for_this_machine(
    serve: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def talk(peer: Any) -> None:
        await peer.request()
        await peer.say(answer(json.dumps(MODEL).encode(), JSON))

    async def nobody(peer: Any) -> None:
        pytest.fail("the proxy was asked")

    proxy = await serve(nobody)
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"):
        monkeypatch.setenv(name.lower(), f"http://127.0.0.1:{proxy.port}")
    async with client(await serve(talk)) as groq:
        assert (await groq.models.get("m")).id == "m"

    assert proxy.accepted == 0


@pytest.mark.parametrize("scheme", ["http://", ""])
async def test_a_proxy_is_used_for_other_machines_and_never_sees_the_key(
    serve: Any, monkeypatch: pytest.MonkeyPatch, scheme: str
) -> None:
    async def talk(peer: Any) -> None:
        proxy.requests.append(await peer.request())
        await peer.say(b"HTTP/1.1 403 Forbidden\r\n\r\n")

    proxy = await serve(talk)
    monkeypatch.setenv("https_proxy", f"{scheme}127.0.0.1:{proxy.port}")
    async with GroqClient(api_key="gsk_canary", retry=None) as groq:
        with pytest.raises(ConnectionError, match="proxy"):
            await groq.models.list()

    assert proxy.requests[0].startswith(b"CONNECT api.groq.com:443 HTTP/1.1\r\n")
    assert b"gsk_canary" not in proxy.requests[0]


async def test_no_proxy_is_heeded(serve: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    async def nobody(peer: Any) -> None:
        pytest.fail("the proxy was asked")

    proxy = await serve(nobody)
    monkeypatch.setenv("https_proxy", f"http://127.0.0.1:{proxy.port}")
    monkeypatch.setenv("no_proxy", ".invalid")
    async with GroqClient(
        api_key="gsk_test", base_url="https://nowhere.invalid", retry=None
    ) as groq:
        with pytest.raises(ConnectionError):
            await groq.models.list()


@pytest.mark.parametrize(
    "proxy", ["socks5://user:secret@h:1", "gopher://user:secret@h", "http://["]
)
async def test_an_unusable_proxy_is_a_typed_error_without_its_password(
    monkeypatch: pytest.MonkeyPatch, proxy: str
) -> None:
    monkeypatch.setenv("https_proxy", proxy)
    async with GroqClient(api_key="gsk_test", retry=None) as groq:
        with pytest.raises(ConnectionError) as caught:
            await groq.models.list()

    assert "secret" not in str(caught.value)
    assert caught.value.__context__ is None


async def test_the_service_names_an_unknown_model(serve: Any) -> None:
    async def talk(peer: Any) -> None:
        await peer.request()
        body = b'{"error":{"message":"The model `x` does not exist","code":"model_not_found"}}'
        await peer.say(answer(body, JSON, "x-request-id: req_1", status="404 Not Found"))

    async with client(await serve(talk)) as groq:
        with pytest.raises(ModelNotFoundError) as caught:
            await groq.models.get("x")

    assert str(caught.value) == "404 model_not_found: The model `x` does not exist (request req_1)"
