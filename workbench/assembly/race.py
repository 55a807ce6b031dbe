"""Puts a race together."""

from pathlib import Path
from typing import Final

from workbench.adapters.new_file import NewFiles
from workbench.assembly.parts import Parts
from workbench.screens.race import RaceScreen
from workbench.session.race.race import Race
from workbench.session.race.setup import MOST, RaceSetup
from workbench.visits import RaceWanted

_PROMPT: Final = "Write a merge sort in Python and explain it"


def cover(wanted: RaceWanted, parts: Parts) -> RaceScreen:
    """A race to be set up, with the chat's last question.

    It begins with the models wanted; without any, with the chat's.
    """
    turns = parts.chat.turns
    setup = RaceSetup(
        models=wanted.models[:MOST] or (parts.chat.model,),
        prompt=turns[-1].question if turns else _PROMPT,
        system_prompt=parts.chat.parameters.system_prompt,
    )

    return RaceScreen(
        parts.surroundings,
        setup=setup,
        begin=lambda chosen: Race(
            parts.groq, chosen, models=parts.models, limits=parts.status.rate_limits
        ),
        models=parts.models,
        speeds=parts.measurements.speeds,
        files=NewFiles(Path.cwd()),
        clipboard=parts.clipboard,
    )
