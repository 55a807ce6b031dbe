"""The JSON of chat completions, key by key as the service orders them. No I/O."""

from dataclasses import dataclass

from workbench.simulator import wire
from workbench.simulator.reply import FinishReason, Reply, Step
from workbench.simulator.usage import Usage
from workbench.simulator.wire import JSON, JSONObject


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """What all parts of one answer share."""

    id: str
    request_id: str
    model: str
    seed: int
    service_tier: str
    channel: str | None = None
    silent_opening: bool = False

    def role_chunk(self, created: int) -> bytes:
        """The first event; a llama or qwen turn that only calls tools opens with null."""
        delta: JSONObject = {"role": "assistant", "content": None if self.silent_opening else ""}
        chunk = self._chunk(created, [_choice(delta)])
        chunk["x_groq"] = {"id": self.request_id, "seed": self.seed}
        return wire.event(chunk)

    def step_chunk(self, created: int, step: Step, index: int) -> bytes:
        """One piece of the answer; `index` counts its tool calls."""
        return wire.event(self._chunk(created, [_choice(self._delta(step, index))]))

    def finish_chunk(self, created: int, reason: FinishReason, usage: Usage) -> bytes:
        """The last choice, with the usage in both places."""
        chunk = self._chunk(created, [_choice({}, reason)])
        chunk["x_groq"] = {"id": self.request_id, "usage": usage.as_json()}
        chunk["usage"] = usage.as_json()
        return wire.event(chunk)

    def usage_chunk(self, created: int, usage: Usage) -> bytes:
        """The extra event that `stream_options.include_usage` asks for."""
        chunk = self._chunk(created, [])
        chunk["usage"] = usage.as_json()
        chunk["service_tier"] = self.service_tier
        return wire.event(chunk)

    def whole(self, created: int, reply: Reply, usage: Usage) -> bytes:
        """The body of an answer that is not streamed."""
        choice: JSON = {
            "index": 0,
            "message": _message(reply),
            "logprobs": None,
            "finish_reason": reply.finish_reason,
        }
        return wire.document(
            {
                "id": self.id,
                "object": "chat.completion",
                "created": created,
                "model": self.model,
                "choices": [choice],
                "usage": usage.as_json(),
                "usage_breakdown": None,
                "system_fingerprint": wire.fingerprint(self.model),
                "x_groq": {"id": self.request_id, "seed": self.seed},
                "service_tier": self.service_tier,
            }
        )

    def _chunk(self, created: int, choices: list[JSON]) -> JSONObject:
        return {
            "id": self.id,
            "object": "chat.completion.chunk",
            "created": created,
            "model": self.model,
            "system_fingerprint": wire.fingerprint(self.model),
            "choices": choices,
        }

    def _delta(self, step: Step, index: int) -> JSONObject:
        if step.call is not None:
            return {"tool_calls": [{**step.call.as_json(), "index": index}]}
        if step.kind == "reasoning":
            channel: JSONObject = {"channel": self.channel} if self.channel else {}
            return {"reasoning": step.text, **channel}
        return {"content": step.text}


def _choice(delta: JSONObject, reason: FinishReason | None = None) -> JSON:
    return {"index": 0, "delta": delta, "logprobs": None, "finish_reason": reason}


def _message(reply: Reply) -> JSONObject:
    message: JSONObject = {"role": "assistant"}
    if not reply.calls:
        message["content"] = reply.content
    if reply.reasoning:
        message["reasoning"] = reply.reasoning
    if reply.calls:
        message["tool_calls"] = [call.as_json() for call in reply.calls]
    return message
