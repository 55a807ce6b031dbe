"""Running state machines for as many steps as are asked for.

``RESILIENCE_STEPS=100000`` asks for so many steps of all of them together; by default there are
fewer.
"""

import os

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, run_state_machine_as_test

STEPS = int(os.environ.get("RESILIENCE_STEPS", "6000"))
STEPS_OF_AN_EXAMPLE = 60

seconds = st.floats(0, 90, allow_nan=False)


class Counted(RuleBasedStateMachine):
    """Counts its steps, over all examples."""

    steps = 0

    def step(self) -> None:
        type(self).steps += 1


def walk(machine: type[Counted]) -> None:
    """Take a third of the steps."""
    machine.steps = 0
    wanted = STEPS // 3 + 1
    chosen = settings(
        max_examples=max(1, wanted // STEPS_OF_AN_EXAMPLE),
        stateful_step_count=STEPS_OF_AN_EXAMPLE,
        deadline=None,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    while machine.steps < wanted:
        run_state_machine_as_test(machine, settings=chosen)
