"""Everything one running simulator remembers between requests."""

from random import Random

from workbench.simulator import catalogue, wire
from workbench.simulator.clock import Clock
from workbench.simulator.errors import model_decommissioned, model_not_found
from workbench.simulator.listener import Listener
from workbench.simulator.model import Model
from workbench.simulator.prompt_cache import PromptCache
from workbench.simulator.quota import Quota, Subject
from workbench.simulator.settings import Limits, SimulatorSettings


class Simulation:
    """The settings, the clock, the chances, and what each organisation has used."""

    def __init__(self, settings: SimulatorSettings, clock: Clock) -> None:
        self.settings = settings
        self.clock = clock
        # Ids and chances need no cryptography; a given seed must bring them back.
        self.random = Random(settings.seed)  # noqa: S311
        self.prompt_cache = PromptCache()
        self.listener = Listener(settings.listen) if settings.listen else None
        self._quotas: dict[tuple[str, str], Quota] = {}

    async def aclose(self) -> None:
        """End what runs beside the requests."""
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
