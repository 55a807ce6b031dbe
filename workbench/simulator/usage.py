"""What an answer took: tokens and seconds, as the `usage` object states them. No I/O."""

from dataclasses import dataclass

from workbench.simulator.wire import JSONObject


@dataclass(frozen=True, slots=True, kw_only=True)
class Usage:
    """Measured, not planned. Queue time is no part of the total."""

    queue_time: float
    prompt_time: float
    completion_time: float
    prompt_tokens: int
    completion_tokens: int
    cached_tokens: int = 0
    reasoning_tokens: int | None = None

    @property
    def charged_tokens(self) -> int:
        """What counts against the limits: cached tokens do not."""
        return self.prompt_tokens + self.completion_tokens - self.cached_tokens

    def as_json(self) -> JSONObject:
        """The object, its times to the nanosecond and adding up."""
        prompt, completion = round(self.prompt_time, 9), round(self.completion_time, 9)
        usage: JSONObject = {
            "queue_time": round(self.queue_time, 9),
            "prompt_tokens": self.prompt_tokens,
            "prompt_time": prompt,
            "completion_tokens": self.completion_tokens,
            "completion_time": completion,
            "total_tokens": self.prompt_tokens + self.completion_tokens,
            "total_time": round(prompt + completion, 9),
        }
        if self.cached_tokens:
            usage["prompt_tokens_details"] = {"cached_tokens": self.cached_tokens}
        if self.reasoning_tokens is not None:
            usage["completion_tokens_details"] = {"reasoning_tokens": self.reasoning_tokens}
        return usage
