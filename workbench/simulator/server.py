"""The simulator on a socket: 127.0.0.1 only, started and stopped at once."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Self

from uvicorn import Config
from uvicorn.protocols.http.h11_impl import H11Protocol
from uvicorn.server import ServerState

from workbench.simulator.app import create_app
from workbench.simulator.clock import Clock
from workbench.simulator.settings import SimulatorSettings

HOST = "127.0.0.1"


class Simulator:
    """A simulator that runs inside `async with`, in the current event loop.

    `base_url` is what clients are pointed at. Leaving closes every connection at once, open
    streams too, and returns when nothing of it is left.
    """

    def __init__(
        self, settings: SimulatorSettings | None = None, *, clock: Clock | None = None
    ) -> None:
        self._settings = settings or SimulatorSettings()
        self._app = create_app(self._settings, clock)
        self._state = ServerState()
        self._server: asyncio.Server | None = None
        self.port = self._settings.port

    @property
    def base_url(self) -> str:
        """`http://127.0.0.1:PORT/openai/v1`; the groq SDK wants it without `/openai/v1`."""
        return f"http://{HOST}:{self.port}/openai/v1"

    async def __aenter__(self) -> Self:
        config = Config(
            self._app,
            log_config=None,
            access_log=False,
            lifespan="off",
            ws="none",
            proxy_headers=False,
            server_header=False,
            date_header=False,
            timeout_keep_alive=60,
        )
        config.load()

        def connection() -> H11Protocol:
            state: dict[str, Callable[[], None]] = {}
            protocol = H11Protocol(config=config, server_state=self._state, app_state=state)

            def hang_up() -> None:
                protocol.transport.close()

            state["hang_up"] = hang_up
            return protocol

        # A server of asyncio's own: uvicorn's would take over signals and stop in steps of 0.1 s.
        loop = asyncio.get_running_loop()
        self._server = await loop.create_server(connection, HOST, self._settings.port, backlog=2048)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(self, *_: object) -> None:
        assert self._server is not None  # noqa: S101 - set on entering
        self._server.close()
        for connection in list(self._state.connections):
            if (transport := connection.transport) is not None:
                transport.abort()
        while self._state.tasks or self._state.connections:
            await asyncio.gather(*self._state.tasks)
            await asyncio.sleep(0)
        await self._app.aclose()
        await self._server.wait_closed()


async def serve(
    settings: SimulatorSettings,
    *,
    announce: Callable[[str], None],
    until: Callable[[], Awaitable[None]],
) -> None:
    """Run a simulator, announce its base URL once it answers, and end when `until()` returns."""
    async with Simulator(settings) as simulator:
        announce(simulator.base_url)
        await until()
