"""The ASGI application: every request's way from its guard to its answer."""

import logging

from workbench.simulator import batches, files, models, wire
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
from workbench.simulator.faults import Fault, UnknownFaultError, parse_fault
from workbench.simulator.guard import bearer_key, check_media_type, check_origin
from workbench.simulator.refusal import refusal
from workbench.simulator.settings import SimulatorSettings
from workbench.simulator.simulation import Simulation
from workbench.simulator.speech import create_speech
from workbench.simulator.spoil import ConnectionCutError, SpoiledSend
from workbench.simulator.transcription import create_transcription, create_translation

_log = logging.getLogger(__name__)
_ROOT = "/openai/v1"


class Application:
    """A simulator behind ASGI; whoever runs it without a lifespan closes it."""

    def __init__(self, simulation: Simulation) -> None:
        self._simulation = simulation

    async def __call__(self, scope: ASGIMessage, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] == "lifespan":
            await self._lifespan(receive, send)
        elif scope["type"] == "http":
            await _respond(self._simulation, scope, receive, send)

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
    return Application(Simulation(settings, clock or SystemClock()))


async def _respond(
    simulation: Simulation, scope: ASGIMessage, receive: Receive, send: Send
) -> None:
    now = simulation.clock.now()
    exchange = Exchange(scope, receive, send, date=wire.http_date(now))
    exchange.request_id = wire.request_id(now, simulation.random)
    try:
        check_origin(exchange.headers)
        fault = _fault(simulation, exchange)
        await exchange.read_body(_most_bytes(simulation, exchange))
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


def _most_bytes(simulation: Simulation, exchange: Exchange) -> int:
    """How large the body may be."""
    uploads = exchange.path == f"{_ROOT}/files"
    return files.MAX_UPLOAD_BYTES if uploads else simulation.settings.max_body_bytes


def _fault(simulation: Simulation, exchange: Exchange) -> Fault:
    """The fault of this request: its own header's, else the standing one, if chance wills."""
    fault = simulation.standing_fault
    asked = exchange.headers.get("x-simulate")
    if asked is not None:
        try:
            fault = parse_fault(asked)
        except UnknownFaultError as error:
            raise bad_request(str(error), param="x-simulate") from error
    return simulation.chance(fault)


async def _handle(simulation: Simulation, exchange: Exchange, fault: Fault) -> None:
    try:
        if (asked := refusal(simulation, exchange, fault)) is not None:
            raise asked
        exchange.key = bearer_key(exchange.headers)
        await _route(simulation, exchange, fault)
    except APIError as error:
        await exchange.refuse(error)
    except ConnectionCutError:
        raise
    except Exception:  # noqa: BLE001
        # A fault of ours must look like a fault of the service's, not like a hung connection.
        _log.exception("the simulator failed to answer %s %r", exchange.method, exchange.path)
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
        case _, ["files", *parts]:
            await _route_file(simulation, exchange, parts)
        case _, ["batches", *parts]:
            await _route_batch(simulation, exchange, parts)
        case "GET", ["models"]:
            await models.list_models(simulation, exchange)
        case "GET", ["models", *parts]:
            await models.get_model(simulation, exchange, "/".join(parts))
        case _:
            raise unknown_url(method, path)


async def _route_file(simulation: Simulation, exchange: Exchange, parts: list[str]) -> None:
    match exchange.method, parts:
        case "POST", []:
            await files.create_file(simulation, exchange)
        case "GET", []:
            await files.list_files(simulation, exchange)
        case "GET", [file_id]:
            await files.get_file(simulation, exchange, file_id)
        case "DELETE", [file_id]:
            await files.delete_file(simulation, exchange, file_id)
        case "GET", [file_id, "content"]:
            await files.get_content(simulation, exchange, file_id)
        case _:
            raise unknown_url(exchange.method, exchange.path)


async def _route_batch(simulation: Simulation, exchange: Exchange, parts: list[str]) -> None:
    match exchange.method, parts:
        case "POST", []:
            await batches.create_batch(simulation, exchange)
        case "GET", []:
            await batches.list_batches(simulation, exchange)
        case "GET", [batch_id]:
            await batches.get_batch(simulation, exchange, batch_id)
        case "POST", [batch_id, "cancel"]:
            await batches.cancel_batch(simulation, exchange, batch_id)
        case _:
            raise unknown_url(exchange.method, exchange.path)
