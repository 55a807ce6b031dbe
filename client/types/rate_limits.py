"""What a response says of the limits, and how they refill until the next one. No I/O."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from client.duration import parse_duration

DAY: Final = 86_400.0
HOUR: Final = 3_600.0
MINUTE: Final = 60.0


@dataclass(frozen=True, slots=True, kw_only=True)
class RateLimit:
    """One bucket as last reported; it refills continuously over ``window`` seconds.

    ``remaining`` is the level rounded down, ``reset`` the seconds until the bucket is full, both
    at the moment of the response (groq-api 5.4).
    """

    limit: int
    remaining: int
    reset: float
    window: float

    @property
    def reported_level(self) -> float:
        """The level at the moment of the response; ``reset`` tells its fraction where it agrees."""
        exact = self.limit - self.reset * self.limit / self.window
        return exact if self.remaining <= exact < self.remaining + 1 else float(self.remaining)

    def level(self, elapsed: float) -> float:
        """How much is left ``elapsed`` seconds after the response, if nobody else draws on it."""
        refilled = self.reported_level + max(elapsed, 0.0) * self.limit / self.window
        return min(float(self.limit), refilled)

    def full_in(self, elapsed: float) -> float:
        """Seconds until the bucket is full again, ``elapsed`` seconds after the response."""
        return max(0.0, self.reset - max(elapsed, 0.0))


@dataclass(frozen=True, slots=True, kw_only=True)
class RateLimits:
    """The limits last seen for a model; a bucket the service did not report is ``None``.

    ``requests`` counts a day, ``tokens`` a minute, ``audio_seconds`` an hour. ``received_at`` is
    the client's monotonic clock, in seconds.
    """

    requests: RateLimit | None = None
    tokens: RateLimit | None = None
    audio_seconds: RateLimit | None = None
    received_at: float = 0.0

    @classmethod
    def from_headers(cls, headers: Mapping[str, str], *, received_at: float) -> "RateLimits | None":
        """The limits that a response carries, or ``None`` when it names none.

        A malformed trio of headers counts as absent: a wrong number is worse than none.
        """
        requests = _bucket(headers, _REQUESTS, DAY)
        tokens = _bucket(headers, _TOKENS, MINUTE)
        audio = _bucket(headers, _AUDIO_SECONDS, HOUR)
        if requests is None and tokens is None and audio is None:
            return None
        return cls(requests=requests, tokens=tokens, audio_seconds=audio, received_at=received_at)

    def requests_left(self, now: float) -> float | None:
        """Requests left today, at ``now`` by the client's clock; ``None`` where nobody said."""
        return _left(self.requests, now - self.received_at)

    def tokens_left(self, now: float) -> float | None:
        """Tokens left this minute, at ``now`` by the client's clock; ``None`` where nobody said."""
        return _left(self.tokens, now - self.received_at)

    def audio_seconds_left(self, now: float) -> float | None:
        """Seconds of audio left this hour, at ``now``; ``None`` where nobody said."""
        return _left(self.audio_seconds, now - self.received_at)


def _left(bucket: RateLimit | None, elapsed: float) -> float | None:
    return None if bucket is None else bucket.level(elapsed)


def _names(bucket: str) -> tuple[str, str, str]:
    limit, remaining, reset = (
        f"x-ratelimit-{of}-{bucket}" for of in ("limit", "remaining", "reset")
    )
    return limit, remaining, reset


_REQUESTS: Final = _names("requests")
_TOKENS: Final = _names("tokens")
_AUDIO_SECONDS: Final = _names("audio-seconds")


def _bucket(
    headers: Mapping[str, str], names: tuple[str, str, str], window: float
) -> RateLimit | None:
    named_limit, named_remaining, named_reset = names
    limit = _count(headers.get(named_limit))
    if not limit:
        return None
    remaining = _count(headers.get(named_remaining))
    if remaining is None:
        return None
    reset = parse_duration(headers.get(named_reset, ""))
    if reset is None:
        reset = (limit - remaining) * window / limit
    return RateLimit(limit=limit, remaining=remaining, reset=reset, window=window)


def _count(text: str | None) -> int | None:
    if text is None or not text.isascii() or not text.isdigit() or len(text) > 15:
        return None
    return int(text)
