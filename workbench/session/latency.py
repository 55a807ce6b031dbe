"""How long an answer took: what was measured here and what the service says, told apart."""

from dataclasses import dataclass
from typing import Self

from client import Timing, Usage


@dataclass(frozen=True, slots=True, kw_only=True)
class Latency:
    """The figures of one answer, complete or still running; ``None`` is unknown.

    Seconds, measured on this machine when the bytes arrived: ``time_to_first_token`` (of any
    kind), ``time_to_first_content`` (of the answer itself), ``duration``. ``tokens_per_second`` is
    the speed of arrival between the first and the last token; while ``tokens_estimated`` it counts
    pieces of text instead of the tokens that the service reports at the end.

    The service's own word: ``server_tokens_per_second``, ``queue_time``, ``prompt_time``,
    ``completion_time`` and the token counts.
    """

    time_to_first_token: float | None = None
    time_to_first_content: float | None = None
    duration: float | None = None
    tokens_per_second: float | None = None
    tokens_estimated: bool = False
    server_tokens_per_second: float | None = None
    queue_time: float | None = None
    prompt_time: float | None = None
    completion_time: float | None = None
    prompt_tokens: int | None = None
    completion_tokens: int | None = None
    reasoning_tokens: int | None = None
    cached_tokens: int | None = None

    @classmethod
    def of(cls, timing: Timing, usage: Usage, *, pieces: int) -> Self:
        """The figures of a reply; ``pieces`` of text and reasoning have arrived so far."""
        arrived = _arrived_tokens(timing, usage)
        return cls(
            time_to_first_token=timing.time_to_first_token,
            time_to_first_content=timing.time_to_first_content,
            duration=timing.duration,
            tokens_per_second=timing.tokens_per_second(pieces if arrived is None else arrived),
            tokens_estimated=arrived is None,
            server_tokens_per_second=usage.tokens_per_second,
            queue_time=usage.queue_time,
            prompt_time=usage.prompt_time,
            completion_time=usage.completion_time,
            prompt_tokens=usage.prompt_tokens,
            completion_tokens=usage.completion_tokens,
            reasoning_tokens=usage.reasoning_tokens,
            cached_tokens=usage.cached_tokens,
        )


def _arrived_tokens(timing: Timing, usage: Usage) -> int | None:
    """The tokens that were sent here: reasoning that was kept hidden never arrived."""
    tokens = usage.completion_tokens
    if tokens is None:
        return None
    hidden = timing.first_reasoning is None
    return tokens - (usage.reasoning_tokens or 0) if hidden else tokens
