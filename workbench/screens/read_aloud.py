"""Reads an answer aloud, and says in every workspace that it does."""

from collections.abc import Callable
from contextlib import aclosing
from typing import TYPE_CHECKING, Final

from textual.worker import Worker

from workbench.session.ongoing import Sign

if TYPE_CHECKING:
    from workbench.screens.workspace import Workspace
    from workbench.session.speaking import Speaking, SpeakingEnded

_ABOUT: Final = "reading"


class ReadAloud:
    """One answer at a time; the key that begins it ends it too.

    Args:
        speaking: gives who reads; it is asked at the first use, for it opens the machine's sound.

    """

    def __init__(self, workspace: "Workspace", speaking: "Callable[[], Speaking]") -> None:
        self._workspace = workspace
        self._speaking = speaking
        self._worker: Worker[None] | None = None

    @property
    def runs(self) -> bool:
        """Whether something is read."""
        return self._worker is not None

    def toggle(self, text: str) -> None:
        """Read a text; or be silent."""
        if self._worker is not None:
            self._worker.cancel()
        elif not text.strip():
            self._workspace.say("There is no answer to read yet.")
        else:
            self._worker = self._workspace.run_worker(self._read(text), group=_ABOUT)

    async def _read(self, text: str) -> None:
        from workbench.session.speaking import PartSpoken, SpeakingBegan, SpeakingEnded

        ongoing = self._workspace.surroundings.ongoing
        count = 0
        try:
            async with aclosing(self._speaking().speak(text)) as updates:
                async for update in updates:
                    match update:
                        case SpeakingBegan(parts=parts):
                            count = len(parts)
                            ongoing.show(_ABOUT, Sign(text="♪ …"))
                        case PartSpoken(number=number):
                            ongoing.show(_ABOUT, Sign(text=f"♪ {number}/{count}"))
                        case SpeakingEnded():
                            self._tell(update)
        finally:
            self._worker = None
            ongoing.show(_ABOUT, None)

    def _tell(self, ended: "SpeakingEnded") -> None:
        if ended.reason == "nothing":
            self._workspace.say("There is nothing to read aloud in it.")
        elif ended.problem is not None:
            problem = ended.problem
            command = f" Run: {ended.command}" if ended.command else f" {problem.advice}"
            told = f"{problem.title}. {problem.explanation}{command}"
            self._workspace.say(told.strip(), problem=True)
