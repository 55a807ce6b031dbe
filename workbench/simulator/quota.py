"""Rate limits of one organisation and model: admit, settle, and say so in headers. No I/O."""

from dataclasses import dataclass
from typing import Literal

from workbench.simulator.buckets import (
    Bucket,
    go_duration,
    time_to_wait,
    whole_seconds,
)
from workbench.simulator.errors import APIError, Header, error_of
from workbench.simulator.settings import Limits, Plan

Dimension = Literal["RPM", "RPD", "TPM", "TPD"]

_MINUTE, _DAY = 60.0, 86_400.0
_LABELS: dict[Dimension, str] = {
    "RPM": "requests per minute (RPM)",
    "RPD": "requests per day (RPD)",
    "TPM": "tokens per minute (TPM)",
    "TPD": "tokens per day (TPD)",
}
_UPGRADE = (
    "Need more tokens? Upgrade to Dev Tier today at https://console.groq.com/settings/billing"
)
_READ_ON = "Visit https://console.groq.com/docs/rate-limits for more information."


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """Whose limits are meant, as refusals name them."""

    model: str
    organisation: str
    service_tier: str = "on_demand"
    plan: Plan = "free"


class Quota:
    """The buckets of one organisation and model."""

    def __init__(self, limits: Limits, now: float) -> None:
        sizes: dict[Dimension, tuple[int | None, float]] = {
            "RPM": (limits.requests_per_minute, _MINUTE),
            "RPD": (limits.requests_per_day, _DAY),
            "TPM": (limits.tokens_per_minute, _MINUTE),
            "TPD": (limits.tokens_per_day, _DAY),
        }
        self._buckets: dict[Dimension, Bucket] = {
            dimension: Bucket.full(limit, window, now)
            for dimension, (limit, window) in sizes.items()
            if limit is not None
        }

    def admit(self, subject: Subject, tokens: int, now: float) -> None:
        """Take a request and its tokens from every bucket, or raise a 413 or 429 and take none."""
        self._refill(now)
        for dimension, bucket in self._buckets.items():
            requested = _cost(dimension, tokens)
            if requested > bucket.limit:
                raise too_large(subject, dimension, bucket.limit, requested)
            if not bucket.holds(requested):
                raise rate_limited(subject, dimension, bucket, requested, self.headers())
        for dimension, bucket in self._buckets.items():
            self._buckets[dimension] = bucket.less(_cost(dimension, tokens))

    def settle(self, reserved: int, used: int, now: float) -> None:
        """Book what an answer really took in place of what was reserved for it."""
        self._refill(now)
        self._book(used - reserved)

    def refund(self, reserved: int, now: float) -> None:
        """Give back the tokens of a request that was refused after it had been admitted."""
        self._refill(now)
        self._book(-reserved)

    def headers(self) -> list[Header]:
        """The six rate-limit headers: requests of the day, tokens of the minute."""
        headers: list[Header] = []
        shown = (("requests", self._buckets.get("RPD")), ("tokens", self._buckets.get("TPM")))
        present = [(name, bucket) for name, bucket in shown if bucket is not None]
        headers += [(f"x-ratelimit-limit-{name}", str(bucket.limit)) for name, bucket in present]
        headers += [
            (f"x-ratelimit-remaining-{name}", str(bucket.remaining)) for name, bucket in present
        ]
        headers += [
            (f"x-ratelimit-reset-{name}", go_duration(bucket.reset)) for name, bucket in present
        ]
        return headers

    def full_bucket(self, dimension: Dimension) -> Bucket | None:
        """One bucket as it stands."""
        return self._buckets.get(dimension)

    def _refill(self, now: float) -> None:
        for dimension, bucket in self._buckets.items():
            self._buckets[dimension] = bucket.refilled(now)

    def _book(self, tokens: int) -> None:
        for dimension in ("TPM", "TPD"):
            bucket = self._buckets.get(dimension)
            if bucket is not None:
                self._buckets[dimension] = bucket.less(tokens)


def _cost(dimension: Dimension, tokens: int) -> int:
    return tokens if dimension in ("TPM", "TPD") else 1


def rate_limited(
    subject: Subject,
    dimension: Dimension,
    bucket: Bucket,
    requested: int,
    headers: list[Header],
) -> APIError:
    """A 429 with the exact wait."""
    wait = time_to_wait(bucket.limit, bucket.window, bucket.used, requested)
    message = (
        f"Rate limit reached for model `{subject.model}` in organization "
        f"`{subject.organisation}` service tier `{subject.service_tier}` on "
        f"{_LABELS[dimension]}: Limit {bucket.limit}, Used {bucket.used}, "
        f"Requested {requested}. Please try again in {go_duration(wait)}. {_advice(subject)}"
    )
    return APIError(
        429,
        error_of(message, type_=_type(dimension), code="rate_limit_exceeded"),
        headers=[("retry-after", str(whole_seconds(wait))), *headers],
    )


def too_large(subject: Subject, dimension: Dimension, limit: int, requested: int) -> APIError:
    """A 413: the request alone is more than the limit, so waiting does not help."""
    message = (
        f"Request too large for model `{subject.model}` in organization "
        f"`{subject.organisation}` service tier `{subject.service_tier}` on "
        f"{_LABELS[dimension]}: Limit {limit}, Requested {requested}, please reduce your message "
        f"size and try again. {_advice(subject)}"
    )
    return APIError(413, error_of(message, type_=_type(dimension), code="rate_limit_exceeded"))


def _type(dimension: Dimension) -> str:
    return "tokens" if dimension in ("TPM", "TPD") else "requests"


def _advice(subject: Subject) -> str:
    return _UPGRADE if subject.plan == "free" else _READ_ON
