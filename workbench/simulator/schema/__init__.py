"""JSON Schema, as far as tools and structured answers need it: check a value, make one up."""

from workbench.simulator.schema.check import conforms
from workbench.simulator.schema.values import Hints, make_value

__all__ = ["Hints", "conforms", "make_value"]
