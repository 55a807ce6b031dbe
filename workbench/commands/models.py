"""What can be done among the models."""

from typing import Final

from workbench.commands.command import Command
from workbench.commands.everywhere import EVERYWHERE

_ASKED: Final = (
    ("tools", "call tools"),
    ("vision", "look at images"),
    ("schema", "do JSON schemas"),
    ("reasoning", "reason"),
    ("hears", "hear speech"),
    ("speaks", "speak"),
)

MODELS: Final = (
    Command(
        action="use_for_chat",
        title="Chat with this model",
        help="The next question goes to it",
        group="Model",
        key="enter",
        shown="Enter",
        label="Chat with it",
        rank=10,
        priority=False,
    ),
    Command(
        action="use_for_transcription",
        title="Transcribe with this model",
        help="The next recording goes to it",
        group="Model",
        key="t",
        shown="t",
        label="Transcribe with it",
        rank=10,
        priority=False,
    ),
    Command(
        action="mark",
        title="Mark or unmark this model",
        help="Two to six marked models can race",
        group="Model",
        key="space",
        shown="Space",
        label="Mark",
        rank=7,
        priority=False,
    ),
    Command(
        action="race",
        title="Race the marked models",
        help="The same prompt to all of them at once; without marks, the chat's model begins",
        group="Model",
        key="f7",
        shown="F7",
        label="Race",
        rank=9,
    ),
    Command(
        action="unmark_all",
        title="Take all marks away",
        help="No model is marked then",
        group="Model",
        key="u",
        shown="u",
        priority=False,
    ),
    Command(
        action="copy_id",
        title="Copy the model's id",
        help="As a program needs it",
        group="Model",
        key="y,f3",
        shown="y",
        priority=False,
    ),
    Command(
        action="filter",
        title="Filter by name",
        help="Words of the id, the owner or the name; Esc clears them",
        group="List",
        key="slash,ctrl+f",
        shown="/",
        label="Filter",
        rank=9,
        priority=False,
    ),
    Command(
        action="leave_filter",
        title="From the filter to the table",
        help="The filter stays",
        group="List",
        shown="Enter",
        label="To the table",
        rank=11,
    ),
    *(
        Command(
            action=f"only('{name}')",
            title=f"Only models that {meaning}",
            help="Again shows the others too",
            group="List",
            key=str(number),
            shown=str(number),
            priority=False,
        )
        for number, (name, meaning) in enumerate(_ASKED, 1)
    ),
    Command(
        action="show_all",
        title="Show all models",
        help="Filter nothing",
        group="List",
        key="escape,0",
        shown="Esc",
        label="All",
        rank=3,
        priority=False,
    ),
    Command(
        action="order(1)",
        title="Order by the next column",
        help="The left arrow goes back; a click on a heading orders by it",
        group="List",
        shown="← →",
        label="Order",
        rank=4,
    ),
    Command(
        action="turn_round",
        title="Turn the order round",
        help="What came last comes first",
        group="List",
        key="s",
        shown="s",
        label="Turn",
        rank=2,
        priority=False,
    ),
    Command(
        action="refresh_list",
        title="Ask the service for its models",
        help="The list from before stays until the new one is there",
        group="List",
        key="r,ctrl+r",
        shown="r",
        label="Refresh",
        rank=3,
        priority=False,
    ),
    Command(
        action="toggle_details",
        title="Open or close the details",
        help="Every field of the service, prices, figures, limits",
        group="View",
        key="f2,d",
        shown="F2",
        label="Details",
        rank=8,
        priority=False,
    ),
)

OFFERS: Final = (*MODELS, *(command for command in EVERYWHERE if command.action != "race"))
"""These and those of everywhere, of which one has a place of its own here."""

TABLE: Final = (
    ("↑ ↓ j k", "From model to model"),
    ("PgUp PgDn", "A screen up, a screen down"),
    ("g G", "The first, the last"),
    ("Tab", "To the filter and the details"),
)
"""Keys of the table, for the help."""

LEGEND: Final = (
    ("◆", "Marked for a race"),
    ("●", "The chat's model"),
    ("◉", "The model that transcribes"),
    ("letters", "What it can do; · it cannot, — unsaid"),
    ("hour", "Priced by the hour of sound"),
    ("chars", "Priced by the character"),
)
"""Signs of the table, for the help."""
