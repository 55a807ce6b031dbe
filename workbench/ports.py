"""What the application needs of the machine, as small protocols."""

from typing import Protocol


class PromptHistory(Protocol):
    """The prompts of earlier, oldest first."""

    def entries(self) -> tuple[str, ...]:
        """What was asked before, without repetitions of the same prompt in a row."""

    def add(self, prompt: str) -> None:
        """Remember one more. Never raises: a history that cannot be written is only shorter."""
