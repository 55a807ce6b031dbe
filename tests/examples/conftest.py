"""What the tests of the examples share: a service, and a way to run a program against it."""

import asyncio
import os
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from workbench.simulator import Simulator, SimulatorSettings

EXAMPLES = Path(__file__).parent
Run = Callable[..., Awaitable[str]]


@pytest.fixture
def run() -> Run:
    """Runs an example as a person would and gives what it printed.

    ``typed`` is what the person answers, ``fault`` what goes wrong at the service, ``online``
    whether there is one. The example must end well unless another ``status`` is expected.
    """

    async def start(
        example: str,
        *arguments: object,
        typed: str = "",
        fault: str | None = None,
        online: bool = True,
        status: int = 0,
    ) -> str:
        settings = SimulatorSettings(speed=200.0, seed=1, plan="developer", fault=fault)
        async with Simulator(settings) as simulator:
            environment = {**os.environ, "PYTHONPATH": str(EXAMPLES.parents[1])}
            for name in [name for name in environment if name.startswith("GROQ_")]:
                del environment[name]
            if online:
                environment["GROQ_BASE_URL"] = simulator.base_url
                environment["GROQ_API_KEY"] = "gsk_example"
            process = await asyncio.create_subprocess_exec(
                sys.executable,
                "-W",
                "error",
                str(EXAMPLES / example),
                *map(str, arguments),
                env=environment,
                stdin=asyncio.subprocess.PIPE,
                stdout=asyncio.subprocess.PIPE,
                stderr=asyncio.subprocess.PIPE,
            )
            out, problems = await process.communicate(typed.encode())
            assert process.returncode == status, problems.decode()
            return out.decode() + (problems.decode() if status else "")

    return start
