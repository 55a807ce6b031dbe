import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest

from workbench.simulator import Simulator, SimulatorSettings

WIRE = Path(__file__).parents[3].parent / "shared" / "wire"
FAST = 200.0


class HeldClock:
    """Time that moves only when somebody sleeps."""

    def __init__(self) -> None:
        self.at = 1000.0

    def now(self) -> float:
        return 1_795_000_000 + self.at

    def monotonic(self) -> float:
        return self.at

    async def sleep_until(self, deadline: float) -> None:
        self.at = max(self.at, deadline)
        await asyncio.sleep(0)


Simulate = Callable[..., AbstractAsyncContextManager[httpx.AsyncClient]]


@pytest.fixture
def held_clock() -> HeldClock:
    return HeldClock()


@pytest.fixture
def simulate() -> Simulate:
    """Runs a simulator with the given settings and yields a client that is pointed at it."""

    @asynccontextmanager
    async def run(clock: Any = None, **settings: Any) -> AsyncIterator[httpx.AsyncClient]:
        chosen = {"speed": FAST, "plan": "developer", "seed": 1, **settings}
        async with (
            Simulator(SimulatorSettings(**chosen), clock=clock) as simulator,
            httpx.AsyncClient(
                base_url=simulator.base_url,
                headers={"authorization": "Bearer gsk_test"},
                trust_env=False,
                timeout=10,
            ) as http,
        ):
            yield http

    return run


@pytest.fixture
async def http(simulate: Simulate) -> AsyncIterator[httpx.AsyncClient]:
    async with simulate() as client:
        yield client


@pytest.fixture(scope="session")
def wire() -> Path:
    if not WIRE.is_dir():
        pytest.skip(f"the recorded exchanges are not at {WIRE}")
    return WIRE
