"""Everything one running simulator remembers between requests."""

import asyncio
from collections.abc import Coroutine
from random import Random

from workbench.simulator import catalogue, wire
from workbench.simulator.batch import BatchStore
from workbench.simulator.clock import Clock
from workbench.simulator.errors import model_decommissioned, model_not_found
from workbench.simulator.faults import NO_FAULT, Fault, parse_fault
from workbench.simulator.file_store import FileStore
from workbench.simulator.listener import Listener
from workbench.simulator.model import Model
from workbench.simulator.prompt_cache import PromptCache
from workbench.simulator.quota import Quota, Subject
from workbench.simulator.settings import Limits, SimulatorSettings


class Simulation:
    """The settings, the clock, the chances, and what each organisation has used and kept.

    Raises ValueError for a fault in the settings that it does not know.
    """

    def __init__(self, settings: SimulatorSettings, clock: Clock) -> None:
        self.settings = settings
        self.clock = clock
        # Ids and chances need no cryptography; a given seed must bring them back.
        self.random = Random(settings.seed)  # noqa: S311
        self.standing_fault = parse_fault(settings.fault) if settings.fault else NO_FAULT
        self.prompt_cache = PromptCache()
        self.files = FileStore()
        self.batches = BatchStore()
        self.listener = Listener(settings.listen) if settings.listen else None
        self._quotas: dict[tuple[str, str], Quota] = {}
        self._tasks: set[asyncio.Task[None]] = set()

    def start(self, work: Coroutine[None, None, None]) -> None:
        """Let something run beside the requests."""
        task = asyncio.ensure_future(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def chance(self, fault: Fault) -> Fault:
        """The fault, or none: by its share of requests."""
        hit = fault.rate >= 1 or self.random.random() < fault.rate
        return fault if hit else NO_FAULT

    async def aclose(self) -> None:
        """End what runs beside the requests."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        if self.listener is not None:
            await self.listener.aclose()

    def model(self, model_id: str) -> Model:
        """The model a request names; a 400 when it is retired, a 404 when there is none."""
        if model_id in catalogue.DECOMMISSIONED:
            raise model_decommissioned(model_id)
        model = catalogue.find(model_id, enterprise=self.settings.enterprise)
        if model is None:
            raise model_not_found(model_id)
        return model

    def quota(self, key: str, model: Model, service_tier: str = "on_demand") -> Quota:
        """The limits of a key's organisation for a model; batches do not count against them."""
        if service_tier == "batch":
            return Quota(Limits(), self.clock.monotonic())
        name = (wire.organisation(key), model.id)
        if name not in self._quotas:
            limits = self.settings.limits or model.limits(self.settings.plan)
            self._quotas[name] = Quota(limits, self.clock.monotonic())
        return self._quotas[name]

    def subject(self, key: str, model: Model, service_tier: str = "on_demand") -> Subject:
        """How refusals name the organisation and the model."""
        return Subject(
            model=model.id,
            organisation=wire.organisation(key),
            service_tier=self.tier(service_tier),
            plan=self.settings.plan,
        )

    @staticmethod
    def tier(asked: str) -> str:
        """The tier that serves a request: `auto` begins with on_demand."""
        return "on_demand" if asked == "auto" else asked
