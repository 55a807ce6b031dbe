"""The real answer for each status that a fault can ask for. No I/O."""

from math import ceil

from workbench.simulator import errors
from workbench.simulator.buckets import Bucket, go_duration
from workbench.simulator.errors import APIError, Header, error_of
from workbench.simulator.quota import (
    SHOWN,
    WINDOWS,
    Dimension,
    Quota,
    Subject,
    rate_limited,
    too_large,
)

#: Every status that `status=` knows.
STATUSES = (400, 401, 403, 404, 408, 409, 413, 422, 424, 429, 498, 500, 502, 503, 504)

_PAGE = """<html>
<head><title>{status} {reason}</title></head>
<body>
<center><h1>{status} {reason}</h1></center>
<hr><center>cloudflare</center>
</body>
</html>
"""
_REASONS = {
    403: "Forbidden",
    404: "Not Found",
    500: "Internal Server Error",
    502: "Bad Gateway",
    503: "Service Temporarily Unavailable",
    504: "Gateway Time-out",
}


def failure(
    status: int, subject: Subject, *, quota: Quota, retry_after: float | None = None
) -> APIError:
    """The refusal with this status, in the service's own words where they are known."""
    if status == 429:
        return _rate_limited(subject, quota, 2.0 if retry_after is None else retry_after)
    error = _plain(status, subject)
    if retry_after is not None:
        error.headers = (*error.headers, ("retry-after", str(ceil(retry_after))))
    return error


def page(status: int) -> APIError:
    """A proxy's page instead of the service's answer."""
    text = _PAGE.format(status=status, reason=_REASONS.get(status, "Error"))
    return APIError(status, body=text.encode(), content_type="text/html")


def _plain(status: int, subject: Subject) -> APIError:
    match status:
        case 401:
            return errors.invalid_api_key()
        case 403:
            message = "Access denied. Please check your network settings."
            return APIError(403, {"message": message})
        case 404:
            return errors.model_not_found(subject.model)
        case 413:
            return too_large(subject, "TPM", 8000, 9001)
        case 498:
            message = (
                f"Flex tier capacity exceeded for model `{subject.model}`. Please try again later."
            )
            return APIError(
                498, error_of(message, type_="capacity_exceeded", code="capacity_exceeded")
            )
        case 503:
            return errors.over_capacity(subject.model)
        case 502 | 504:
            return page(status)
        case 500:
            return APIError(500, error_of("Internal Server Error", type_="internal_server_error"))
    return APIError(status, error_of(_MESSAGES[status]))


_MESSAGES = {
    400: "The request could not be understood. Please check its syntax.",
    408: "The request took too long to arrive.",
    409: "The request conflicts with another one.",
    422: "The request was well-formed but could not be followed due to semantic errors.",
    424: "A dependent request failed: the remote MCP server refused authentication.",
}


# What is refused for, first by the short window; and limits for models that have none.
_SPANS: dict[str, tuple[Dimension, Dimension]] = {"text": ("TPM", "TPD"), "audio": ("ASPH", "ASPD")}
_USUAL: dict[Dimension, int] = {"TPM": 8000, "TPD": 200_000, "ASPH": 7200, "ASPD": 28_800}


def _rate_limited(subject: Subject, quota: Quota, wait: float) -> APIError:
    """A 429 whose numbers, in text and headers, explain the wait that was asked for."""
    short, long = _SPANS["audio" if quota.bucket("ASPH") else "text"]
    dimension = short if wait <= WINDOWS[short] / 2 else long
    bucket = quota.bucket(dimension)
    limit, window = bucket.limit if bucket else _USUAL[dimension], WINDOWS[dimension]
    # Rounded down, so that waiting for `retry-after` is never too short.
    missing = int(wait * limit / window)
    requested = min(limit, max(limit // 2, missing))
    spent = Bucket(limit=limit, window=window, level=float(requested - missing), at=0.0)
    headers = _told(quota.headers(), dimension, spent)
    error = rate_limited(subject, dimension, spent, requested, headers)
    error.headers = (("retry-after", str(ceil(wait))), *headers)
    return error


def _told(headers: list[Header], dimension: Dimension, bucket: Bucket) -> list[Header]:
    """The rate-limit headers with the bucket that the refusal speaks of."""
    told = {
        header: text
        for name, shown in SHOWN
        if shown == dimension
        for header, text in (
            (f"x-ratelimit-remaining-{name}", str(bucket.remaining)),
            (f"x-ratelimit-reset-{name}", go_duration(bucket.reset)),
        )
    }
    return [(name, told.get(name, text)) for name, text in headers]
