"""The models of a real simulator, over several runs of the workbench."""

import time
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from client import GroqClient, HttpTransport
from tests.model_stage import go_to_models, line_of, shown
from tests.stage import Actor, Stage
from workbench.adapters.measurement_store import SqliteMeasurementStore
from workbench.adapters.model_list import ModelListFile
from workbench.adapters.simulator_process import SimulatorProcess
from workbench.app import WorkbenchApp
from workbench.config import Paths
from workbench.session.chat import ChatSession
from workbench.session.measurements import Measurements
from workbench.session.models import ModelCatalogue
from workbench.session.observers import Observers
from workbench.session.service import Service
from workbench.session.status import ServiceStatus
from workbench.session.waits import Waits

SERVICE = Service(name="SIMULATED", simulated=True, key_source="none needed")
NOBODY = "http://127.0.0.1:9"
"""Where no service listens."""


class Run:
    """One run of the workbench on files of an earlier one."""

    def __init__(self, app: WorkbenchApp, chat: ChatSession) -> None:
        self.app = app
        self.chat = chat


@pytest.fixture(scope="module")
def simulator() -> Iterator[str]:
    with SimulatorProcess() as process:
        yield process.base_url


@asynccontextmanager
async def run(base_url: str, home: Path) -> AsyncIterator[Actor]:
    paths = Paths(key=home / "key", history=home / "prompts", log=home / "log")
    async with AsyncExitStack() as closing:
        store = await closing.enter_async_context(SqliteMeasurementStore(paths.measurements))
        status, waits = ServiceStatus(), Waits()
        measurements = Measurements(SERVICE, store=store)
        observers = Observers(status, waits, measurements)
        groq = await closing.enter_async_context(
            GroqClient(
                base_url=base_url,
                api_key="gsk_demo",
                observe=observers,
                transport=HttpTransport.to(base_url),
                retry=None,
            )
        )
        lists = ModelListFile(paths.model_lists, service=SERVICE.name)
        models = ModelCatalogue(groq, store=lists)
        chat = ChatSession(groq, model="openai/gpt-oss-20b", models=models)
        parts = replace(
            Stage(service=SERVICE).parts,
            groq=groq,
            observers=observers,
            chat=chat,
            models=models,
            measurements=measurements,
            status=status,
            waits=waits,
            paths=paths,
            closing=closing,
        )
        app = WorkbenchApp(parts, log=paths.log)
        async with app.run_test(size=(150, 40)) as pilot:
            await pilot.pause()
            yield Actor(Run(app, chat), pilot)  # type: ignore[arg-type] # what an actor uses


async def until(actor: Actor, model: str, ending: str) -> None:
    """Wait, in real time, until a model's line says so."""
    due = time.monotonic() + 20
    while not line_of(actor, model).rstrip().endswith(ending):
        assert time.monotonic() < due, actor.screen
        await actor.pilot.pause(0.02)


async def test_what_was_measured_yesterday_is_there_today_and_offline(
    simulator: str, tmp_path: Path
) -> None:
    async with run(simulator, tmp_path) as actor:
        await actor.ask("Why is the sky blue?")
        await actor.until(lambda: actor.pane.answering or actor.stage.chat.turns)
        due = time.monotonic() + 30
        while not (actor.pane.ready and actor.stage.chat.turns[-1].outcome):
            assert time.monotonic() < due, actor.screen
            await actor.pilot.pause(0.02)
        await go_to_models(actor)
        await until(actor, "openai/gpt-oss-20b ", " 1")
        first = line_of(actor, "openai/gpt-oss-20b ").split()[-4:]
        listed = shown(actor)

    async with run(NOBODY, tmp_path) as actor:
        await go_to_models(actor)
        await until(actor, "openai/gpt-oss-20b ", " 1")

        assert shown(actor) == listed
        assert "The last list is kept." in actor.screen
        assert line_of(actor, "openai/gpt-oss-20b ").split()[-4:] == first


async def test_the_measured_speed_is_about_the_documented_one(
    simulator: str, tmp_path: Path
) -> None:
    async with run(simulator, tmp_path) as actor:
        await actor.ask("Write a long story about a lighthouse, please.")
        due = time.monotonic() + 30
        while not (actor.stage.chat.turns and actor.stage.chat.turns[-1].outcome):
            assert time.monotonic() < due, actor.screen
            await actor.pilot.pause(0.02)
        await go_to_models(actor)
        await until(actor, "openai/gpt-oss-20b ", " 1")
        documented, _, _, here, _ = line_of(actor, "openai/gpt-oss-20b ").split()[-5:]

        assert documented == "1,000"
        assert 300 < float(here.replace(",", "")) < 1500
