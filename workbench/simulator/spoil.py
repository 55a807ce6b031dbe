"""An answer spoiled on its way out: late, cut, stalled, full of noise or mislabelled."""

import asyncio
from collections.abc import Awaitable, Callable
from random import Random

from workbench.simulator.clock import Clock
from workbench.simulator.exchange import ASGIMessage, Send
from workbench.simulator.faults import Fault

_NOISE_BYTES = 64


class ConnectionCutError(Exception):
    """The answer ends here, without an end; whoever holds the connection closes it."""


class SpoiledSend:
    """An ASGI `send` that lets a fault happen to what passes through it."""

    def __init__(self, send: Send, fault: Fault, clock: Clock, random: Random) -> None:
        self._send = send
        self._fault = fault
        self._clock = clock
        self._random = random
        self._sent = 0
        self._hurdles: list[tuple[int, Callable[[], Awaitable[None]]]] = sorted(
            (
                (place, what)
                for place, what in (
                    (fault.garbage_after, self._noise),
                    (fault.cut_after, self._cut),
                    (fault.stall_after, self._stall),
                )
                if place is not None
            ),
            key=lambda hurdle: hurdle[0],
        )

    async def __call__(self, message: ASGIMessage) -> None:
        """Pass a message on, or spoil it."""
        if message["type"] == "http.response.start":
            await self._start(message)
        else:
            await self._body(message["body"], more=message["more_body"])

    async def _start(self, message: ASGIMessage) -> None:
        if self._fault.first_byte_delay:
            until = self._clock.monotonic() + self._fault.first_byte_delay
            await self._clock.sleep_until(until)
        if self._fault.content_type is not None:
            label = (b"content-type", self._fault.content_type.encode("latin-1", "replace"))
            message["headers"] = [
                label if name == b"content-type" else (name, value)
                for name, value in message["headers"]
            ]
        await self._send(message)

    async def _body(self, data: bytes, *, more: bool) -> None:
        while self._hurdles and self._hurdles[0][0] <= self._sent + len(data):
            place, spoil = self._hurdles.pop(0)
            head, data = data[: place - self._sent], data[place - self._sent :]
            await self._pass_on(head, more=True)
            await spoil()
        await self._pass_on(data, more=more)

    async def _pass_on(self, data: bytes, *, more: bool) -> None:
        self._sent += len(data)
        await self._send({"type": "http.response.body", "body": data, "more_body": more})

    async def _noise(self) -> None:
        # The first byte can begin no UTF-8 sequence, so that noise is never mistaken for text.
        noise = b"\xff" + self._random.randbytes(_NOISE_BYTES - 1)
        await self._send({"type": "http.response.body", "body": noise, "more_body": True})

    async def _cut(self) -> None:
        raise ConnectionCutError

    async def _stall(self) -> None:
        # The exchange is cancelled when the client gives up.
        await asyncio.get_running_loop().create_future()
