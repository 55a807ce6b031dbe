"""One server: connected in a task of its own, asked from any other, ended at once."""

import asyncio
import builtins
import importlib
from collections.abc import Callable
from contextlib import AsyncExitStack
from typing import TYPE_CHECKING, Any, Final

from workbench.adapters.mcp.complaints import Complaints
from workbench.tool_servers import ServerSpec

if TYPE_CHECKING:
    from mcp import Client

PATIENCE: Final = 20.0
"""Seconds until a server has to be there, and to say what it offers."""
_ENDING: Final = 6.0
"""Seconds that a server is given to end in order."""


class ServerGoneError(Exception):
    """The server cannot be reached, or ended; the message says what is known."""


class Connection:
    """A server that is connected, until it ends or ``close`` is called.

    The SDK's scopes belong to the task that opened them, so the connection lives in one task.

    Args:
        changed: called when the server says that its tools changed.

    """

    def __init__(self, spec: ServerSpec, *, changed: Callable[[], None]) -> None:
        self._spec = spec
        self._changed = changed
        self._client: Client | None = None
        self._ready = asyncio.Event()
        self._leave = asyncio.Event()
        self._task: asyncio.Task[None] | None = None
        self._problem = ""

    @property
    def alive(self) -> bool:
        """Whether it can be asked."""
        return self._client is not None and self._task is not None and not self._task.done()

    async def open(self) -> None:
        """Start it, or reach it. Raises ServerGoneError."""
        self._task = asyncio.create_task(self._live(), name=f"mcp-{self._spec.name}")
        try:
            async with asyncio.timeout(PATIENCE):
                await self._ready.wait()
        except builtins.TimeoutError:
            await self.close()
            raise ServerGoneError(f"It did not answer within {PATIENCE:g} s.") from None
        except asyncio.CancelledError:
            await self.close()
            raise
        if self._client is None:
            raise ServerGoneError(self._problem or "It could not be reached.")

    async def close(self) -> None:
        """End it, in order if it lets itself be ended so."""
        task = self._task
        if task is None or task.done():
            return
        self._leave.set()
        if self._client is None:
            task.cancel()
        done, _ = await asyncio.wait([task], timeout=_ENDING)
        if not done:
            task.cancel()
            await asyncio.wait([task], timeout=_ENDING)

    @property
    def client(self) -> "Client":
        """What to ask. Raises ServerGoneError."""
        if self._client is None or not self.alive:
            raise ServerGoneError(self._problem or "It has ended.")
        return self._client

    async def _live(self) -> None:
        try:
            async with AsyncExitStack() as stack:
                client = await stack.enter_async_context(await self._made(stack))
                self._client = client
                self._ready.set()
                await self._leave.wait()
        except Exception as error:  # noqa: BLE001 - of whatever kind, the server is what failed
            self._problem = self._problem or _in_words(error)
        finally:
            self._client = None
            self._ready.set()

    async def _made(self, stack: AsyncExitStack) -> "Client":
        # the SDK takes a second to import: not on the loop that paints
        await asyncio.to_thread(importlib.import_module, "mcp")
        from mcp import Client

        async def heard(message: Any) -> None:  # noqa: ANN401 - the SDK's union of all messages
            if type(message).__name__ == "ToolListChangedNotification":
                self._changed()

        spec = self._spec
        if spec.url:
            from mcp.client.streamable_http import streamable_http_client
            from mcp.shared._httpx_utils import create_mcp_http_client

            http = await stack.enter_async_context(create_mcp_http_client(dict(spec.headers)))
            transport = streamable_http_client(spec.url, http_client=http)
        else:
            from mcp import StdioServerParameters, stdio_client

            complaints = stack.enter_context(Complaints())
            stack.callback(self._take_complaints, complaints)
            parameters = StdioServerParameters(
                command=spec.command[0],
                args=list(spec.command[1:]),
                env=dict(spec.environment),
                cwd=spec.folder or None,
                encoding_error_handler="replace",
            )
            transport = stdio_client(parameters, errlog=complaints.file)
        # Nothing is offered to the server: no sampling, no questions to the person, no folders.
        return Client(transport, message_handler=heard, cache=None)

    def _take_complaints(self, complaints: Complaints) -> None:
        if last := complaints.last:
            self._problem = f"It ended and wrote: {last[:200]}"


def _in_words(error: BaseException) -> str:
    """What went wrong, without the groups that the SDK's tasks put around it."""
    while isinstance(error, BaseExceptionGroup):
        error = error.exceptions[0]
    if isinstance(error, FileNotFoundError):
        return f"There is no program {error.filename!r} here."
    if isinstance(error, OSError):
        return f"It could not be started: {error.strerror or type(error).__name__}."
    text = str(error).strip()
    return f"It could not be reached: {text[:200] or type(error).__name__}"
