"""What a simulator can be told before it starts. Values only; cheap to import."""

from dataclasses import dataclass
from typing import Literal

Plan = Literal["free", "developer"]

#: More than a request with three images needs, less than what would hurt.
DEFAULT_MAX_BODY_BYTES = 32 * 1024 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """A model's rate limits; None means that there is no such limit."""

    requests_per_minute: int | None = None
    requests_per_day: int | None = None
    tokens_per_minute: int | None = None
    tokens_per_day: int | None = None
    audio_seconds_per_hour: int | None = None
    audio_seconds_per_day: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SimulatorSettings:
    """How a simulator behaves.

    `port` 0 takes a free one. `seed` None answers the same way every time but makes new ids
    at each start; a number fixes the ids as well. `speed` multiplies the documented tokens per
    second and shortens queue and prompt times by the same factor; infinity does not wait at all.
    `fault` is applied to every request that brings none of its own in `x-simulate`. `limits`
    replaces the plan's limits of every model. `enterprise` opens the models which the service
    keeps for enterprise customers. `listen` names a Whisper model for faster-whisper, by its folder
    or its name on the hub: then transcriptions hold the words that were spoken.
    """

    port: int = 0
    seed: int | None = None
    speed: float = 1.0
    plan: Plan = "free"
    fault: str | None = None
    limits: Limits | None = None
    enterprise: bool = False
    listen: str | None = None
    max_body_bytes: int = DEFAULT_MAX_BODY_BYTES

    def __post_init__(self) -> None:
        if not self.speed > 0:
            raise ValueError("speed must be greater than zero")
        if not 0 <= self.port <= 65535:
            raise ValueError("port must be between 0 and 65535")
