"""Every error that the service is known to send, and those of what stands before it."""

import builtins
import inspect
import json
import math
import pickle
import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import client
from client import (
    APIError,
    AssistantMessage,
    AuthenticationError,
    BadRequestError,
    CapacityExceededError,
    CircuitOpenError,
    ConnectionError,  # noqa: A004
    ContextLengthError,
    GroqError,
    JSONValidateFailedError,
    ModelDecommissionedError,
    ModelNotFoundError,
    NotFoundError,
    PermissionDeniedError,
    RateLimitError,
    RequestTooLargeError,
    ServerError,
    StreamError,
    TimeoutError,  # noqa: A004
    ToolUseFailedError,
    UnprocessableEntityError,
    ValidationError,
)
from client.codec import decode_error, decode_stream_error
from client.retry_after import retry_after_seconds

NOW = 1_700_000_000.0  # Tue, 14 Nov 2023 22:13:20 GMT
REQUEST = "invalid_request_error"
FAILED = (
    "Failed to generate JSON. Please adjust your prompt. See 'failed_generation' for more details."
)
CALL = "Tool call validation failed: tool call validation failed: "
LIMIT = (
    "Rate limit reached for model `m` in organization `org_x` service tier `on_demand` on {}. "
    "Need more tokens? Upgrade to Dev Tier today at https://console.groq.com/settings/billing"
)


def refusal(
    status: int, body: object, headers: dict[str, str] | None = None, kind: str = "application/json"
) -> APIError:
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    fields = {"content-type": kind, "x-request-id": "req_1", **(headers or {})}
    return decode_error(status, fields, raw, wall_time=NOW)


# status, code, type, message, class
WORDINGS: list[tuple[int, str | None, str | None, str, type[APIError]]] = [
    (401, "invalid_api_key", REQUEST, "Invalid API Key", AuthenticationError),
    (403, None, None, "Access denied. Please check your network settings.", PermissionDeniedError),
    (403, "organization_restricted", None, "restricted", PermissionDeniedError),
    (404, "model_not_found", REQUEST, "The model `X` does not exist", ModelNotFoundError),
    (404, "model_decommissioned", REQUEST, "The model is gone", ModelDecommissionedError),
    (404, "unknown_url", REQUEST, "Unknown request URL: POST /v1/x.", NotFoundError),
    (413, "rate_limit_exceeded", "tokens", "Request too large: Limit 5", RequestTooLargeError),
    (413, "request_too_large", REQUEST, "too large", RequestTooLargeError),
    (422, None, None, "no meaning", UnprocessableEntityError),
    (422, "json_validate_failed", REQUEST, FAILED, JSONValidateFailedError),
    (424, None, None, "the MCP server refused authentication", APIError),
    (408, None, None, "slow", APIError),
    (409, None, None, "conflict", APIError),
    (418, None, None, "a teapot", APIError),
    (429, "rate_limit_exceeded", "tokens", "Rate limit reached", RateLimitError),
    (498, "capacity_exceeded", None, "no capacity", CapacityExceededError),
    (500, None, None, "Internal Server Error", ServerError),
    (501, None, None, "not here", ServerError),
    (503, None, "internal_server_error", "X is currently over capacity.", ServerError),
    (505, None, None, "no such version", ServerError),
    (599, None, None, "who knows", ServerError),
    (400, "model_decommissioned", REQUEST, "has been decommissioned", ModelDecommissionedError),
    (400, "model_terms_required", REQUEST, "requires terms acceptance", BadRequestError),
    (400, "context_length_exceeded", REQUEST, "Please reduce the length", ContextLengthError),
    (400, "tool_use_failed", REQUEST, CALL + "parameters for tool f", ToolUseFailedError),
    (400, "tool_use_failed", REQUEST, CALL + "attempted to call tool 'g'", ToolUseFailedError),
    (400, "tool_use_failed", REQUEST, "Tool choice is required, but", ToolUseFailedError),
    (400, "json_validate_failed", REQUEST, FAILED, JSONValidateFailedError),
    (400, "output_parse_failed", REQUEST, "Parsing failed.", JSONValidateFailedError),
    (400, "organization_restricted", REQUEST, "restricted", BadRequestError),
    (400, "blocked_api_access", REQUEST, "spent", BadRequestError),
    (400, "spend_limit_reached", REQUEST, "spent", BadRequestError),
    (400, None, REQUEST, "`max_tokens` must be less than or equal to `16384`", BadRequestError),
    (400, None, REQUEST, "'messages' must contain the word 'json'", BadRequestError),
    (400, None, REQUEST, "`tool calling` is not supported with this model", BadRequestError),
]
WORTH_RETRYING = {408, 409, 429, 498, 500, 503, 599}


@pytest.mark.parametrize(("status", "code", "kind", "message", "expected"), WORDINGS)
def test_a_known_wording_has_its_class_and_says_whether_to_retry(
    status: int, code: str | None, kind: str | None, message: str, expected: type[APIError]
) -> None:
    wire = {"message": message, "type": kind, "code": code}
    present = {name: value for name, value in wire.items() if value is not None}
    error = refusal(status, {"error": present})

    assert type(error) is expected
    assert (error.status, error.message, error.code, error.type) == (status, message, code, kind)
    assert (error.request_id, error.headers["content-type"]) == ("req_1", "application/json")
    assert (error.param, error.failed_generation, error.retry_after) == (None, None, None)
    assert error.retryable is (status in WORTH_RETRYING)


