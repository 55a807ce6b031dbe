from typing import Any

import httpx
import pytest

GPT, QWEN, ALLAM = "openai/gpt-oss-20b", "qwen/qwen3.8-27b", "allam-2-7b"
USER = {"role": "user", "content": "Hello"}
IMAGE = {"type": "image_url", "image_url": {"url": "https://example.com/a.png"}}
TOOL = {"type": "function", "function": {"name": "f", "parameters": {"type": "object"}}}
OPEN_OBJECT = {"type": "object", "properties": {"a": {"type": "string"}}}


def schema(value: dict[str, Any], *, strict: bool = True) -> dict[str, Any]:
    inner = {"name": "answer", "strict": strict, "schema": value}
    return {"type": "json_schema", "json_schema": inner}


def pictures(count: int) -> list[dict[str, Any]]:
    return [{"role": "user", "content": [IMAGE] * count}]


CASES: list[tuple[dict[str, Any], str]] = [
    ({"n": 2}, "'n' : number must be at most 1"),
    ({"temperature": 2.5}, "'temperature' : number must be at most 2"),
    ({"temperature": "hot"}, "'temperature' : value must be a number"),
    ({"top_p": -0.1}, "'top_p' : number must be at least 0"),
    ({"stream": 1}, "'stream' : value must be a boolean"),
    ({"top_k": 5}, "property 'top_k' is unsupported, did you mean 'top_p'?"),
    ({"min_p": 0.1}, "property 'min_p' is unsupported"),
    ({"prompt_cache_key": "a"}, "property 'prompt_cache_key' is unsupported"),
    ({"model": None}, "'model' : property 'model' is missing"),
    ({"messages": []}, "'messages' : minimum number of items is 1"),
    (
        {"messages": [{"role": "wizard", "content": "x"}]},
        "'messages.0' : discriminator property 'role' has invalid value",
    ),
    (
        {"messages": [USER, USER, {"role": "assistant", "reasoning_content": "x"}]},
        (
            "'messages.2' : for 'role:assistant' the following must be satisfied["
            "('messages.2' : property 'reasoning_content' is unsupported)]"
        ),
    ),
    (
        {"messages": pictures(1)},
        "messages[0].content must be a string",
    ),
    (
        {"model": QWEN, "messages": pictures(4)},
        "Too many images provided. This model supports up to 3 images",
    ),
    ({"logprobs": True}, "`logprobs` is not supported with this model"),
    (
        {"model": ALLAM, "reasoning_effort": "low"},
        "`reasoning_effort` is not supported with this model",
    ),
    ({"model": ALLAM, "tools": [TOOL]}, "`tool calling` is not supported with this model"),
    ({"reasoning_effort": "none"}, "`reasoning_effort` must be one of `low`, `medium`, or `high`"),
    (
        {"tools": [TOOL] * 129},
        "'tools' : maximum number of items is 128",
    ),
    (
        {"tools": [TOOL], "response_format": {"type": "json_object"}},
        "json mode cannot be combined with tool/function calling",
    ),
    (
        {"response_format": {"type": "json_object"}},
        (
            "'messages' must contain the word 'json' in some form, to use 'response_format' of "
            "type 'json_object'."
        ),
    ),
    (
        {"model": ALLAM, "response_format": schema(OPEN_OBJECT)},
        "This model does not support response format `json_schema`.",
    ),
    (
        {"response_format": schema(OPEN_OBJECT)},
        (
            "invalid JSON schema for response_format: 'answer': `additionalProperties:false` must "
            "be set on every object"
        ),
    ),
    (
        {"response_format": schema({**OPEN_OBJECT, "additionalProperties": False})},
        (
            "invalid JSON schema for response_format: 'answer': `required` is required to be "
            "supplied and to be an array including every key in properties"
        ),
    ),
    (
        {"model": QWEN, "max_tokens": 16_385},
        (
            "`max_tokens` must be less than or equal to `16384`, the maximum value for "
            "`max_tokens` is less than the `context_window` for this model"
        ),
    ),
    (
        {"model": "meta-llama/llama-prompt-guard-2-22m", "messages": [USER, USER]},
        "messages must contains a single user message for text classification models",
    ),
    ({"model": "whisper-large-v3"}, "`chat completions` is not supported with this model"),
    ({"stop": list("abcde")}, "'stop' : maximum number of items is 4"),
]


@pytest.mark.parametrize(("change", "message"), CASES, ids=[message[:50] for _, message in CASES])
async def test_a_wrong_request_is_refused_in_the_service_s_words(
    http: httpx.AsyncClient, change: dict[str, Any], message: str
) -> None:
    response = await http.post(
        "/chat/completions", json={"model": GPT, "messages": [USER], **change}
    )
    assert response.status_code == 400
    assert response.json()["error"]["message"] == message
    assert response.json()["error"]["type"] == "invalid_request_error"
    assert not [name for name in response.headers if name.startswith("x-ratelimit")]
    assert response.headers["x-request-id"].startswith("req_01")


@pytest.mark.parametrize(
    ("model", "status", "code"),
    [
        ("gpt-9", 404, "model_not_found"),
        ("llama-3.3-70b-versatile", 404, "model_not_found"),
        ("llama3-8b-8192", 400, "model_decommissioned"),
        ("groq/compound", 400, "model_decommissioned"),
    ],
)
async def test_a_model_that_cannot_be_used_says_why(
    http: httpx.AsyncClient, model: str, status: int, code: str
) -> None:
    response = await http.post("/chat/completions", json={"model": model, "messages": [USER]})
    assert response.status_code == status
    assert response.json()["error"]["code"] == code
    assert f"`{model}`" in response.json()["error"]["message"]


async def test_more_text_than_the_window_holds_is_a_context_length_error(
    http: httpx.AsyncClient,
) -> None:
    messages = [{"role": "user", "content": "word " * 5000}]
    response = await http.post("/chat/completions", json={"model": ALLAM, "messages": messages})
    assert response.status_code == 400
    assert response.json()["error"] == {
        "message": "Please reduce the length of the messages or completion.",
        "type": "invalid_request_error",
        "param": "messages",
        "code": "context_length_exceeded",
    }


@pytest.mark.parametrize("key", [None, "bad"])
async def test_no_key_or_a_bad_one_is_a_401(http: httpx.AsyncClient, key: str | None) -> None:
    http.headers.pop("authorization")
    headers = {} if key is None else {"authorization": f"Bearer {key}"}
    response = await http.get("/models", headers=headers)
    assert response.status_code == 401
    assert response.content == (
        b'{"error":{"message":"Invalid API Key","type":"invalid_request_error",'
        b'"code":"invalid_api_key"}}\n'
    )


async def test_an_unknown_path_is_named(http: httpx.AsyncClient) -> None:
    response = await http.post(
        str(http.base_url).removesuffix("openai/v1/") + "v1/chat/completions"
    )
    assert response.status_code == 404
    assert response.json()["error"] == {
        "message": "Unknown request URL: POST /v1/chat/completions. Please check the URL for "
        "typos, or see the docs at https://console.groq.com/docs/",
        "type": "invalid_request_error",
        "code": "unknown_url",
    }


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b'"x"', b"[" * 100_000])
async def test_a_body_that_is_no_object_is_a_400(http: httpx.AsyncClient, content: bytes) -> None:
    headers = {"content-type": "application/json"}
    response = await http.post("/chat/completions", content=content, headers=headers)
    assert response.status_code == 400
    assert response.json()["error"]["type"] == "invalid_request_error"
