"""What a reply cost: tokens, and the time Groq's own clock gave each phase. No I/O."""

from client.types.base import WireValue


class PromptTokensDetails(WireValue):
    """How the prompt was counted; present only when something was read from the cache."""

    cached_tokens: int | None = None


class CompletionTokensDetails(WireValue):
    """How the completion was counted; present only for reasoning models."""

    reasoning_tokens: int | None = None


class Usage(WireValue):
    """Tokens and seconds as the service reports them; ``None`` means it did not say.

    ``total_time`` is ``prompt_time + completion_time``; ``queue_time`` is not part of it.
    """

    queue_time: float | None = None
    prompt_tokens: int | None = None
    prompt_time: float | None = None
    completion_tokens: int | None = None
    completion_time: float | None = None
    total_tokens: int | None = None
    total_time: float | None = None
    prompt_tokens_details: PromptTokensDetails | None = None
    completion_tokens_details: CompletionTokensDetails | None = None

    @property
    def cached_tokens(self) -> int | None:
        """Prompt tokens read from the prompt cache, ``None`` when the service names none."""
        return self.prompt_tokens_details.cached_tokens if self.prompt_tokens_details else None

    @property
    def reasoning_tokens(self) -> int | None:
        """Completion tokens spent on reasoning, shown or hidden."""
        details = self.completion_tokens_details
        return details.reasoning_tokens if details else None

    @property
    def tokens_per_second(self) -> float | None:
        """The service's own generation speed: completion tokens over completion time."""
        if not self.completion_tokens or not self.completion_time:
            return None
        return self.completion_tokens / self.completion_time


class ModelUsage(WireValue):
    """What one of the models behind a compound system used."""

    model: str | None = None
    usage: Usage | None = None


class UsageBreakdown(WireValue):
    """Usage per model, for the compound systems that call several."""

    models: tuple[ModelUsage, ...] | None = None


UNKNOWN_USAGE = Usage()
"""Usage of a reply whose service reported none: every field ``None``."""
