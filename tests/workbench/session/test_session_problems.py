"""Errors as a person needs them."""

import pytest

from client import (
    APIError,
    AssistantMessage,
    AuthenticationError,
    ConnectionError,  # noqa: A004 - the client's
    GroqError,
    ModelDecommissionedError,
    RateLimitError,
    RequestTooLargeError,
    ServerError,
    StreamError,
    StreamInterruptedError,
    TimeoutError,  # noqa: A004 - the client's
    ToolUseFailedError,
    UnexpectedContentTypeError,
    UnrecordedRequestError,
    ValidationError,
)
from workbench.session.problems import problem_of

EVERY_KIND: list[GroqError] = [
    ValidationError("`temperature`: too much."),
    AuthenticationError("Invalid API Key", status=401),
    ModelDecommissionedError("The model `x` has been decommissioned", status=400),
    RequestTooLargeError("Request too large", status=413),
    RateLimitError("Rate limit reached", status=429, retry_after=5.1675),
    ServerError("over capacity", status=503),
    APIError("I am a teapot", status=418),
    ConnectionError("No connection to api.groq.com"),
    TimeoutError("No answer", phase="first byte"),
    UnexpectedContentTypeError("text/html"),
    UnrecordedRequestError("session.har holds no further answer."),
    StreamInterruptedError("The stream stalled.", partial=AssistantMessage(content="Half")),
    StreamError("bad", error=ToolUseFailedError("Tool choice is required", status=400)),
]


@pytest.mark.parametrize("error", EVERY_KIND, ids=lambda error: type(error).__name__)
def test_every_error_says_what_happened_and_what_was_kept(error: GroqError) -> None:
    problem = problem_of(error, now=100.0)

    assert problem.title
    assert problem.explanation
    assert problem.kept
    assert "Error" not in problem.title


def test_the_wait_of_a_rate_limit_is_a_moment_on_the_clock() -> None:
    problem = problem_of(RateLimitError("slow down", status=429, retry_after=5.1675), now=100.0)

    assert problem.retry_at == pytest.approx(105.1675)
    assert problem.retryable


def test_a_recording_without_an_answer_is_no_fault_of_the_address() -> None:
    problem = problem_of(UnrecordedRequestError("session.har holds no further answer."), now=0.0)
    assert problem.title == "Not in the recording"
    assert "base URL" not in problem.advice


def test_a_model_that_is_gone_offers_another() -> None:
    assert problem_of(ModelDecommissionedError("gone", status=400), now=0.0).other_model


def test_a_partial_answer_is_said_to_be_kept_only_if_there_is_one() -> None:
    some = StreamInterruptedError("cut", partial=AssistantMessage(content="Half"))
    none = StreamInterruptedError("cut", partial=AssistantMessage())

    assert "incomplete" in problem_of(some, now=0.0).kept
    assert "incomplete" not in problem_of(none, now=0.0).kept


def test_an_error_inside_a_stream_is_told_like_the_same_error_outside() -> None:
    inside = StreamError("x", error=ToolUseFailedError("Tool choice is required", status=400))

    assert problem_of(inside, now=0.0).title == "The model's tool call was not valid"
