"""Refusals of the service, in its own words: status, body and headers. No I/O."""

from collections.abc import Sequence
from urllib.parse import quote

from workbench.simulator import wire
from workbench.simulator.wire import JSONObject

INVALID_REQUEST = "invalid_request_error"

Header = tuple[str, str]


class APIError(Exception):
    """A request that the service refuses; carries the whole answer."""

    def __init__(
        self,
        status: int,
        error: JSONObject | None = None,
        *,
        headers: Sequence[Header] = (),
        body: bytes | None = None,
        content_type: str = "application/json",
    ) -> None:
        super().__init__(status, error)
        self.status = status
        self.error: JSONObject = error or {}
        self.headers = tuple(headers)
        self.content_type = content_type
        self.body = wire.document({"error": self.error}) if body is None else body

    def as_event(self) -> bytes:
        """The same refusal in the middle of a stream, which then ends without `[DONE]`."""
        inner: JSONObject = {**self.error, "status_code": self.status}
        return wire.event({"error": inner}, name="error")


def error_of(
    message: str,
    *,
    type_: str = INVALID_REQUEST,
    param: str | None = None,
    code: str | None = None,
    failed_generation: str | None = None,
) -> JSONObject:
    """The `error` member; what is not known is left out, never null."""
    error: JSONObject = {"message": message, "type": type_}
    if param is not None:
        error["param"] = param
    if code is not None:
        error["code"] = code
    if failed_generation is not None:
        error["failed_generation"] = failed_generation
    return error


def bad_request(
    message: str,
    *,
    param: str | None = None,
    code: str | None = None,
    failed_generation: str | None = None,
) -> APIError:
    """A 400."""
    return APIError(
        400, error_of(message, param=param, code=code, failed_generation=failed_generation)
    )


def invalid_api_key() -> APIError:
    """The key is missing or wrong."""
    return APIError(401, error_of("Invalid API Key", code="invalid_api_key"))


def unknown_url(method: str, path: str) -> APIError:
    """Nothing lives at this path."""
    return APIError(
        404,
        error_of(
            f"Unknown request URL: {method} {path}. Please check the URL for typos, or see the "
            "docs at https://console.groq.com/docs/",
            code="unknown_url",
        ),
    )


def model_not_found(model: str) -> APIError:
    """The model is unknown, or this organisation may not use it."""
    return APIError(
        404,
        error_of(
            f"The model `{model}` does not exist or you do not have access to it.",
            code="model_not_found",
        ),
    )


def model_decommissioned(model: str) -> APIError:
    """The model has been retired."""
    return bad_request(
        f"The model `{model}` has been decommissioned and is no longer supported. Please refer to "
        "https://console.groq.com/docs/deprecations for a recommendation on which model to use "
        "instead.",
        code="model_decommissioned",
    )


def model_terms_required(model: str) -> APIError:
    """Nobody of the organisation has accepted the model's terms yet."""
    return bad_request(
        f"The model `{model}` requires terms acceptance. Please have the org admin accept the "
        f"terms at https://console.groq.com/playground?model={quote(model, safe='')}",
        code="model_terms_required",
    )


def not_supported(feature: str, *, param: str | None = None) -> APIError:
    """The model lacks a feature."""
    return bad_request(f"`{feature}` is not supported with this model", param=param)


def context_length_exceeded() -> APIError:
    """Prompt and completion do not fit the model's context window."""
    return bad_request(
        "Please reduce the length of the messages or completion.",
        param="messages",
        code="context_length_exceeded",
    )


def over_capacity(model: str) -> APIError:
    """A 503: too many people are asking this model."""
    return APIError(
        503,
        error_of(
            f"{model} is currently over capacity. Please try again and back off exponentially. "
            "Visit https://groqstatus.com to see if there is an active incident.",
            type_="internal_server_error",
        ),
    )


def request_too_large() -> APIError:
    """The body is larger than the service takes."""
    return APIError(413, error_of("Request Entity Too Large", code="request_too_large"))
