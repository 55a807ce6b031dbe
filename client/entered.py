"""What can be iterated bare or in ``async with``."""

from types import TracebackType
from typing import Self


class Entered:
    """Something on its way that is opened on entry and closed at the end of the block.

    Iterated bare, it closes itself: ``_entered`` tells the two apart.
    """

    _entered = False

    async def __aenter__(self) -> Self:
        self._entered = True
        await self._open()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        await self.aclose()

    async def _open(self) -> object:
        raise NotImplementedError

    async def aclose(self) -> None:
        """Let go of it."""
        raise NotImplementedError
