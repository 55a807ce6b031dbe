"""What the simulator says: useful, correct, and open about being simulated."""

from random import Random

from workbench.simulator.answers.brief import brief_of
from workbench.simulator.answers.calling import choose_calls
from workbench.simulator.answers.document import write_json
from workbench.simulator.answers.prompt_guard import score
from workbench.simulator.answers.thinking import think
from workbench.simulator.answers.writer import compose_text
from workbench.simulator.draft import Draft
from workbench.simulator.model import Model
from workbench.simulator.request import ChatRequest


def write(request: ChatRequest, model: Model, random: Random) -> Draft:
    """The answer of a model to a request: the same for the same conversation and randomness."""
    brief = brief_of(request)
    if model.family == "prompt-guard":
        return Draft(content=score(brief.question, random))
    parallel = model.parallel_tools and request.parallel_tool_calls
    calls = choose_calls(request, brief, random, parallel=parallel)
    content, kind = "", "tools"
    if request.json_mode:
        content, kind = write_json(request.response_format, brief, random), "JSON"
    elif not calls:
        content, kind = compose_text(brief)
    effort = request.reasoning_effort or "medium"
    reasoning = think(brief, kind, calls, effort, random)
    return Draft(content=content, reasoning=reasoning, calls=calls)
