"""One answer's own figures, as they are kept from day to day. A value; no I/O."""

from dataclasses import dataclass
from typing import Final, Literal, TypeAlias

Origin: TypeAlias = Literal["live", "simulated", "replayed"]

ENOUGH_TOKENS: Final = 16
"""The fewest tokens whose speed says something: less arrives in one or two reads."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Series:
    """Measurements that may be compared: one service, and what it is made of.

    ``service`` is its host and port, or SIMULATED or REPLAY; ``origin`` says so beyond doubt.
    """

    service: str
    origin: Origin


@dataclass(frozen=True, slots=True, kw_only=True)
class Measurement:
    """One completed chat; seconds, ``None`` is unknown.

    Measured on this machine when the bytes arrived: ``time_to_first_token`` of any kind,
    ``tokens_per_second`` between the first and the last token, ``duration``. A reply that was not
    streamed has only the last.

    The service's own word: ``server_tokens_per_second``, ``queue_time``, ``prompt_time``,
    ``completion_time`` and the token counts.

    Attributes:
        model: the id that was asked for.
        at: when the answer was complete, Unix seconds.

    """

    model: str
    at: float
    time_to_first_token: float | None = None
    tokens_per_second: float | None = None
    duration: float | None = None
    server_tokens_per_second: float | None = None
    queue_time: float | None = None
    prompt_time: float | None = None
    completion_time: float | None = None
    prompt_tokens: int | None = None
    completion_tokens: int | None = None
