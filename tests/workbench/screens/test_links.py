"""Links: what is opened, and what is shown before."""

import pytest

from tests.stage import Stage
from workbench.screens.links import LinkScreen, web_address
from workbench.widgets.transcript import Transcript


@pytest.mark.parametrize(
    ("url", "address"),
    [
        ("https://groq.com/docs?a=1#b", "https://groq.com/docs?a=1#b"),
        ("http://localhost:8080/x", "http://localhost:8080/x"),
        ("https://gr\u03bfq.com/", "https://xn--grq-bzc.com/"),  # a Greek omicron
        ("http://[::1]:80/", "http://[::1]:80/"),
    ],
)
def test_a_web_address_is_shown_with_its_true_host(url: str, address: str) -> None:
    assert web_address(url) == address


@pytest.mark.parametrize(
    "url",
    [
        "file:///etc/passwd",
        "javascript:alert(1)",
        "smb://host/share",
        "vscode://x",
        "data:text/html,x",
        "//groq.com",
        "https://",
        "https://user:pass@groq.com/",
        "https://groq.com\\@evil.example/",
        "https://gr\u202eoq.com/",
        "https://groq.com/\x1b]8;;",
        "https://[broken",
        "https://groq.com:port/",
    ],
)
def test_anything_else_is_not_opened(url: str) -> None:
    assert web_address(url) is None


async def test_a_link_is_opened_only_after_its_address_was_shown(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    stage = Stage()
    opened: list[str] = []
    monkeypatch.setattr(stage.app, "open_url", opened.append)
    async with stage.open() as actor:
        transcript = stage.app.chat_screen.query_one(Transcript)
        transcript.post_message(Transcript.LinkRequested("https://groq.com/[/x]"))
        await actor.until(lambda: isinstance(stage.app.screen, LinkScreen))
        await actor.pilot.pause()
        assert "https://groq.com/[/x]" in actor.screen
        await actor.press("escape")
        assert opened == []
        transcript.post_message(Transcript.LinkRequested("https://groq.com/"))
        await actor.until(lambda: isinstance(stage.app.screen, LinkScreen))
        await actor.press("enter")
        assert opened == ["https://groq.com/"]


async def test_a_link_of_another_kind_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    stage = Stage()
    opened: list[str] = []
    monkeypatch.setattr(stage.app, "open_url", opened.append)
    async with stage.open() as actor:
        stage.app.chat_screen.query_one(Transcript).post_message(
            Transcript.LinkRequested("file:///etc/passwd")
        )
        await actor.until(lambda: "not opened" in actor.screen)
        assert opened == []
