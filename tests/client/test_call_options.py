"""What may be said of any one call: its headers, its bounds, its patience."""

from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import pytest

from client import GroqClient, Timeouts, ValidationError
from client.testing import FakeResponse, FakeTransport

Call = Callable[..., Awaitable[object]]


async def drained(values: AsyncIterator[object]) -> list[object]:
    return [value async for value in values]


CALLS: dict[str, Callable[..., Any]] = {
    "models.list": lambda groq, **o: groq.models.list(**o),
    "models.get": lambda groq, **o: groq.models.get("m", **o),
    "files.list": lambda groq, **o: groq.files.list(**o),
    "files.get": lambda groq, **o: groq.files.get("file_01", **o),
    "files.delete": lambda groq, **o: groq.files.delete("file_01", **o),
    "files.content": lambda groq, **o: groq.files.content("file_01", **o),
    "files.stream": lambda groq, **o: drained(groq.files.stream("file_01", **o)),
    "batches.get": lambda groq, **o: groq.batches.get("batch_01", **o),
    "batches.cancel": lambda groq, **o: groq.batches.cancel("batch_01", **o),
    "batches.list": lambda groq, **o: drained(groq.batches.list(**o)),
}
ANSWER = {"id": "x", "object": "model", "data": [], "status": "completed", "deleted": True}


@pytest.mark.parametrize("name", CALLS)
async def test_a_call_has_headers_bounds_and_patience_of_its_own(name: str) -> None:
    transport = FakeTransport(FakeResponse.json(ANSWER))
    async with GroqClient(
        transport=transport, api_key="gsk_test", headers={"x-team": "one"}
    ) as groq:
        options = {"extra_headers": {"x-team": "two"}, "timeout": 7, "max_wait": 3}
        await CALLS[name](groq, **options)
        await CALLS[name](groq)

    first, second = transport.requests
    assert first.headers["x-team"] == "two"
    assert first.timeouts == Timeouts(total=7.0)
    assert first.max_wait == 3.0
    assert (second.headers["x-team"], second.max_wait) == ("one", None)
    assert second.timeouts == Timeouts()


@pytest.mark.parametrize("name", CALLS)
@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"timeuot": 1}, "`timeuot` is not an option. Did you mean `timeout`?"),
        ({"colour": 1}, "`colour` is not an option."),
        ({"timeout": -1}, "`timeout`"),
        ({"max_wait": -1}, "`max_wait`"),
        ({"extra_headers": {"x-bad\n": "1"}}, "header"),
    ],
)
async def test_a_wrong_option_is_refused_before_anything_is_sent(
    name: str, options: dict[str, object], said: str
) -> None:
    transport = FakeTransport(FakeResponse.json(ANSWER))
    async with GroqClient(transport=transport, api_key="gsk_test") as groq:
        with pytest.raises(ValidationError, match=said.replace("?", r"\?")):
            await CALLS[name](groq, **options)

    assert transport.requests == []
