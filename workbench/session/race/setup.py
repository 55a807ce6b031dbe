"""What is raced: models, a prompt, how often, and how long an answer may get. Values only."""

from dataclasses import dataclass
from typing import Final, Literal, TypeAlias

from client import ChatOptions, MessageLike, Model, system, user

Start: TypeAlias = Literal["together", "in turns"]

FEWEST: Final = 2
MOST: Final = 6
"""Lanes of a race: one has nobody to race, and more than six cannot be read side by side."""
MOST_ROUNDS: Final = 50

_CHARACTERS_PER_TOKEN: Final = 4
_OVERHEAD: Final = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class RaceSetup:
    """A race to be run; ``None`` leaves a parameter to the service.

    Attributes:
        models: one lane each, two to six, none twice.
        prompt: what every lane is asked.
        rounds: how often; 1 to 50.
        max_completion_tokens: the bound of every answer, reasoning included.
        start: all lanes of a round in the same instant, or one after the other.

    """

    models: tuple[str, ...]
    prompt: str
    rounds: int = 5
    max_completion_tokens: int | None = 1024
    temperature: float | None = 0.0
    system_prompt: str = ""
    start: Start = "together"

    @property
    def problem(self) -> str:
        """Why it cannot be run, "" when it can."""
        if len(self.models) < FEWEST:
            return "Mark at least two models."
        if len(self.models) > MOST:
            return f"At most {MOST} models can race."
        if len(set(self.models)) < len(self.models):
            return "A model can race once only."
        if not self.prompt.strip():
            return "Write a prompt."
        if not 1 <= self.rounds <= MOST_ROUNDS:
            return f"There can be 1 to {MOST_ROUNDS} rounds."
        return ""

    @property
    def messages(self) -> tuple[MessageLike, ...]:
        """What every lane is sent."""
        asked = user(self.prompt)
        prompt = self.system_prompt.strip()
        return (system(prompt), asked) if prompt else (asked,)

    @property
    def input_tokens(self) -> int:
        """An estimate of the prompt's tokens, as the service makes it at admission.

        A quarter of the characters, rounded up, and four (groq-api 5.4).
        """
        characters = len(self.prompt) + len(self.system_prompt.strip())
        return -(-characters // _CHARACTERS_PER_TOKEN) + _OVERHEAD

    @property
    def admission_tokens(self) -> int:
        """What one request takes from the tokens of a minute before a token is generated."""
        return self.input_tokens + (self.max_completion_tokens or 0)

    def options(self, model: str, known: Model | None) -> ChatOptions:
        """The parameters for a lane; ``known`` is the model as the service lists it, if it does.

        Reasoning is asked for parsed where it would come as raw tags (groq-api 2.3).
        """
        options: ChatOptions = {
            "temperature": self.temperature,
            "max_completion_tokens": self.max_completion_tokens,
        }
        if known is not None and known.supports("reasoning") and "gpt-oss" not in model:
            options["reasoning_format"] = "parsed"
        return options