def test_the_parameter_and_the_failed_generation_are_handed_on() -> None:
    wire = {"message": "m", "param": "messages", "failed_generation": ""}
    error = refusal(400, {"error": wire})

    assert (error.param, error.failed_generation) == ("messages", "")


@pytest.mark.parametrize(
    ("limit", "seconds"),
    [
        ("tokens per minute (TPM): Limit 8000, Used 6670. Please try again in 34.1475s", 34.1475),
        ("tokens per day (TPD): Limit 200000. Please try again in 2m28.608s", 148.608),
        ("requests per minute (RPM): Limit 30. Please try again in 2s", 2.0),
        ("seconds of audio per hour (ASPH): Limit 7200. Please try again in 7.2ms", 0.0072),
        ("output tokens per minute (OTPM): Limit 5. Please try again in 350\u00b5s", 0.00035),
        ("requests per day (RPD): Limit 1000. Please try again in 1h2m3.5s", 3723.5),
        ("requests per day (RPD): Limit 1000. Please try again later", None),
    ],
)
def test_the_message_of_a_limit_says_how_long_to_wait(limit: str, seconds: float | None) -> None:
    error = refusal(429, {"error": {"message": LIMIT.format(limit)}})

    assert error.retry_after == (None if seconds is None else pytest.approx(seconds))


# Foreign forms


@pytest.mark.parametrize(
    ("body", "message"),
    [
        (b'{"error":"model is loading"}', "model is loading"),
        (b'{"detail":"Not Found"}', "Not Found"),
        (b'{"detail":[{"msg":"field required"}]}', '[{"msg": "field required"}]'),
        (b'{"type":"about:blank","title":"Busy","status":503}', "Busy"),
        (b'{"title":"Busy","detail":"come back later"}', "come back later"),
        (b'{"message":"flat"}', "flat"),
        (b'"just text"', "just text"),
        (b"plain text", "plain text"),
        (b"  \n", "The service answered with status 503 and no explanation."),
        (b"", "The service answered with status 503 and no explanation."),
        (b"{}", "The service gave no explanation."),
        (b"[]", "The service gave no explanation."),
        (b'{"error":{}}', "The service gave no explanation."),
        (b'{"error":null}', "The service gave no explanation."),
        (b'{"error":{"message":""}}', "The service gave no explanation."),
        (b'{"error":{"message":{"a":1}}}', '{"a": 1}'),
        (b"<html>x</html>", "A proxy answered with status 503 and a web page."),
        (b'{"error":{"message":"half \\ud800"}}', "half \ufffd"),
        (b"\xff\xfe", "\ufffd\ufffd"),
        (b"[" * 100_000, "[" * 300),
        (b'{"error":' + b"9" * 5000 + b"}", '{"error":' + "9" * 291),
    ],
)
def test_a_body_of_any_form_gives_a_message(body: bytes, message: str) -> None:
    error = refusal(503, body)

    assert type(error) is ServerError
    assert error.message == message
    assert str(error).encode()


def test_a_web_page_is_known_by_its_type_too() -> None:
    assert "web page" in refusal(403, b"error code: 1010", kind="text/html").message


def test_an_integer_code_is_kept_as_text() -> None:
    error = refusal(404, {"error": {"message": "m", "code": 404, "param": None, "type": ""}})

    assert (error.code, error.param, error.type) == ("404", None, None)


def test_a_failed_generation_that_is_an_object_is_kept_as_text() -> None:
    wire = {"message": "m", "code": "tool_use_failed", "failed_generation": {"name": "f"}}

    assert refusal(400, {"error": wire}).failed_generation == '{"name": "f"}'


@given(st.integers(400, 599), st.binary(), st.sampled_from(["application/json", "text/html", ""]))
def test_no_body_raises_a_foreign_exception(status: int, body: bytes, kind: str) -> None:
    assert isinstance(refusal(status, body, kind=kind), APIError)


JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=10,
)
MEMBERS = (
    "error",
    "message",
    "code",
    "type",
    "param",
    "failed_generation",
    "status_code",
    "detail",
)


@given(st.dictionaries(st.sampled_from(MEMBERS), JSON_VALUES))
def test_no_members_raise_a_foreign_exception(wire: dict[str, Any]) -> None:
    for value in (wire, {"error": wire}):
        assert str(refusal(400, value)).encode()
        assert str(decode_stream_error(json.dumps(value))).encode()
        assert isinstance(decode_stream_error(value), APIError)


# In a stream


