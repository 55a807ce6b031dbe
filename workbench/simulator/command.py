"""The command line of the simulator: what `groq-workbench simulate` takes and does."""

import json
import os
import signal
import sys
from argparse import ArgumentParser, ArgumentTypeError, Namespace
from threading import Thread
from typing import TYPE_CHECKING

from workbench.simulator.settings import SimulatorSettings

if TYPE_CHECKING:
    import asyncio

DESCRIPTION = "Run a local Groq API on 127.0.0.1, to try programs without a key or a network."


def add_arguments(parser: ArgumentParser) -> None:
    """Add the options of the simulator to a parser."""
    parser.add_argument(
        "--port", type=int, default=8787, metavar="N", help="port to listen on; 0 takes a free one"
    )
    parser.add_argument(
        "--seed", type=int, metavar="S", help="answer with other words, and with the same ids"
    )
    parser.add_argument(
        "--speed",
        type=float,
        default=1.0,
        metavar="X",
        help="multiply each model's documented tokens per second (default: 1)",
    )
    parser.add_argument(
        "--plan",
        choices=("free", "developer"),
        default="free",
        help="whose rate limits to apply (default: free)",
    )
    parser.add_argument(
        "--fault",
        type=_fault,
        metavar="SPEC",
        help="let every request fail: 429, 'cut-after=2000', 'status=503; rate=0.1', ...",
    )
    parser.add_argument(
        "--enterprise",
        action="store_true",
        help="open the models that are kept for enterprise customers",
    )
    parser.add_argument(
        "--listen",
        metavar="MODEL",
        help="hear real words in audio, with a Whisper model for faster-whisper: its folder, or "
        "its name on the hub (needs groq-workbench[listen])",
    )
    parser.add_argument(
        "--embedded",
        action="store_true",
        help="announce the address as JSON and end when standard input does",
    )


def run(args: Namespace) -> int:
    """Serve until interrupted; returns the exit code."""
    try:
        settings = SimulatorSettings(
            port=args.port,
            seed=args.seed,
            speed=args.speed,
            plan=args.plan,
            fault=args.fault,
            enterprise=args.enterprise,
            listen=_installed(args.listen),
        )
        import asyncio

        asyncio.run(_serve(settings, embedded=args.embedded))
    except KeyboardInterrupt:
        return 0
    except (OSError, ValueError) as fault:
        sys.stderr.write(f"groq-workbench simulate: {_reason(fault, args.port)}\n")
        return 1
    return 0


def _installed(model: str | None) -> str | None:
    """The model to listen with; raises ValueError where nothing could run it."""
    from workbench.simulator.listener import can_listen

    if model is not None and not can_listen():
        raise ValueError("--listen needs faster-whisper: pip install 'groq-workbench[listen]'")
    return model


def _fault(text: str) -> str:
    from workbench.simulator.faults import UnknownFaultError, parse_fault

    try:
        parse_fault(text)
    except UnknownFaultError as fault:
        raise ArgumentTypeError(str(fault)) from fault
    return text


def _reason(fault: Exception, port: int) -> str:
    import errno

    if isinstance(fault, OSError) and fault.errno == errno.EADDRINUSE:
        return f"port {port} is in use; choose another with --port, or 0 for a free one"
    return str(fault)


async def _serve(settings: SimulatorSettings, *, embedded: bool) -> None:
    import asyncio
    import logging

    from workbench.simulator.server import serve

    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    loop.add_signal_handler(signal.SIGTERM, stop.set)
    loop.add_signal_handler(signal.SIGINT, _ignore if embedded else stop.set)
    if embedded:
        # The terminal belongs to the program that started this one: not a word of ours goes there.
        logging.getLogger().addHandler(logging.NullHandler())
        _at_end_of_input(loop, stop)

    async def until() -> None:
        await stop.wait()

    await serve(settings, announce=_announce_json if embedded else _announce, until=until)


def _ignore() -> None:
    """Ctrl-C in that terminal is meant for that program, whose end is ours."""


def _at_end_of_input(loop: "asyncio.AbstractEventLoop", stop: "asyncio.Event") -> None:
    """Stop when whoever started this process closes its end of the pipe, however it died."""

    def watch() -> None:
        while os.read(0, 4096):
            pass
        loop.call_soon_threadsafe(stop.set)

    Thread(target=watch, name="end of input", daemon=True).start()


def _announce_json(base_url: str) -> None:
    sys.stdout.write(json.dumps({"base_url": base_url}) + "\n")
    sys.stdout.flush()
    # Decoders print what is wrong with a file, and a pipe that nobody reads is full one day.
    with open(os.devnull, "wb") as nowhere:  # noqa: PTH123 - a device, not a path
        os.dup2(nowhere.fileno(), 2)


def _announce(base_url: str) -> None:
    sys.stdout.write(f"Groq simulator listening on {base_url}\n")
    if sys.stdout.isatty():
        root = base_url.removesuffix("/openai/v1")
        sys.stdout.write(
            "\nTo use it, in another terminal:\n"
            f"  export GROQ_BASE_URL={base_url}   # groq-workbench; the groq SDK: {root}\n"
            f"  export OPENAI_BASE_URL={base_url}\n"
            "  export GROQ_API_KEY=gsk_simulated\n"
            "\nCtrl-C ends it.\n"
        )
    sys.stdout.flush()
