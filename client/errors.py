"""Everything that can go wrong, in one tree. No I/O.

GroqError
├── ValidationError                    ours: refused before anything was sent
├── APIError                           the service answered with an error
│   ├── BadRequestError                400
│   │   ├── ContextLengthError
│   │   ├── ToolUseFailedError         .failed_generation
│   │   ├── JSONValidateFailedError    .failed_generation
│   │   └── ModelDecommissionedError
│   ├── AuthenticationError            401
│   ├── PermissionDeniedError          403
│   ├── NotFoundError                  404
│   │   └── ModelNotFoundError
│   ├── RequestTooLargeError           413
│   ├── UnprocessableEntityError       422
│   ├── RateLimitError                 429
│   ├── CapacityExceededError          498
│   └── ServerError                    5xx
├── TransportError                     the service was not reached, or what came was not its answer
│   ├── ConnectionError
│   ├── TimeoutError
│   ├── UnrecordedRequestError         a replay holds no answer: .differences
│   └── ProtocolError
│       ├── UnexpectedContentTypeError
│       ├── ResponseTooLargeError
│       └── RedirectError
├── StreamError                        it broke after it began: .partial, .error
│   └── StreamInterruptedError
└── CircuitOpenError                   not sent: the circuit breaker is open, .retry_after
"""

import builtins
from collections.abc import Mapping
from typing import TYPE_CHECKING, ClassVar, Final

if TYPE_CHECKING:
    from client.types.messages import AssistantMessage

_NO_HEADERS: Final[Mapping[str, str]] = {}


class GroqError(Exception):
    """Any error of this package. ``retryable`` says whether sending it again may help."""

    retryable: bool = False


class ValidationError(GroqError, ValueError):
    """The request or the configuration is wrong; nothing was sent."""


class APIError(GroqError):
    """The service answered with an error.

    Attributes:
        status: HTTP status; for an error inside a stream the one it names, else 0.
        message: the service's own words.
        code: such as ``rate_limit_exceeded``; often absent.
        type: such as ``invalid_request_error``; sometimes absent.
        param: the parameter at fault, where it is named.
        request_id: what to quote to support.
        headers: of the response, names in lower case.
        retry_after: seconds to wait, from the headers or else from the message; ``None`` unknown.
        failed_generation: what the model wrote when a tool call or JSON answer failed.

    """

    fault: ClassVar[str] = "The service refused the request"

    def __init__(
        self,
        message: str,
        *,
        status: int = 0,
        code: str | None = None,
        type: str | None = None,  # noqa: A002 - the service's own name for it
        param: str | None = None,
        request_id: str | None = None,
        headers: Mapping[str, str] = _NO_HEADERS,
        retry_after: float | None = None,
        failed_generation: str | None = None,
    ) -> None:
        self.message = message
        self.status = status
        self.code = code
        self.type = type
        self.param = param
        self.request_id = request_id
        self.headers = headers
        self.retry_after = retry_after
        self.failed_generation = failed_generation
        super().__init__(message)

    def __str__(self) -> str:
        place = " ".join(str(part) for part in (self.status or None, self.code) if part)
        tail = f" (request {self.request_id})" if self.request_id else ""
        return f"{place}: {self.message}{tail}" if place else f"{self.message}{tail}"

    @property
    def retryable(self) -> bool:  # type: ignore[override] # decided per answer
        """Whether the same request may succeed later; ``x-should-retry`` is authoritative."""
        wish = self.headers.get("x-should-retry", "").strip().lower()
        if wish in ("true", "false"):
            return wish == "true"
        return self._worth_retrying()

    def _worth_retrying(self) -> bool:
        return self.status in (408, 409)


class BadRequestError(APIError):
    """400: the request is wrong as it stands."""


class ContextLengthError(BadRequestError):
    """The conversation and the answer do not fit the model's context window."""


class ToolUseFailedError(BadRequestError):
    """The model's tool call failed the service's check; ``failed_generation`` has its words."""


class JSONValidateFailedError(BadRequestError):
    """The model's answer is not the JSON asked for; ``failed_generation`` has its words."""


class ModelDecommissionedError(BadRequestError):
    """The model no longer exists."""


class AuthenticationError(APIError):
    """401: the API key is missing or wrong."""


class PermissionDeniedError(APIError):
    """403: the key, the organisation or the network may not do this."""


class NotFoundError(APIError):
    """404: no such thing at this address."""


class ModelNotFoundError(NotFoundError):
    """No such model, or no access to it."""


class RequestTooLargeError(APIError):
    """413: the request is larger than any limit allows; waiting does not help."""


class UnprocessableEntityError(APIError):
    """422: well formed, but without meaning to the service."""


class RateLimitError(APIError):
    """429: a limit is used up; ``retry_after`` says for how long."""

    def _worth_retrying(self) -> bool:
        return True


class CapacityExceededError(APIError):
    """498: the flex tier has no capacity at this moment."""

    def _worth_retrying(self) -> bool:
        return True


class ServerError(APIError):
    """5xx: the service or a proxy before it failed."""

    def _worth_retrying(self) -> bool:
        return self.status not in (501, 505)


class TransportError(GroqError):
    """The service was not reached, or what came back was not its answer."""


class ConnectionError(TransportError, builtins.ConnectionError):  # noqa: A001 - design: the tree
    """No connection, or it broke before the answer was whole.

    ``phase`` is "connect" when it never stood, so that nothing was sent.
    """

    retryable = True

    def __init__(self, message: str, *, phase: str = "") -> None:
        self.phase = phase
        super().__init__(message)


class TimeoutError(TransportError, builtins.TimeoutError):  # noqa: A001 - design: the tree
    """A clock ran out; ``phase`` names it: connect, first byte, idle, total, write or pool."""

    # The default is for unpickling, which hands over the message alone.
    def __init__(self, message: str, *, phase: str = "") -> None:
        self.phase = phase
        self.retryable = phase not in ("pool", "total")
        super().__init__(message)


class UnrecordedRequestError(TransportError):
    """The recording holds no answer to this request.

    Attributes:
        differences: what differs from the nearest recorded request, one place each.

    """

    def __init__(self, message: str, *, differences: tuple[str, ...] = ()) -> None:
        self.differences = differences
        super().__init__(message)


class ProtocolError(TransportError):
    """The bytes do not form an answer of this service."""


class UnexpectedContentTypeError(ProtocolError):
    """An answer of another kind than asked for, such as a login page."""


class ResponseTooLargeError(ProtocolError):
    """The answer grew past the bound set for it."""


class RedirectError(ProtocolError):
    """The service redirected; a key is never carried to another address."""


class StreamError(GroqError):
    """A streamed reply broke after it began.

    ``partial`` is the message so far; ``error`` the service's own error where it sent one.
    """

    def __init__(
        self,
        message: str,
        *,
        partial: "AssistantMessage | None" = None,
        error: APIError | None = None,
    ) -> None:
        self.partial = partial
        self.error = error
        super().__init__(message)


class StreamInterruptedError(StreamError):
    """The stream ended, stalled or was cut before it was complete."""


class CircuitOpenError(GroqError):
    """Not sent: the circuit breaker is open for another ``retry_after`` seconds."""

    retryable = True

    def __init__(self, message: str, *, retry_after: float = 0.0) -> None:
        self.retry_after = retry_after
        super().__init__(message)
