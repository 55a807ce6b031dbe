"""The refusal that a fault asks for instead of an answer, about the model the request names."""

import json

from workbench.simulator import catalogue
from workbench.simulator.errors import APIError
from workbench.simulator.exchange import Exchange
from workbench.simulator.failures import failure, page
from workbench.simulator.faults import Fault
from workbench.simulator.form import parse_form
from workbench.simulator.simulation import Simulation
from workbench.simulator.wire import JSON


def refusal(simulation: Simulation, exchange: Exchange, fault: Fault) -> APIError | None:
    """What to answer in place of the request's own answer; None when it may have that."""
    if fault.html is not None:
        return page(fault.html)
    if fault.status is None:
        return None
    model = catalogue.find(_model_named(exchange), enterprise=True) or catalogue.MODELS[0]
    key = exchange.key or exchange.headers.get("authorization", "").rpartition(" ")[2]
    tier = exchange.service_tier or "on_demand"
    quota = simulation.quota(key, model, tier)
    subject = simulation.subject(key, model, tier)
    return failure(fault.status, subject, quota=quota, retry_after=fault.retry_after)


def _model_named(exchange: Exchange) -> str:
    label = exchange.headers.get("content-type", "")
    if label.lower().startswith("multipart/form-data"):
        try:
            return next(iter(parse_form(label, exchange.body).fields.get("model", ())), "")
        except APIError:
            return ""
    try:
        value: JSON = json.loads(exchange.body)
    except (ValueError, RecursionError):
        return ""
    model = value.get("model") if isinstance(value, dict) else None
    return model if isinstance(model, str) else ""
