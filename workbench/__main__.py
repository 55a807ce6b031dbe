"""The command line, and the composition of everything behind it.

``--help`` and ``--version`` answer before anything heavy is imported.
"""

import sys
from argparse import ArgumentParser, Namespace
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from client import VERSION
from workbench import collector
from workbench.config import DEFAULT_MODEL, ConfigError, Paths, read_tools
from workbench.simulator import command as simulator_command

if TYPE_CHECKING:
    from collections.abc import Mapping
    from contextlib import AsyncExitStack

    from client import GroqConfig, Transport
    from workbench.adapters.listening_model import ListeningModel
    from workbench.opening import Loaded
    from workbench.session.service import Service

_EPILOG = """\
Without a key the workbench opens in demo mode, on a simulator of its own: no key, no network.
The key is looked for in GROQ_API_KEY, in the system keyring, then in a file of your own.
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Connection:
    """Which service to talk to, how, and what to call it; no transport means the default one."""

    config: "GroqConfig"
    service: "Service"
    transport: "Transport | None" = None
    warning: str = ""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line; returns the exit code."""
    given = _parser().parse_args(arguments)
    try:
        if given.command == "simulate":
            return simulator_command.run(given)
        return _open_workbench(given)
    except KeyboardInterrupt:
        return 130
    except ConfigError as error:
        from workbench.neutralise import neutralise

        sys.stderr.write(f"groq-workbench: {neutralise(str(error))}\n")  # it may quote a file
        return 2


def _parser() -> ArgumentParser:
    parser = ArgumentParser(
        prog="groq-workbench",
        description="A terminal workbench for Groq's models.",
        epilog=_EPILOG,
    )
    parser.add_argument("--version", action="version", version=f"groq-workbench {VERSION}")
    parser.add_argument(
        "--demo", action="store_true", help="use the embedded simulator even if there is a key"
    )
    parser.add_argument(
        "--model", metavar="ID", default=DEFAULT_MODEL, help="chat with it (default: %(default)s)"
    )
    parser.add_argument("--system", metavar="TEXT", default="", help="begin with a system prompt")
    parser.add_argument(
        "--tools", metavar="FILE", type=Path, help="offer tools from a JSON file; none is run"
    )
    parser.add_argument(
        "--base-url", metavar="URL", help="another address of the API, such as a server of yours"
    )
    parser.add_argument(
        "--fault", metavar="SPEC", help="demo only: let requests fail, as 'simulate --fault' does"
    )
    parser.add_argument(
        "--listen",
        metavar="MODEL",
        help="demo only: hear real words with this Whisper model, by its folder or its name on the "
        "hub, or 'off' (default: $GROQ_WORKBENCH_LISTEN, else one that is on this machine)",
    )
    parser.add_argument(
        "--record", metavar="FILE", type=Path, help="record every exchange to a HAR file, no keys"
    )
    parser.add_argument(
        "--replay", metavar="FILE", type=Path, help="answer from a recording; nothing is sent"
    )
    parser.add_argument(
        "--speed",
        metavar="X",
        type=float,
        help="of a replay: 2 is twice as fast, 0 does not wait (default: 1)",
    )
    parser.set_defaults(command="workbench")
    commands = parser.add_subparsers(title="commands", metavar="")
    simulate = commands.add_parser(
        "simulate", help="run the simulator alone", description=simulator_command.DESCRIPTION
    )
    simulator_command.add_arguments(simulate)
    simulate.set_defaults(command="simulate")
    return parser


def _open_workbench(given: Namespace) -> int:
    _check(given)
    if not sys.stdin.isatty() or not sys.stdout.isatty():
        raise ConfigError("this is an application for a terminal; see --help.")
    collector.hold()
    with ExitStack() as closing:
        return _run(given, closing)


def _check(given: Namespace) -> None:
    """Refuse what is wrong with the options, before a screen covers the terminal."""
    if given.replay is None and given.speed is not None:
        raise ConfigError("--speed is the speed of a --replay.")
    if given.replay is not None:
        for option in ("demo", "base_url", "fault", "listen", "record"):
            if getattr(given, option):
                shown = option.replace("_", "-")
                raise ConfigError(f"--replay sends nothing: --{shown} has no meaning with it.")
        try:
            given.replay.open("rb").close()
        except OSError as error:
            raise ConfigError(f"{given.replay} cannot be read: {error.strerror}.") from None


