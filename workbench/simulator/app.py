"""The ASGI application: every request's way from its guard to its answer."""

import json
import logging

from workbench.simulator import catalogue, models, wire
from workbench.simulator.chat import create_completion
from workbench.simulator.clock import Clock, SystemClock
from workbench.simulator.errors import APIError, bad_request, error_of, unknown_url
from workbench.simulator.exchange import (
    ASGIMessage,
    ClientGoneError,
    Exchange,
    Receive,
    Send,
    until_disconnect,
)
from workbench.simulator.failures import failure, page
from workbench.simulator.faults import NO_FAULT, Fault, UnknownFaultError, parse_fault
from workbench.simulator.form import parse_form
from workbench.simulator.guard import bearer_key, check_media_type, check_origin
from workbench.simulator.settings import SimulatorSettings
from workbench.simulator.simulation import Simulation
from workbench.simulator.speech import create_speech
from workbench.simulator.spoil import ConnectionCutError, SpoiledSend
from workbench.simulator.transcription import create_transcription, create_translation
from workbench.simulator.wire import JSON

_log = logging.getLogger(__name__)
_ROOT = "/openai/v1"


class Application:
    """A simulator behind ASGI; whoever runs it without a lifespan closes it."""

    def __init__(self, simulation: Simulation, standing: Fault) -> None:
        self._simulation = simulation
        self._standing = standing

    async def __call__(self, scope: ASGIMessage, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] == "lifespan":
            await self._lifespan(receive, send)
        elif scope["type"] == "http":
            await _respond(self._simulation, self._standing, scope, receive, send)

    async def _lifespan(self, receive: Receive, send: Send) -> None:
        while True:
            phase = (await receive())["type"].removeprefix("lifespan.")
            if phase == "shutdown":
                await self.aclose()
            await send({"type": f"lifespan.{phase}.complete"})
            if phase == "shutdown":
                return

    async def aclose(self) -> None:
        """End what runs beside the requests."""
        await self._simulation.aclose()


def create_app(settings: SimulatorSettings, clock: Clock | None = None) -> Application:
    """A simulator as an ASGI application; raises ValueError for a fault it does not know."""
    standing = parse_fault(settings.fault) if settings.fault else NO_FAULT
    return Application(Simulation(settings, clock or SystemClock()), standing)


async def _respond(
    simulation: Simulation, standing: Fault, scope: ASGIMessage, receive: Receive, send: Send
) -> None:
    now = simulation.clock.now()
    exchange = Exchange(scope, receive, send, date=wire.http_date(now))
    exchange.request_id = wire.request_id(now, simulation.random)
    try:
        check_origin(exchange.headers)
        fault = _fault(simulation, standing, exchange)
        await exchange.read_body(simulation.settings.max_body_bytes)
    except ClientGoneError:
        return
    except APIError as error:
        await exchange.refuse(error)
        return
    exchange.send = SpoiledSend(send, fault, simulation.clock, simulation.random)
    try:
        await until_disconnect(exchange, _handle(simulation, exchange, fault))
    except ConnectionCutError:
        if hang_up := scope.get("state", {}).get("hang_up"):
            hang_up()
            await exchange.disconnected()


def _fault(simulation: Simulation, standing: Fault, exchange: Exchange) -> Fault:
    """The fault of this request: its own header's, else the standing one, if chance wills."""
    fault = standing
    asked = exchange.headers.get("x-simulate")
    if asked is not None:
        try:
            fault = parse_fault(asked)
        except UnknownFaultError as error:
            raise bad_request(str(error), param="x-simulate") from error
    hit = fault.rate >= 1 or simulation.random.random() < fault.rate
    return fault if hit else NO_FAULT


async def _handle(simulation: Simulation, exchange: Exchange, fault: Fault) -> None:
    try:
        if fault.status is not None or fault.html is not None:
            raise _failure(simulation, exchange, fault)
        exchange.key = bearer_key(exchange.headers)
        await _route(simulation, exchange, fault)
    except APIError as error:
        await exchange.refuse(error)
    except ConnectionCutError:
        raise
    except Exception:  # noqa: BLE001
        # A fault of ours must look like a fault of the service's, not like a hung connection.
        _log.exception("the simulator failed to answer %s %s", exchange.method, exchange.path)
        await exchange.refuse(
            APIError(500, error_of("Internal Server Error", type_="internal_server_error"))
        )


async def _route(simulation: Simulation, exchange: Exchange, fault: Fault) -> None:
    method, path = exchange.method, exchange.path
    match (method, path.removeprefix(_ROOT).split("/")[1:] if path.startswith(_ROOT) else ()):
        case "POST", ["chat", "completions"]:
            check_media_type(method, exchange.headers, "application/json")
            await create_completion(simulation, exchange, fault)
        case "POST", ["audio", "transcriptions"]:
            await create_transcription(simulation, exchange, fault)
        case "POST", ["audio", "translations"]:
            await create_translation(simulation, exchange, fault)
        case "POST", ["audio", "speech"]:
            await create_speech(simulation, exchange, fault)
        case "GET", ["models"]:
            await models.list_models(simulation, exchange)
        case "GET", ["models", *parts]:
            await models.get_model(simulation, exchange, "/".join(parts))
        case _:
            raise unknown_url(method, path)


def _failure(simulation: Simulation, exchange: Exchange, fault: Fault) -> APIError:
    """The refusal a fault asks for, about the model that the request names."""
    if fault.html is not None:
        return page(fault.html)
    model = catalogue.find(_model_named(exchange), enterprise=True) or catalogue.MODELS[0]
    key = exchange.headers.get("authorization", "").rpartition(" ")[2]
    quota = simulation.quota(key, model)
    subject = simulation.subject(key, model)
    assert fault.status is not None  # noqa: S101 - the caller has looked
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
