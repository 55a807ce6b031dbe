import asyncio
import os
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from io import BytesIO
from pathlib import Path
from typing import Any

import groq
import httpx
import numpy as np
import openai
import pytest
import soundfile

from workbench.simulator import Simulator, SimulatorSettings

WIRE = Path(__file__).parents[3].parent / "shared" / "wire"
FAST = 200.0
LISTEN = "GROQ_WORKBENCH_LISTEN"


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


@pytest.fixture(scope="session")
def sound() -> Callable[..., bytes]:
    """Makes an audio file: a tone for each stretch, silence around them."""

    def make(
        *stretches: tuple[float, float],
        seconds: float = 2.0,
        rate: int = 16_000,
        channels: int = 1,
        kind: str = "WAV",
        subtype: str | None = None,
    ) -> bytes:
        time = np.arange(int(seconds * rate)) / rate
        heard = np.zeros(len(time), dtype=bool)
        for start, end in stretches:
            heard |= (time >= start) & (time < end)
        samples = 0.25 * np.sin(2 * np.pi * 220 * time) * heard
        file = BytesIO()
        both = np.repeat(samples[:, None], channels, axis=1)
        soundfile.write(file, both, rate, format=kind, subtype=subtype)
        return file.getvalue()

    return make


@pytest.fixture(scope="session")
def clips() -> Path:
    """Spoken sentences with their true words and times."""
    folder = WIRE.parent / "audio"
    if not folder.is_dir():
        pytest.skip(f"the spoken clips are not at {folder}")
    return folder


@pytest.fixture
async def simulator() -> AsyncIterator[Simulator]:
    async with Simulator(SimulatorSettings(speed=FAST, plan="developer")) as running:
        yield running


@pytest.fixture(scope="session")
def client_of() -> Callable[..., Any]:
    """Makes an official SDK's client for an address."""

    def make(kind: str, base_url: str, key: str = "gsk_test") -> Any:
        if kind == "openai":
            return openai.AsyncOpenAI(base_url=base_url, api_key=key, max_retries=0)
        root = base_url.removesuffix("/openai/v1")
        return groq.AsyncGroq(base_url=root, api_key=key, max_retries=0)

    return make


@pytest.fixture(params=["groq", "openai"])
async def sdk(
    request: pytest.FixtureRequest, simulator: Simulator, client_of: Callable[..., Any]
) -> AsyncIterator[Any]:
    """A client of each official SDK."""
    async with client_of(request.param, simulator.base_url) as client:
        yield client


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out what needs a model to listen with, unless one is given."""
    if os.environ.get(LISTEN):
        return
    left_out = [item for item in items if item.get_closest_marker("listens")]
    if left_out:
        config.hook.pytest_deselected(items=left_out)
        items[:] = [item for item in items if not item.get_closest_marker("listens")]


@pytest.fixture
def model() -> str:
    """The folder of a Whisper model, for tests marked `listens`."""
    return os.environ[LISTEN]
