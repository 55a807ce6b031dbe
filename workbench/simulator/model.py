"""One model: what it is, how fast it answers, what it may be asked. Values only."""

from dataclasses import dataclass, field
from typing import Literal

from workbench.simulator.settings import Limits, Plan
from workbench.simulator.wire import JSON, JSONObject

Family = Literal[
    "gpt-oss", "qwen", "llama", "allam", "minimax", "prompt-guard", "whisper", "orpheus"
]

_SAMPLING: tuple[str, ...] = ("temperature", "top_p", "stop", "seed", "max_tokens")


@dataclass(frozen=True, slots=True, kw_only=True)
class Model:
    """One model: the fields of the model list, then what the simulator needs to play it."""

    id: str
    name: str
    owned_by: str
    created: int
    context_window: int
    max_completion_tokens: int
    family: Family
    hugging_face_id: str | None = None
    input_modalities: tuple[str, ...] = ("text",)
    output_modalities: tuple[str, ...] = ("text",)
    pricing: tuple[tuple[str, str], ...] = ()
    features: tuple[str, ...] = ()
    sampling: tuple[str, ...] = _SAMPLING
    tokens_per_second: float = 500.0
    max_images: int = 0
    enterprise: bool = False
    efforts: tuple[str, ...] = ()
    schema: Literal["strict", "best effort", "none"] = "none"
    parallel_tools: bool = True
    caches_prompts: bool = False
    prompt_overhead: int = 10
    audio_speed: float = 200.0
    translates: bool = True
    voices: tuple[str, ...] = ()
    free: Limits = field(default_factory=Limits)
    developer: Limits = field(default_factory=Limits)

    def limits(self, plan: Plan) -> Limits:
        """The documented limits of a plan."""
        return self.free if plan == "free" else self.developer

    @property
    def transcribes(self) -> bool:
        """Whether it writes down what it hears."""
        return self.output_modalities == ("transcription",)

    @property
    def chats(self) -> bool:
        """Whether it answers messages with text."""
        return self.output_modalities == ("text",)

    def as_json(self) -> JSONObject:
        """The object of `GET /models`, with every field of the recorded list."""
        listed: JSONObject = {
            "id": self.id,
            "object": "model",
            "created": self.created,
            "owned_by": self.owned_by,
            "active": True,
            "context_window": self.context_window,
            "public_apps": None,
            "max_completion_tokens": self.max_completion_tokens,
            "name": self.name,
        }
        if self.hugging_face_id:
            listed["hugging_face_id"] = self.hugging_face_id
        listed["context_length"] = self.context_window
        listed["max_output_length"] = self.max_completion_tokens
        listed["input_modalities"] = _texts(self.input_modalities)
        listed["output_modalities"] = _texts(self.output_modalities)
        if self.pricing:
            prices: JSONObject = dict(self.pricing)
            listed["pricing"] = prices
        if self.features:
            listed["supported_features"] = _texts(self.features)
        if self.sampling:
            listed["supported_sampling_parameters"] = _texts(self.sampling)
        return listed


def _texts(values: tuple[str, ...]) -> list[JSON]:
    return list(values)