def _connect(given: Namespace, closing: ExitStack) -> _Connection:
    """The service that the arguments and the environment name; starts the demo's simulator."""
    import os

    from workbench.adapters.keys import find_key

    if given.replay is not None:
        return _connect_to_recording(given)
    key = None if given.demo else find_key(os.environ, Paths.of_this_user().key)
    elsewhere = given.base_url or os.environ.get("GROQ_BASE_URL", "").strip()
    if given.demo or (key is None and not elsewhere):
        return _connect_to_simulator(given, closing)
    if given.listen:
        raise ConfigError("--listen is for the demo: a real service hears by itself.")

    from client import GroqConfig, ValidationError
    from workbench.session.service import Service

    try:
        config = GroqConfig.from_environment(
            {
                "GROQ_API_KEY": key.key.get_secret_value() if key else "",
                "GROQ_BASE_URL": elsewhere,
                "GROQ_CUSTOM_HEADERS": os.environ.get("GROQ_CUSTOM_HEADERS", ""),
            }
        )
    except ValidationError as error:
        raise ConfigError(str(error)) from None
    source = key.source if key else "no key"
    service = Service(name=config.host, simulated=False, key_source=source)
    warning = (key.warning or "") if key else ""
    return _Connection(config=config, service=service, warning=warning)


def _connect_to_recording(given: Namespace) -> _Connection:
    from client import DEFAULT_BASE_URL, GroqConfig, ReplayTransport, ValidationError
    from workbench.session.service import Service

    speed = 1.0 if given.speed is None else given.speed
    try:
        transport = ReplayTransport(given.replay, speed=speed, match="loose")
        # The limits in the recorded headers are nobody's now: nothing waits for them.
        config = GroqConfig(
            api_key="gsk_replayed",
            base_url=transport.base_url or DEFAULT_BASE_URL,
            rate_limit=None,
        )
    except ValidationError as error:
        raise ConfigError(str(error)) from None
    service = Service(name="REPLAY", simulated=False, replayed=True, key_source="none needed")
    return _Connection(config=config, service=service, transport=transport)


def _connect_to_simulator(given: Namespace, closing: ExitStack) -> _Connection:
    from workbench.adapters.simulator_process import SimulatorProcess, SimulatorStartError

    listener, warning = _listener(given)
    options = [f"--fault={given.fault}"] if given.fault else []
    if listener is not None:
        options.append(f"--listen={listener.location}")
    process = closing.enter_context(SimulatorProcess(options))
    from client import GroqConfig
    from workbench.session.service import Service

    try:
        config = GroqConfig(api_key="gsk_simulated", base_url=process.base_url)
    except SimulatorStartError as error:
        raise ConfigError(f"the demo's simulator did not start: {error}") from None
    service = Service(
        name="SIMULATED",
        simulated=True,
        key_source="none needed",
        listener=listener.title if listener is not None else "",
    )
    return _Connection(config=config, service=service, warning=warning)


def _listener(given: Namespace) -> "tuple[ListeningModel | None, str]":
    """What the demo hears words with, and what to warn of."""
    import os

    from workbench.adapters.listening_model import DeafError, find_listening_model, hub_cache

    places = (Paths.of_this_user().listening_models, hub_cache(os.environ, Path.home()))
    try:
        return find_listening_model(given.listen, os.environ, places), ""
    except DeafError as error:
        if given.listen:
            raise ConfigError(f"--listen: {error}.") from None
        return None, f"GROQ_WORKBENCH_LISTEN: {error}."


def _recorded(connection: _Connection, file: Path) -> "Transport":
    from client import HttpTransport, RecordingTransport

    transport = connection.transport or HttpTransport.to(connection.config.base_url)
    return RecordingTransport(transport, file)


