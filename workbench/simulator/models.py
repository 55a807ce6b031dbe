"""The model list and its single models."""

from workbench.simulator import catalogue, wire
from workbench.simulator.errors import model_not_found
from workbench.simulator.exchange import Exchange
from workbench.simulator.simulation import Simulation
from workbench.simulator.wire import JSON


async def list_models(simulation: Simulation, exchange: Exchange) -> None:
    """`GET /openai/v1/models`."""
    models = catalogue.available(enterprise=simulation.settings.enterprise)
    data: list[JSON] = [model.as_json() for model in models]
    await exchange.answer(200, wire.document({"object": "list", "data": data}))


async def get_model(simulation: Simulation, exchange: Exchange, model_id: str) -> None:
    """`GET /openai/v1/models/{id}`; most ids have a slash in them."""
    model = catalogue.find(model_id, enterprise=simulation.settings.enterprise)
    if model is None:
        raise model_not_found(model_id)
    await exchange.answer(200, wire.document(model.as_json()))
