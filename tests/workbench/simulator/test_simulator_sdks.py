"""Programs nobody here wrote: the official SDKs against the simulator."""

import json
from typing import Any

import groq
import openai
import pytest

from workbench.simulator import Limits, Simulator, SimulatorSettings

GPT, QWEN = "openai/gpt-oss-20b", "qwen/qwen3.8-27b"
MESSAGES: Any = [{"role": "user", "content": "What is the weather in Vienna?"}]
TOOLS: Any = [
    {
        "type": "function",
        "function": {
            "name": "get_weather",
            "description": "Get the weather for a city.",
            "parameters": {
                "type": "object",
                "properties": {"location": {"type": "string"}},
                "required": ["location"],
            },
        },
    }
]
SCHEMA: Any = {
    "type": "json_schema",
    "json_schema": {
        "name": "place",
        "strict": True,
        "schema": {
            "type": "object",
            "properties": {"city": {"type": "string"}, "count": {"type": "integer"}},
            "required": ["city", "count"],
            "additionalProperties": False,
        },
    },
}


async def test_chat(sdk: Any) -> None:
    reply = await sdk.chat.completions.create(model=GPT, messages=MESSAGES)
    assert "Vienna" in reply.choices[0].message.content
    assert reply.choices[0].message.reasoning
    assert reply.usage.total_tokens == reply.usage.prompt_tokens + reply.usage.completion_tokens


async def test_stream(sdk: Any) -> None:
    stream = await sdk.chat.completions.create(model=GPT, messages=MESSAGES, stream=True)
    chunks = [chunk async for chunk in stream]
    text = "".join(chunk.choices[0].delta.content or "" for chunk in chunks)
    whole = await sdk.chat.completions.create(model=GPT, messages=MESSAGES)
    assert text == whole.choices[0].message.content
    assert chunks[-1].choices[0].finish_reason == "stop"
    assert chunks[0].x_groq is not None


async def test_tools(sdk: Any) -> None:
    reply = await sdk.chat.completions.create(model=QWEN, messages=MESSAGES, tools=TOOLS)
    message = reply.choices[0].message
    (call,) = message.tool_calls
    assert json.loads(call.function.arguments) == {"location": "Vienna"}
    history = [
        *MESSAGES,
        message.model_dump(exclude_none=True),
        {"role": "tool", "tool_call_id": call.id, "content": '{"sky": "clear"}'},
    ]
    answer = await sdk.chat.completions.create(model=QWEN, messages=history, tools=TOOLS)
    assert answer.choices[0].finish_reason == "stop"
    assert "| sky | clear |" in answer.choices[0].message.content


async def test_streamed_tools(sdk: Any) -> None:
    stream = await sdk.chat.completions.create(
        model=QWEN, messages=MESSAGES, tools=TOOLS, stream=True
    )
    calls = [call async for chunk in stream for call in chunk.choices[0].delta.tool_calls or []]
    assert [call.function.name for call in calls] == ["get_weather"]


async def test_json_schema(sdk: Any) -> None:
    reply = await sdk.chat.completions.create(model=GPT, messages=MESSAGES, response_format=SCHEMA)
    document = json.loads(reply.choices[0].message.content)
    assert document["city"] == "Vienna"
    assert isinstance(document["count"], int)


async def test_models(sdk: Any) -> None:
    listed = await sdk.models.list()
    assert GPT in {model.id for model in listed.data}
    # The SDKs escape the slash in an id, the service and the simulator take it either way.
    assert (await sdk.models.retrieve(GPT)).id == GPT


@pytest.mark.parametrize(
    ("change", "name"),
    [
        ({"extra_body": {"temperature": 9}}, "BadRequestError"),
        ({"model": "gpt-9"}, "NotFoundError"),
        ({"extra_headers": {"x-simulate": "401"}}, "AuthenticationError"),
        ({"extra_headers": {"x-simulate": "403"}}, "PermissionDeniedError"),
        ({"extra_headers": {"x-simulate": "422"}}, "UnprocessableEntityError"),
        ({"extra_headers": {"x-simulate": "429"}}, "RateLimitError"),
        ({"extra_headers": {"x-simulate": "413"}}, "APIStatusError"),
        ({"extra_headers": {"x-simulate": "498"}}, "APIStatusError"),
        ({"extra_headers": {"x-simulate": "500"}}, "InternalServerError"),
        ({"extra_headers": {"x-simulate": "503"}}, "InternalServerError"),
        ({"extra_headers": {"x-simulate": "html=502"}}, "InternalServerError"),
        ({"extra_headers": {"x-simulate": "stall-after=0"}, "timeout": 0.2}, "APITimeoutError"),
    ],
)
async def test_each_failure_is_the_sdk_s_own_error(
    sdk: Any, change: dict[str, Any], name: str
) -> None:
    module: Any = groq if isinstance(sdk, groq.AsyncGroq) else openai
    with pytest.raises(getattr(module, name)) as caught:
        await sdk.chat.completions.create(**{"model": GPT, "messages": MESSAGES, **change})
    assert type(caught.value).__name__ == name


@pytest.mark.parametrize("kind", ["groq", "openai"])
async def test_a_wrong_key_is_an_authentication_error(
    kind: str, simulator: Simulator, client_of: Any
) -> None:
    module: Any = groq if kind == "groq" else openai
    async with client_of(kind, simulator.base_url, key="bad") as client:
        with pytest.raises(module.AuthenticationError) as caught:
            await client.models.list()
    assert caught.value.body["error" if kind == "groq" else "code"]


async def test_an_error_event_is_the_sdk_s_error(sdk: Any) -> None:
    module: Any = groq if isinstance(sdk, groq.AsyncGroq) else openai
    stream = await sdk.chat.completions.create(
        model=GPT,
        messages=MESSAGES,
        stream=True,
        extra_headers={"x-simulate": "error-event=tool_use_failed"},
    )
    with pytest.raises(module.APIError):
        async for _ in stream:
            pass


async def test_the_sdk_waits_and_tries_again_after_a_429() -> None:
    limits = Limits(requests_per_minute=60)
    async with (
        Simulator(SimulatorSettings(speed=1e6, limits=limits)) as simulator,
        groq.AsyncGroq(
            base_url=simulator.base_url.removesuffix("/openai/v1"), api_key="gsk_x", max_retries=3
        ) as client,
    ):
        for _ in range(61):
            await client.chat.completions.create(
                model=GPT, messages=[{"role": "user", "content": "Reply with exactly OK."}]
            )
