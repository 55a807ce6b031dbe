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

Dimension = Literal["RPM", "RPD", "TPM", "TPD", "ASPH", "ASPD"]

_MINUTE, _HOUR, _DAY = 60.0, 3600.0, 86_400.0
_LABELS: dict[Dimension, str] = {
    "RPM": "requests per minute (RPM)",
    "RPD": "requests per day (RPD)",
    "TPM": "tokens per minute (TPM)",
    "TPD": "tokens per day (TPD)",
    "ASPH": "seconds of audio per hour (ASPH)",
    "ASPD": "seconds of audio per day (ASPD)",
}
#: How long each limit's window is, in seconds.
WINDOWS: dict[Dimension, float] = {
    "RPM": _MINUTE,
    "RPD": _DAY,
    "TPM": _MINUTE,
    "TPD": _DAY,
    "ASPH": _HOUR,
    "ASPD": _DAY,
}
#: The limits that have headers, by the name they have there.
SHOWN: tuple[tuple[str, Dimension], ...] = (
    ("audio-seconds", "ASPH"),
    ("requests", "RPD"),
    ("tokens", "TPM"),
)
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Cost:
    """What one request takes from the limits, besides being one request."""

    tokens: int = 0
    audio_seconds: int = 0

    def of(self, dimension: Dimension) -> int:
        """What it takes from one limit."""
        match dimension:
            case "TPM" | "TPD":
                return self.tokens
            case "ASPH" | "ASPD":
                return self.audio_seconds
            case "RPM" | "RPD":
                return 1


NO_COST = Cost()


class Quota:
    """The buckets of one organisation and model."""

    def __init__(self, limits: Limits, now: float) -> None:
        sizes: dict[Dimension, int | None] = {
            "RPM": limits.requests_per_minute,
            "RPD": limits.requests_per_day,
            "TPM": limits.tokens_per_minute,
            "TPD": limits.tokens_per_day,
            "ASPH": limits.audio_seconds_per_hour,
            "ASPD": limits.audio_seconds_per_day,
        }
        self._buckets: dict[Dimension, Bucket] = {
            dimension: Bucket.full(limit, WINDOWS[dimension], now)
            for dimension, limit in sizes.items()
            if limit is not None
        }

    def admit(self, subject: Subject, cost: Cost, now: float) -> None:
        """Take a request and its cost from every bucket, or raise a 413 or 429 and take none."""
        self._refill(now)
        for dimension, bucket in self._buckets.items():
            requested = cost.of(dimension)
            if requested > bucket.limit:
                raise too_large(subject, dimension, bucket.limit, requested)
            if not bucket.holds(requested):
                raise rate_limited(subject, dimension, bucket, requested, self.headers())
        for dimension, bucket in self._buckets.items():
            self._buckets[dimension] = bucket.less(cost.of(dimension))

    def settle(self, reserved: Cost, used: Cost, now: float) -> None:
        """Book what an answer really took in place of what was reserved for it."""
        self._refill(now)
        for dimension, bucket in self._buckets.items():
            self._buckets[dimension] = bucket.less(used.of(dimension) - reserved.of(dimension))

    def refund(self, reserved: Cost, now: float) -> None:
        """Give back the cost of a request that was refused after it had been admitted."""
        self.settle(reserved, NO_COST, now)

    def headers(self) -> list[Header]:
        """The rate-limit headers: requests of the day, tokens of the minute, audio of the hour."""
        headers: list[Header] = []
        buckets = ((name, self._buckets.get(dimension)) for name, dimension in SHOWN)
        present = [(name, bucket) for name, bucket in buckets if bucket is not None]
        headers += [(f"x-ratelimit-limit-{name}", str(bucket.limit)) for name, bucket in present]
        headers += [
            (f"x-ratelimit-remaining-{name}", str(bucket.remaining)) for name, bucket in present
        ]
        headers += [
            (f"x-ratelimit-reset-{name}", go_duration(bucket.reset)) for name, bucket in present
        ]
        return headers

    def bucket(self, dimension: Dimension) -> Bucket | None:
        """One bucket as it stands."""
        return self._buckets.get(dimension)

    def _refill(self, now: float) -> None:
        for dimension, bucket in self._buckets.items():
            self._buckets[dimension] = bucket.refilled(now)


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
    match dimension:
        case "TPM" | "TPD":
            return "tokens"
        case "ASPH" | "ASPD":
            return "seconds"
        case "RPM" | "RPD":
            return "requests"


def _advice(subject: Subject) -> str:
    return _UPGRADE if subject.plan == "free" else _READ_ON
