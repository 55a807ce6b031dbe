"""Connecting to a host of several addresses: the first that answers (RFC 8305).

asyncio's own ``happy_eyeballs_delay`` leaves connections open when it is cancelled.
"""

import asyncio
import socket
from collections.abc import Callable, Sequence
from ipaddress import ip_address
from itertools import chain, zip_longest
from typing import Final, TypeAlias, TypeVar

_STAGGER_SECONDS: Final = 0.25

_P = TypeVar("_P", bound=asyncio.BaseProtocol)
_Task: TypeAlias = "asyncio.Task[tuple[asyncio.Transport, _P]]"


def is_address(host: str) -> bool:
    """Whether a host is an address in figures, which needs no looking up."""
    try:
        ip_address(host)
    except ValueError:
        return False
    return True


async def look_up(host: str, port: int) -> list[str]:
    """The addresses of a host, those of each family in turn.

    Raises:
        OSError: it is not known.

    """
    loop = asyncio.get_running_loop()
    addresses = _in_turn(await loop.getaddrinfo(host, port, type=socket.SOCK_STREAM))
    if not addresses:
        raise OSError(f"{host} has no address")
    return addresses


async def connect(
    make: Callable[[], _P], addresses: Sequence[str], port: int, local: str | None = None
) -> _P:
    """The protocol of a connection, to the address that answers first.

    Each address gets a head start on the next. Cancelling closes whatever is under way.

    Raises:
        OSError: none answered.

    """
    loop = asyncio.get_running_loop()
    local_address = None if local is None else (local, 0)
    addresses = list(addresses)
    under_way: set[_Task[_P]] = set()
    failure: OSError | None = None
    try:
        while addresses or under_way:
            if addresses:
                attempt = loop.create_connection(
                    make, addresses.pop(0), port, local_addr=local_address
                )
                under_way.add(loop.create_task(attempt))
            head_start = _STAGGER_SECONDS if addresses else None
            done, _ = await asyncio.wait(
                under_way, timeout=head_start, return_when=asyncio.FIRST_COMPLETED
            )
            for task in done:
                error = task.exception()
                if error is None:
                    under_way.discard(task)
                    return task.result()[1]
                if not isinstance(error, OSError):
                    raise error
                under_way.discard(task)
                failure = failure or error
    finally:
        for task in under_way:
            task.add_done_callback(_discard)
            task.cancel()
    raise failure or OSError("there is no address")


def _in_turn(found: Sequence[tuple[object, ...]]) -> list[str]:
    """The addresses, those of each family in turn."""
    families: dict[object, list[str]] = {}
    for family, _kind, _protocol, _name, address in found:
        if isinstance(address, tuple):
            families.setdefault(family, []).append(str(address[0]))
    rounds = zip_longest(*families.values())
    return [address for address in chain.from_iterable(rounds) if address is not None]


def _discard(task: "_Task[asyncio.BaseProtocol]") -> None:
    """Close a connection that nobody wants any more."""
    if not task.cancelled() and task.exception() is None:
        task.result()[0].abort()
