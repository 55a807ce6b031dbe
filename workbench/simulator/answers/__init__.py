"""What the simulator says: useful, correct, and open about being simulated."""

from random import Random

from workbench.simulator.catalogue import Model
from workbench.simulator.draft import Draft
from workbench.simulator.request import ChatRequest


def write(request: ChatRequest, model: Model, random: Random) -> Draft:
    """The answer of a model to a request: the same for the same conversation and randomness."""
    del model, random
    return Draft(
        content=f"You asked: {request.messages[-1].text}\n\nThis is a **simulated** answer.",
        reasoning="The user asks something. I should answer briefly.",
    )
