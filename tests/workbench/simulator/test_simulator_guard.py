import socket
from typing import Any

import httpx
import pytest

CHAT = {"model": "openai/gpt-oss-20b", "messages": [{"role": "user", "content": "hi"}]}


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"host": "evil.example"}, 421),
        ({"host": "evil.example:80"}, 421),
        ({"host": "127.0.0.1.evil.example"}, 421),
        ({"host": ""}, 421),
        ({"host": "localhost:1"}, 200),
        ({"host": "[::1]:1"}, 200),
        ({"origin": "https://evil.example"}, 403),
        ({"origin": "null"}, 403),
        ({"origin": "http://localhost.evil.example"}, 403),
        ({"origin": "http://127.0.0.1:9"}, 200),
        ({"sec-fetch-site": "cross-site"}, 403),
        ({"sec-fetch-site": "same-site"}, 403),
        ({"sec-fetch-site": "none"}, 200),
    ],
)
async def test_only_programs_on_this_machine_are_answered(
    http: httpx.AsyncClient, headers: dict[str, str], status: int
) -> None:
    response = await http.get("/models", headers=headers)
    assert response.status_code == status
    assert not [name for name in response.headers if name.startswith("access-control")]


@pytest.mark.parametrize("label", ["text/plain", "application/x-www-form-urlencoded", ""])
async def test_a_post_must_be_labelled_as_json(http: httpx.AsyncClient, label: str) -> None:
    response = await http.post("/chat/completions", content=b"{}", headers={"content-type": label})
    assert response.status_code == 415


async def test_a_charset_behind_the_label_is_fine(http: httpx.AsyncClient) -> None:
    headers = {"content-type": "Application/JSON; charset=utf-8"}
    assert (await http.post("/chat/completions", json=CHAT, headers=headers)).status_code == 200


async def test_a_body_beyond_the_limit_is_refused_whether_announced_or_not(simulate: Any) -> None:
    async def endless() -> Any:
        for _ in range(3):
            yield b" " * 1000

    headers = {"content-type": "application/json"}
    async with simulate(max_body_bytes=2000) as http:
        for content in (b" " * 2001, endless()):
            response = await http.post("/chat/completions", content=content, headers=headers)
            assert response.status_code == 413
            assert response.json()["error"]["code"] == "request_too_large"


async def test_it_listens_on_the_loopback_alone(http: httpx.AsyncClient) -> None:
    port = http.base_url.port
    assert port is not None
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as other:
        # Another loopback address is as good as the machine's address in its network.
        other.settimeout(1)
        assert other.connect_ex(("127.0.0.2", port)) != 0
