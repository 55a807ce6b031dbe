"""Everything one running simulator remembers between requests."""

from random import Random

from workbench.simulator import wire
from workbench.simulator.clock import Clock
from workbench.simulator.model import Model
from workbench.simulator.prompt_cache import PromptCache
from workbench.simulator.quota import Quota, Subject
from workbench.simulator.settings import SimulatorSettings


class Simulation:
    """The settings, the clock, the chances, and what each organisation has used."""

    def __init__(self, settings: SimulatorSettings, clock: Clock) -> None:
        self.settings = settings
        self.clock = clock
        # Ids and chances need no cryptography; a given seed must bring them back.
        self.random = Random(settings.seed)  # noqa: S311
        self.prompt_cache = PromptCache()
        self._quotas: dict[tuple[str, str], Quota] = {}

    def quota(self, key: str, model: Model) -> Quota:
        """The limits of a key's organisation for a model."""
        name = (wire.organisation(key), model.id)
        if name not in self._quotas:
            limits = self.settings.limits or model.limits(self.settings.plan)
            self._quotas[name] = Quota(limits, self.clock.monotonic())
        return self._quotas[name]

    def subject(self, key: str, model: Model, service_tier: str = "on_demand") -> Subject:
        """How refusals name the organisation and the model."""
        tier = "on_demand" if service_tier == "auto" else service_tier
        return Subject(
            model=model.id,
            organisation=wire.organisation(key),
            service_tier=tier,
            plan=self.settings.plan,
        )
