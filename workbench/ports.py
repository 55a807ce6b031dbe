"""What the application needs of the machine, as small protocols."""

from typing import Protocol


class Clipboard(Protocol):
    """The desktop's clipboard."""

    @property
    def route(self) -> str:
        """What puts text there, as a person knows it; "" where nothing does."""

    async def put(self, text: str) -> bool:
        """Put text there; says whether that worked. Never raises for what goes wrong."""


class PromptHistory(Protocol):
    """The prompts of earlier, oldest first."""

    def entries(self) -> tuple[str, ...]:
        """What was asked before, without repetitions of the same prompt in a row."""

    def add(self, prompt: str) -> None:
        """Remember one more. Never raises: a history that cannot be written is only shorter."""