@pytest.mark.parametrize(
    ("wire", "kind", "status"),
    [
        ({"code": "tool_use_failed", "status_code": 400}, ToolUseFailedError, 400),
        ({"code": "rate_limit_exceeded", "status_code": 429}, RateLimitError, 429),
        ({"code": "rate_limit_exceeded"}, RateLimitError, 0),
        ({"code": "json_validate_failed"}, JSONValidateFailedError, 0),
        ({"code": "invalid_api_key"}, AuthenticationError, 0),
        ({"code": 503}, ServerError, 503),
        ({"code": 5}, APIError, 0),
        ({"status": True}, APIError, 0),
        ({"code": "something new"}, APIError, 0),
    ],
)
def test_an_error_in_a_stream_has_the_class_of_its_status_or_code(
    wire: dict[str, Any], kind: type[APIError], status: int
) -> None:
    error = decode_stream_error(json.dumps({"error": {"message": "m", **wire}}))

    assert (type(error), error.status) == (kind, status)


# Waiting and retrying


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"retry-after": "6"}, 6.0),
        ({"retry-after": " 1.5 "}, 1.5),
        ({"retry-after": "0"}, 0.0),
        ({"retry-after": "600"}, 600.0),
        ({"retry-after-ms": "250"}, 0.25),
        ({"retry-after-ms": "250", "retry-after": "9"}, 0.25),
        ({"retry-after-ms": "soon", "retry-after": "9"}, 9.0),
        ({"retry-after": "Tue, 14 Nov 2023 22:13:50 GMT"}, 30.0),
        ({"retry-after": "Tue, 14 Nov 2023 22:13:50 -0000"}, 30.0),
        ({"retry-after": "Tuesday, 14-Nov-23 22:13:50 GMT"}, 30.0),
        ({"retry-after": "Tue, 14 Nov 2023 22:00:00 GMT"}, 0.0),
        ({"retry-after": "2m28.608s"}, 148.608),
        ({"retry-after": "7.44ms"}, 0.00744),
        *(
            ({"retry-after": garbage}, None)
            for garbage in ("nan", "inf", "-5", "-inf", "9" * 35, "1e3", "1_000", "", "soon")
        ),
        *(
            ({"retry-after": garbage}, None)
            for garbage in ("\u0665", "0x10", "Tue, 99 Nov 2023 99:99:99 GMT", ",", "1 2", "+5")
        ),
        ({}, None),
    ],
)
def test_how_long_to_wait_is_read_or_not_known(
    headers: dict[str, str], seconds: float | None
) -> None:
    found = retry_after_seconds(headers, wall_time=NOW)

    assert found == (None if seconds is None else pytest.approx(seconds))


@given(st.text(max_size=60))
def test_any_retry_after_is_a_finite_number_or_none(text: str) -> None:
    for name in ("retry-after", "retry-after-ms"):
        found = retry_after_seconds({name: text}, wall_time=NOW)
        assert found is None or (math.isfinite(found) and found >= 0)


def test_the_header_is_worth_more_than_the_message() -> None:
    wire = {"error": {"message": "Please try again in 5.1675s."}}

    assert refusal(429, wire, {"retry-after": "6"}).retry_after == 6.0
    assert refusal(429, wire, {"retry-after": "nonsense"}).retry_after == 5.1675


@pytest.mark.parametrize(("wish", "retryable"), [("true", True), ("FALSE", False)])
@pytest.mark.parametrize("status", [400, 401, 429, 503])
def test_x_should_retry_decides(wish: str, retryable: bool, status: int) -> None:
    assert refusal(status, {}, {"x-should-retry": wish}).retryable is retryable


def test_any_other_x_should_retry_decides_nothing() -> None:
    assert refusal(429, {}, {"x-should-retry": "maybe"}).retryable
    assert not refusal(400, {}, {"x-should-retry": ""}).retryable


# The tree


def test_every_error_of_the_front_door_is_a_groq_error() -> None:
    errors = [getattr(client, name) for name in client.__all__ if name.endswith("Error")]
    drawn = re.findall(r"─ (\w+)", inspect.getdoc(client.errors) or "")

    assert {error.__name__ for error in errors} == {*drawn, "GroqError"}
    assert all(issubclass(error, GroqError) for error in errors)


def test_ours_can_be_caught_as_the_builtin_ones() -> None:
    assert issubclass(ConnectionError, builtins.ConnectionError)
    assert issubclass(TimeoutError, builtins.TimeoutError)
    assert issubclass(ValidationError, ValueError)


@pytest.mark.parametrize(
    ("phase", "retryable"),
    [("connect", True), ("first byte", True), ("idle", True), ("pool", False), ("total", False)],
)
def test_a_timeout_says_whether_trying_again_may_help(phase: str, retryable: bool) -> None:
    assert TimeoutError("late", phase=phase).retryable is retryable


@pytest.mark.parametrize(
    "error",
    [
        APIError("m", status=429, code="c", headers={"a": "b"}, retry_after=2.0),
        TimeoutError("late", phase="idle"),
        CircuitOpenError("open", retry_after=3.0),
        StreamError("broke", partial=AssistantMessage(content="half")),
        ConnectionError("gone"),
    ],
)
def test_an_error_survives_pickling(error: GroqError) -> None:
    copy = pickle.loads(pickle.dumps(error))

    assert type(copy) is type(error)
    assert str(copy) == str(error)
    assert vars(copy) == vars(error)
