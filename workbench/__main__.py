"""The command line, and the composition of everything behind it.

``--help`` and ``--version`` answer before anything heavy is imported.
"""

import sys
from argparse import ArgumentParser, Namespace
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

from client import VERSION
from workbench import collector
from workbench.config import DEFAULT_MODEL, ConfigError, Paths, read_tools
from workbench.simulator import command as simulator_command

if TYPE_CHECKING:
    from client import GroqConfig
    from workbench.session.service import Service

_EPILOG = """\
Without a key the workbench opens in demo mode, on a simulator of its own: no key, no network.
The key is looked for in GROQ_API_KEY, in the system keyring, then in a file of your own.
"""


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
        sys.stderr.write(f"groq-workbench: {error}\n")
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
    parser.set_defaults(command="workbench")
    commands = parser.add_subparsers(title="commands", metavar="")
    simulate = commands.add_parser(
        "simulate", help="run the simulator alone", description=simulator_command.DESCRIPTION
    )
    simulator_command.add_arguments(simulate)
    simulate.set_defaults(command="simulate")
    return parser


def _open_workbench(given: Namespace) -> int:
    if not sys.stdin.isatty() or not sys.stdout.isatty():
        raise ConfigError("this is an application for a terminal; see --help.")
    collector.hold()
    with ExitStack() as closing:
        config, service = _connect(given, closing)
        return _run(given, config, service)


def _connect(given: Namespace, closing: ExitStack) -> "tuple[GroqConfig, Service]":
    """The settings of the client, and what to call the service; starts the demo's simulator."""
    import os

    from workbench.adapters.keys import find_key

    key = None if given.demo else find_key(os.environ, Paths.of_this_user().key)
    elsewhere = given.base_url or os.environ.get("GROQ_BASE_URL", "").strip()
    if given.demo or (key is None and not elsewhere):
        return _connect_to_simulator(given, closing)

    from client import GroqConfig, ValidationError
    from workbench.session.service import Service

    if key is not None and key.warning:
        sys.stderr.write(f"groq-workbench: {key.warning}\n")
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
    return config, Service(name=config.host, simulated=False, key_source=source)


def _connect_to_simulator(given: Namespace, closing: ExitStack) -> "tuple[GroqConfig, Service]":
    from workbench.adapters.simulator_process import SimulatorProcess, SimulatorStartError

    process = closing.enter_context(
        SimulatorProcess([f"--fault={given.fault}"] if given.fault else [])
    )
    # What the screen needs is loaded while the simulator gets ready.
    import workbench.app  # noqa: F401
    from client import GroqConfig
    from workbench.session.service import Service

    try:
        config = GroqConfig(api_key="gsk_simulated", base_url=process.base_url)
    except SimulatorStartError as error:
        raise ConfigError(f"the demo's simulator did not start: {error}") from None
    return config, Service(name="SIMULATED", simulated=True, key_source="none needed")


def _run(given: Namespace, config: "GroqConfig", service: "Service") -> int:
    import asyncio

    from client import GroqClient, ValidationError
    from workbench.adapters.prompt_history import PromptHistoryFile
    from workbench.app import WorkbenchApp
    from workbench.session.chat import ChatParameters, ChatSession
    from workbench.session.models import ModelCatalogue
    from workbench.session.status import ServiceStatus

    paths = Paths.of_this_user()
    tools = read_tools(given.tools) if given.tools else ()
    status = ServiceStatus()

    async def run() -> int:
        async with GroqClient(config=config, observe=status) as groq:
            models = ModelCatalogue(groq)
            app = WorkbenchApp(
                groq,
                service=service,
                chat=ChatSession(
                    groq,
                    model=given.model,
                    parameters=ChatParameters(system_prompt=given.system, tools=tools),
                    models=models,
                ),
                models=models,
                status=status,
                now=groq.now,
                history=PromptHistoryFile(paths.history),
                log=paths.log,
            )
            await app.run_async()
            return app.return_code or 0

    try:
        return asyncio.run(run())
    except ValidationError as error:
        raise ConfigError(str(error)) from None


if __name__ == "__main__":
    sys.exit(main())