def _run(given: Namespace, closing: ExitStack) -> int:
    """Paint at once; what takes long to load is loaded while the person may type."""
    import asyncio
    from contextlib import AsyncExitStack

    from workbench.adapters.signals import asked_to_end
    from workbench.opening import Loaded, OpeningApp

    paths = Paths.of_this_user()
    tools = read_tools(given.tools) if given.tools else ()

    async def run() -> int:
        async with AsyncExitStack() as closing_later:

            async def load() -> Loaded:
                await asyncio.to_thread(_import_the_rest)
                connection = await asyncio.to_thread(_connect, given, closing)
                return await _load(given, connection, paths, tools, closing_later)

            app = OpeningApp(load, log=paths.log)
            with asked_to_end(lambda code: app.exit(return_code=code)):
                await app.run_async()
            if app.problem is not None:
                raise app.problem
            return app.return_code or 0

    return asyncio.run(run())


def _import_the_rest() -> None:
    import workbench.adapters.measurement_store
    import workbench.assembly.workspaces  # noqa: F401
    from client import HttpTransport  # noqa: F401


async def _load(
    given: Namespace,
    connection: _Connection,
    paths: Paths,
    tools: "tuple[Mapping[str, object], ...]",
    closing: "AsyncExitStack",
) -> "Loaded":
    """Compose everything behind the screen."""
    import asyncio
    import os
    from functools import partial

    from client import GroqClient, HttpTransport, ValidationError
    from workbench.adapters.clipboard import SystemClipboard
    from workbench.adapters.measurement_store import SqliteMeasurementStore
    from workbench.adapters.model_list import ModelListFile
    from workbench.adapters.prompt_history import PromptHistoryFile
    from workbench.assembly.covers import make_cover
    from workbench.assembly.parts import Parts, secret_of
    from workbench.assembly.workspaces import chat_screen, make_workspace
    from workbench.opening import Loaded
    from workbench.session.chat import ChatParameters, ChatSession
    from workbench.session.measurements import Measurements
    from workbench.session.models import ModelCatalogue
    from workbench.session.observers import Observers
    from workbench.session.status import ServiceStatus
    from workbench.session.stopwatch import Stopwatch
    from workbench.session.waits import Waits
    from workbench.session.wire.log import WireLog

    service = connection.service
    status, waits = ServiceStatus(), Waits()
    store = await closing.enter_async_context(SqliteMeasurementStore(paths.measurements))
    measurements = Measurements(service, store=store)
    observers = Observers(status, waits, measurements)
    wire, config = WireLog(), connection.config
    try:
        if given.record is not None:
            transport = _recorded(connection, given.record)
        else:
            transport = connection.transport or HttpTransport.to(
                config.base_url, engine=config.engine
            )
        groq = await closing.enter_async_context(
            GroqClient(config=config, transport=wire.tap(transport), observe=observers)
        )
    except ValidationError as error:
        raise ConfigError(str(error)) from None
    wire.follow(groq)
    stopwatch = Stopwatch(groq.now)
    observers.join(stopwatch)
    lists = None if service.replayed else ModelListFile(paths.model_lists, service=service.name)
    models = ModelCatalogue(groq, store=lists)
    parts = Parts(
        groq=groq,
        service=service,
        observers=observers,
        chat=ChatSession(
            groq,
            model=given.model,
            parameters=ChatParameters(system_prompt=given.system, tools=tools),
            models=models,
        ),
        models=models,
        measurements=measurements,
        status=status,
        waits=waits,
        wire=wire,
        stopwatch=stopwatch,
        history=PromptHistoryFile(paths.history),
        clipboard=SystemClipboard(os.environ),
        paths=paths,
        closing=closing,
    )
    found = await asyncio.to_thread(_told_of_recordings, paths)
    return Loaded(
        begin=partial(chat_screen, parts),
        make=partial(make_workspace, parts=parts),
        cover=partial(make_cover, parts=parts),
        secret=secret_of(groq),
        warning="\n".join(filter(None, (connection.warning, found))),
    )


def _told_of_recordings(paths: Paths) -> str:
    """That something was being recorded when the workbench ended, "" when nothing was."""
    from workbench.recorder.marker import cut_short

    count = cut_short(paths.recordings)
    if not count:
        return ""
    were = "A recording was" if count == 1 else f"{count} recordings were"
    return f"{were} cut short. All that was said until then is kept: see Microphone, Alt+4."


if __name__ == "__main__":
    sys.exit(main())
