"""Errors as a person needs them: what happened, what was kept, what to do."""

from dataclasses import dataclass
from typing import Final

from client import (
    APIError,
    AuthenticationError,
    CapacityExceededError,
    ConnectionError,  # noqa: A004 - the client's
    ContextLengthError,
    GroqError,
    JSONValidateFailedError,
    ModelDecommissionedError,
    ModelNotFoundError,
    PermissionDeniedError,
    RateLimitError,
    RequestTooLargeError,
    ServerError,
    StreamError,
    TimeoutError,  # noqa: A004 - the client's
    ToolUseFailedError,
    TransportError,
    UnexpectedContentTypeError,
    UnrecordedRequestError,
    ValidationError,
)

_QUESTION_KEPT = "Your question is kept."
_PARTIAL_KEPT = "What had arrived is kept, marked as incomplete."


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """One thing that went wrong.

    Attributes:
        title: a few words.
        explanation: what happened, in the service's words where it has some.
        kept: what was not lost.
        advice: what to do next.
        retry_at: when it may be asked again, on the client's monotonic clock; ``None`` when the
            service named no time.
        retryable: whether asking again may help.
        other_model: whether choosing another model is the way out.
        request_id: what to quote to the service's support.
    """

    title: str
    explanation: str
    kept: str = _QUESTION_KEPT
    advice: str = ""
    retry_at: float | None = None
    retryable: bool = False
    other_model: bool = False
    request_id: str | None = None


_REFUSALS: Final = (
    (
        (AuthenticationError,),
        "The API key was not accepted",
        "Check GROQ_API_KEY, then start again. Keys: https://console.groq.com/keys",
        False,
    ),
    (
        (PermissionDeniedError,),
        "Access denied",
        "Check your network (VPN, region) and what your organisation may use.",
        False,
    ),
    (
        (ModelDecommissionedError, ModelNotFoundError),
        "This model is not available",
        "Choose another model.",
        True,
    ),
    (
        (ContextLengthError,),
        "The conversation is too long for this model",
        "Begin a new chat, or choose a model with a larger context.",
        True,
    ),
    (
        (RequestTooLargeError,),
        "The request is larger than the limit",
        "Waiting does not help: shorten the conversation or lower the maximum tokens.",
        False,
    ),
    ((RateLimitError,), "Rate limit reached", "Ask again when the time is over.", False),
    ((CapacityExceededError,), "No capacity at this moment", "Ask again in a moment.", False),
    (
        (ToolUseFailedError,),
        "The model's tool call was not valid",
        "Ask again, lower the temperature, or choose another model.",
        False,
    ),
    (
        (JSONValidateFailedError,),
        "The model's answer was not the JSON asked for",
        "Ask again, lower the temperature, or choose another model.",
        False,
    ),
    (
        (ServerError,),
        "The service failed",
        "Ask again in a moment. Its state: https://groqstatus.com",
        False,
    ),
)


def problem_of(error: GroqError, *, now: float) -> Problem:
    """What to tell a person of an error; ``now`` is the client's monotonic clock, in seconds."""
    if isinstance(error, StreamError):
        return _broken_stream(error, now)
    if isinstance(error, APIError):
        return _refusal(error, now)
    if isinstance(error, TransportError):
        return _unreached(error)
    if isinstance(error, ValidationError):
        return Problem(
            title="Not sent",
            explanation=str(error),
            advice="Correct the parameter in the side panel, then ask again.",
        )
    return Problem(title="It did not work", explanation=str(error), retryable=error.retryable)


def _broken_stream(error: StreamError, now: float) -> Problem:
    partial = error.partial is not None and bool(error.partial.text or error.partial.reasoning)
    kept = _PARTIAL_KEPT if partial else _QUESTION_KEPT
    if error.error is not None:
        inner = _refusal(error.error, now)
        return Problem(
            title=inner.title,
            explanation=inner.explanation,
            kept=kept,
            advice=inner.advice,
            retry_at=inner.retry_at,
            retryable=inner.retryable,
            other_model=inner.other_model,
            request_id=inner.request_id,
        )
    return Problem(
        title="The answer broke off",
        explanation=str(error),
        kept=kept,
        advice="Ask again for a whole answer.",
        retryable=True,
    )


def _refusal(error: APIError, now: float) -> Problem:
    title, advice, other_model = _title_and_advice(error)
    return Problem(
        title=title,
        explanation=error.message,
        advice=advice,
        retry_at=None if error.retry_after is None else now + error.retry_after,
        retryable=error.retryable,
        other_model=other_model,
        request_id=error.request_id,
    )


def _title_and_advice(error: APIError) -> tuple[str, str, bool]:
    """A title, what to do, and whether another model is the way out."""
    for kinds, title, advice, other_model in _REFUSALS:
        if isinstance(error, kinds):
            return title, advice, other_model
    return "The service refused the request", "", False


def _unreached(error: TransportError) -> Problem:
    match error:
        case TimeoutError():
            title = "No answer in time"
            advice = "Ask again; if it lasts, check your network."
        case ConnectionError():
            title = "The service cannot be reached"
            advice = "Check your network connection, then ask again."
        case UnexpectedContentTypeError():
            title = "This is not the service"
            advice = "Check the network's login page, and the base URL."
        case UnrecordedRequestError():
            title = "Not in the recording"
            advice = "Ask what was asked in it, or start again without --replay."
        case _:
            title = "The answer cannot be understood"
            advice = "Check the base URL, then ask again."
    return Problem(title=title, explanation=str(error), advice=advice, retryable=error.retryable)
