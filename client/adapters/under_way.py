"""Which request a task is sending, for what lies under httpx and has no argument for it. No I/O."""

from contextvars import ContextVar
from typing import Final, NamedTuple

from client.ports import Delivery


class UnderWay(NamedTuple):
    """A request whose delivery somebody wants to know of.

    ``method`` is what its head begins with.
    """

    method: bytes
    delivery: Delivery


under_way: Final[ContextVar[UnderWay | None]] = ContextVar("under_way", default=None)
