"""The application against the simulator, over a real connection."""

from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

import pytest
from textual.pilot import Pilot

from client import GroqClient
from tests.stage import Actor, MemoryHistory
from workbench.adapters.simulator_process import SimulatorProcess
from workbench.app import WorkbenchApp
from workbench.assembly.parts import Parts
from workbench.config import Paths
from workbench.session.chat import ChatSession
from workbench.session.measurements import Measurements
from workbench.session.models import ModelCatalogue
from workbench.session.observers import Observers
from workbench.session.service import Service
from workbench.session.status import ServiceStatus
from workbench.session.stopwatch import Stopwatch
from workbench.session.waits import Waits


@pytest.fixture(scope="module")
def simulator() -> Iterator[str]:
    with SimulatorProcess() as process:
        yield process.base_url


class Simulated:
    """The parts of an application that talks to the simulator."""

    def __init__(self, groq: GroqClient, observers: Observers, home: Path) -> None:
        models = ModelCatalogue(groq)
        self.chat = ChatSession(groq, model="openai/gpt-oss-20b", models=models)
        service = Service(name="SIMULATED", simulated=True, key_source="none needed")
        status, waits, measurements = ServiceStatus(), Waits(), Measurements(service)
        observers.join(measurements)
        observers.join(status)
        observers.join(waits)
        stopwatch = Stopwatch(groq.now)
        observers.join(stopwatch)
        self.app = WorkbenchApp(
            Parts(
                groq=groq,
                service=service,
                observers=observers,
                chat=self.chat,
                models=models,
                measurements=measurements,
                status=status,
                waits=waits,
                stopwatch=stopwatch,
                history=MemoryHistory(),
                paths=Paths(key=home / "key", history=home / "prompts", log=home / "log"),
                closing=AsyncExitStack(),
            ),
            log=home / "log",
        )


class SimulatedActor(Actor):
    """An actor whose waits are for a real service."""

    def __init__(self, stage: Simulated, pilot: Pilot[None]) -> None:
        super().__init__(stage, pilot)  # type: ignore[arg-type] # it has what an actor uses


@asynccontextmanager
async def opened(
    base_url: str, home: Path, fault: str = ""
) -> AsyncIterator[tuple[Simulated, SimulatedActor]]:
    observers = Observers()
    headers = {"x-simulate": fault} if fault else {}
    async with GroqClient(
        base_url=base_url, api_key="gsk_demo", headers=headers, observe=observers
    ) as groq:
        stage = Simulated(groq, observers, home)
        async with stage.app.run_test(size=(120, 40), notifications=True) as pilot:
            await pilot.pause()
            yield stage, SimulatedActor(stage, pilot)


async def test_two_turns_with_their_figures(simulator: str, tmp_path: Path) -> None:
    async with opened(simulator, tmp_path) as (stage, actor):
        await actor.ask("Show me a Python example")
        await actor.answered()
        first = stage.chat.turns[0].outcome
        assert first is not None
        assert first.message.text
        assert "tok/s server" in actor.status
        assert "—" not in actor.status.splitlines()[0]
        await actor.ask("Write a very long story")
        await actor.answered()
        assert len(stage.chat.turns) == 2
        assert actor.pane.last_answer is not None
        assert actor.pane.last_answer.text != first.message.text


async def test_a_stop_keeps_on_screen_what_the_session_keeps(
    simulator: str, tmp_path: Path
) -> None:
    async with opened(simulator, tmp_path, "stall-after=40000") as (stage, actor):
        await actor.ask("Write a very long story")
        await actor.until(lambda: actor.pane.last_answer and actor.pane.last_answer.text)
        await actor.press("escape")
        await actor.answered()
        assert "Stopped" in actor.conversation
        outcome = stage.chat.turns[0].outcome
        assert outcome is not None
        assert actor.pane.last_answer is not None
        assert outcome.message.text == actor.pane.last_answer.text


async def test_the_catalogue_is_offered(simulator: str, tmp_path: Path) -> None:
    async with opened(simulator, tmp_path) as (stage, actor):
        await actor.press("ctrl+o")
        await actor.until(lambda: "qwen/qwen3.8-27b" in actor.screen)
        await actor.type("qwen")
        await actor.press("enter")
        assert stage.chat.model == "qwen/qwen3.8-27b"
        await actor.ask("Think about primes")
        await actor.answered()
        assert "Thought" in actor.conversation or actor.pane.last_answer


@pytest.mark.parametrize(
    ("fault", "said"),
    [
        ("401", "The API key was not accepted"),
        ("status=429; retry-after=300", "try again in"),
        ("503", "The service failed"),
        ("cut-after=3000", "The answer broke off"),
        ("html=502", "The service failed"),
        ("error-event=tool_use_failed", "The model's tool call was not valid"),
    ],
)
async def test_every_failure_leaves_a_usable_prompt(
    simulator: str, tmp_path: Path, fault: str, said: str
) -> None:
    async with opened(simulator, tmp_path, fault) as (stage, actor):
        await actor.ask("Explain bash")
        await actor.answered()
        assert said in actor.conversation
        assert "Explain bash" in actor.conversation
        await actor.type("draft")
        assert actor.prompt.text == "draft"
        assert stage.app.is_running
