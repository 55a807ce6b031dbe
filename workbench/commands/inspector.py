"""What can be done in the inspector; letters work while nothing is being typed."""

from typing import Final

from workbench.commands.command import Command


def _step(
    action: str, title: str, help_: str, shown: str, label: str = "", rank: int = 0
) -> Command:
    names = {"[": "left_square_bracket", "]": "right_square_bracket"}
    return Command(
        action=action,
        title=title,
        help=help_,
        group="Steps",
        key=names.get(shown, shown),
        shown=shown,
        label=label,
        rank=rank,
        priority=False,
    )


STEPS: Final = (
    _step("approve", "Run a call", "Shows all of it first, and asks", "a", "Run", 9),
    _step("deny", "Deny a call", "Nothing runs; the model is told", "d", "Deny", 5),
    _step("deny_because", "Deny a call, with a reason", "The model is told why", "D"),
    _step("edit", "Edit arguments or a result", "What was there before is kept", "e", "Edit", 7),
    _step(
        "puppet",
        "Type a result",
        "A value, an error, a timeout",
        "t",
        "Type",
        6,
    ),
    _step("fork", "Fork here", "Go on from this step on a branch of its own", "f", "Fork", 5),
    _step("ask_again", "Send the last request again", "On a branch of its own", "r", "Again", 4),
    _step("branch_on(-1)", "Previous branch", "Round the end", "["),
    _step("branch_on(1)", "Next branch", "Round the end", "]", "Branch", 4),
    _step("copy_step", "Copy this step", "Arguments, result, answer or request", "y", "Copy", 2),
    _step("load", "Open recorded exchanges", "A HAR file of --record, or a folder", "o", "Open", 3),
)
"""What is done with the step that is selected on the timeline."""

INSPECTOR: Final = (
    Command(
        action="stop",
        title="Stop the reply or the tool",
        help="At once; what has arrived is kept",
        group="Inspector",
        key="escape",
        shown="Esc",
        label="Stop",
        rank=10,
        priority=False,
    ),
    Command(
        action="go_on_step",
        title="Go on",
        help="Whatever comes next: look at a call, or send the results",
        group="Inspector",
        key="f5",
        shown="F5",
        label="Go on",
        rank=9,
    ),
    *STEPS,
    Command(
        action="view_on(1)",
        title="Next view",
        help="Step, tools, and whatever else there is to look at; F3 goes back",
        group="Inspector",
        key="f4",
        shown="F4",
        label="View",
        rank=6,
    ),
    Command(
        action="view_on(-1)",
        title="Previous view",
        help="The one on the left",
        group="Inspector",
        key="f3",
        shown="F3",
    ),
    Command(
        action="toggle_settings",
        title="Settings of the next request",
        help="Tool choice, system prompt, parameters",
        group="Inspector",
        key="f2",
        shown="F2",
        label="Settings",
        rank=5,
    ),
    Command(
        action="choose_model",
        title="Choose a model",
        help="The chat uses it too",
        group="Inspector",
        key="ctrl+o",
        shown="^O",
        label="Model",
        rank=5,
    ),
    Command(
        action="begin",
        title="New conversation",
        help="On a branch of its own; the others stay",
        group="Inspector",
        key="ctrl+n",
        shown="^N",
        label="New",
        rank=3,
    ),
)

EVERY_STEP: Final = frozenset(command.action for command in STEPS)
"""The actions that belong to the timeline."""

ON_THE_TIMELINE: Final = (
    ("↑ ↓", "From step to step"),
    ("Enter", "A waiting call: run it or not; else scroll the page"),
    ("Tab", "Timeline, page, prompt"),
)
"""Keys of the timeline, for the help."""
