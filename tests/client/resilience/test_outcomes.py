"""What the end of a call says of the service's health."""

import asyncio

import pytest

from client import (
    APIError,
    CapacityExceededError,
    ConnectionError,  # noqa: A004 - the client's
    GroqError,
    ProtocolError,
    RateLimitError,
    RedirectError,
    ResponseTooLargeError,
    ServerError,
    StreamError,
    StreamInterruptedError,
    TimeoutError,  # noqa: A004 - the client's
    UnexpectedContentTypeError,
    ValidationError,
)
from client.resilience.circuit_breaker import Outcome
from client.resilience.outcomes import circuit_key, nothing_was_sent, outcome_of, reason_of


def closed() -> ConnectionError:
    error = ConnectionError("The client is closed.")
    error.retryable = False
    return error


def interrupted(cause: GroqError | None = None) -> StreamInterruptedError:
    error = StreamInterruptedError("It broke.")
    error.__cause__ = cause
    return error


OUTCOMES: list[tuple[BaseException | None, Outcome]] = [
    (None, "success"),
    *((APIError("x", status=status), "success") for status in (400, 401, 403, 404, 408, 413, 422)),
    (RateLimitError("x", status=429), "neutral"),
    (CapacityExceededError("x", status=498), "neutral"),
    *((ServerError("x", status=status), "failure") for status in (500, 502, 503, 504, 529)),
    (ServerError("x", status=501), "success"),
    (ServerError("x", status=505), "success"),
    (ConnectionError("x"), "failure"),
    (ConnectionError("x", phase="connect"), "connect failure"),
    (TimeoutError("x", phase="connect"), "connect failure"),
    *((TimeoutError("x", phase=phase), "failure") for phase in ("first byte", "idle", "write")),
    (TimeoutError("x", phase="pool"), "neutral"),
    (TimeoutError("x", phase="total"), "neutral"),
    (closed(), "neutral"),
    (ProtocolError("x"), "failure"),
    (RedirectError("x"), "success"),
    (UnexpectedContentTypeError("x"), "success"),
    (ResponseTooLargeError("x"), "success"),
    (interrupted(), "failure"),
    (interrupted(ConnectionError("x")), "failure"),
    (interrupted(ResponseTooLargeError("x")), "failure"),
    (interrupted(closed()), "neutral"),
    (interrupted(TimeoutError("x", phase="total")), "neutral"),
    (StreamError("x", error=APIError("x", status=400)), "success"),
    (StreamError("x", error=RateLimitError("x", status=429)), "neutral"),
    (StreamError("x", error=ServerError("x", status=503)), "failure"),
    (ValidationError("x"), "neutral"),
    (asyncio.CancelledError(), "neutral"),
    (KeyError("x"), "neutral"),
]


@pytest.mark.parametrize(("error", "outcome"), OUTCOMES, ids=repr)
def test_what_an_end_says_of_the_service(error: BaseException | None, outcome: Outcome) -> None:
    assert outcome_of(error) == outcome


@pytest.mark.parametrize(
    ("error", "unsent"),
    [
        (ConnectionError("x", phase="connect"), True),
        (TimeoutError("x", phase="connect"), True),
        (TimeoutError("x", phase="pool"), True),
        (ConnectionError("x"), False),
        (TimeoutError("x", phase="first byte"), False),
        (ServerError("x", status=503), False),
        (asyncio.CancelledError(), False),
    ],
    ids=repr,
)
def test_only_what_never_connected_sent_nothing(error: BaseException, unsent: bool) -> None:
    assert nothing_was_sent(error) is unsent


@pytest.mark.parametrize(
    ("error", "reason"),
    [
        (RateLimitError("x", status=429), "a rate limit is reached"),
        (CapacityExceededError("x", status=498), "the service has no capacity"),
        (ServerError("x", status=503), "the service answered with status 503"),
        (TimeoutError("x", phase="first byte"), "no answer in time (first byte)"),
        (TimeoutError("x"), "no answer in time"),
        (ConnectionError("x", phase="connect"), "no connection"),
        (ConnectionError("x"), "the connection broke"),
    ],
    ids=repr,
)
def test_the_reason_of_a_retry_is_said_in_a_few_words(error: GroqError, reason: str) -> None:
    assert reason_of(error) == reason


@pytest.mark.parametrize(
    ("url", "key"),
    [
        ("https://api.groq.com/openai/v1/chat/completions", ("api.groq.com", "chat")),
        ("https://api.groq.com/openai/v1/audio/speech", ("api.groq.com", "audio")),
        ("https://api.groq.com/openai/v1/models/openai/gpt-oss-20b", ("api.groq.com", "models")),
        ("http://127.0.0.1:8787/v1/models", ("127.0.0.1:8787", "models")),
        ("https://gateway.example/groq/chat", ("gateway.example", "groq")),
        ("https://gateway.example/v1", ("gateway.example", "v1")),
        ("https://gateway.example", ("gateway.example", "")),
    ],
)
def test_a_circuit_is_one_family_of_endpoints_of_one_host(url: str, key: tuple[str, str]) -> None:
    assert circuit_key(url) == key
