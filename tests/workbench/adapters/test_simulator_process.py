"""The simulator as a child process."""

import subprocess
import sys
import textwrap

import pytest

from client import GroqClient, user
from workbench.adapters.simulator_process import SimulatorProcess, SimulatorStartError


async def test_it_answers_and_ends_when_it_is_closed() -> None:
    with SimulatorProcess(["--speed=50"]) as simulator:
        async with GroqClient(base_url=simulator.base_url, api_key="gsk_test") as groq:
            reply = await groq.chat.create(model="openai/gpt-oss-20b", messages=[user("Hello")])
        process = simulator._process
        assert process.poll() is None

    assert reply.text
    assert process.poll() == 0


def test_what_keeps_it_from_starting_is_said() -> None:
    with (
        SimulatorProcess(["--fault=nonsense=1"]) as simulator,
        pytest.raises(SimulatorStartError, match=r"^--fault: unknown fault 'nonsense'"),
    ):
        _ = simulator.base_url


def test_it_dies_with_its_parent_even_when_that_is_killed() -> None:
    parent = subprocess.Popen(
        [
            sys.executable,
            "-c",
            textwrap.dedent("""
                import sys
                from workbench.adapters.simulator_process import SimulatorProcess
                simulator = SimulatorProcess()
                simulator.base_url
                print(simulator._process.pid, flush=True)
                sys.stdin.read()
            """),
        ],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    assert parent.stdout is not None
    assert parent.stdin is not None
    child = int(parent.stdout.readline())
    parent.kill()
    parent.wait()
    # The child holds the other end of the parent's pipes; they reach their end when it is gone.
    parent.stdout.read()
    parent.stdout.close()
    parent.stdin.close()

    assert child > 0
