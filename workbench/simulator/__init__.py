"""A Groq API on the loopback: the embedded default, and a test double for any Groq program.

    async with Simulator(SimulatorSettings(speed=10)) as simulator:
        ...  # point a client at simulator.base_url

It speaks the service's wire and never imports our client, so that a mistake in one cannot hide the
same mistake in the other. The server is imported when it is first used.
"""

from typing import TYPE_CHECKING

from workbench.simulator.settings import Limits, SimulatorSettings

if TYPE_CHECKING:
    from workbench.simulator.app import create_app
    from workbench.simulator.clock import Clock
    from workbench.simulator.server import Simulator, serve

__all__ = ["Clock", "Limits", "Simulator", "SimulatorSettings", "create_app", "serve"]

_HOMES = {
    "Clock": "workbench.simulator.clock",
    "Simulator": "workbench.simulator.server",
    "create_app": "workbench.simulator.app",
    "serve": "workbench.simulator.server",
}


def __getattr__(name: str) -> object:
    if name not in _HOMES:
        raise AttributeError(name)
    from importlib import import_module

    return getattr(import_module(_HOMES[name]), name)
