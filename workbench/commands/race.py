"""What can be done in a race and with a waterfall, both of which cover a workspace."""

from typing import Final

from workbench.commands.command import Command
from workbench.commands.everywhere import EVERYWHERE

_KEPT: Final = frozenset({"switch_theme", "help", "palette", "leave"})
COVERING: Final = tuple(command for command in EVERYWHERE if command.action in _KEPT)
"""The commands of everywhere that work while something covers a workspace."""

RACE: Final = (
    Command(
        action="race",
        title="Race, or race again",
        help="Send the prompt to all marked models",
        group="Race",
        key="ctrl+r",
        shown="^R",
        label="Race",
        rank=10,
    ),
    Command(
        action="stop",
        title="Stop all lanes",
        help="Close every connection at once and keep what has arrived",
        group="Race",
        shown="Esc",
        label="Stop",
        rank=10,
    ),
    Command(
        action="back",
        title="Back",
        help="From the figures to the setup, from the setup to where you came from",
        group="Race",
        key="escape",
        shown="Esc",
        label="Back",
        rank=9,
        priority=False,
    ),
    Command(
        action="decide",
        title="Decide by something else",
        help="By speed, by the first token, or by the whole answer",
        group="Race",
        key="m",
        shown="m",
        label="Decide by",
        rank=5,
        priority=False,
    ),
    Command(
        action="export",
        title="Export the race",
        help="As CSV, JSON or Markdown, into a new file",
        group="Race",
        key="e",
        shown="e",
        label="Export",
        rank=6,
        priority=False,
    ),
    Command(
        action="lane(1)",
        title="Next lane",
        help="Left goes to the previous one, and so does a click",
        group="Lane",
        key="right",
        shown="→",
        priority=False,
    ),
    Command(
        action="lane(-1)",
        title="Previous lane",
        help="Right goes to the next one",
        group="Lane",
        key="left",
        shown="←",
        priority=False,
    ),
    Command(
        action="read",
        title="Read the lane's whole answer",
        help="With its code and tables, to scroll and to copy",
        group="Lane",
        key="enter",
        shown="Enter",
        label="Read",
        rank=7,
        priority=False,
    ),
    Command(
        action="waterfall",
        title="Where the lane's time went",
        help="Connection, queue, prompt, answer, our own part, on one axis",
        group="Lane",
        key="w",
        shown="w",
        label="Waterfall",
        rank=6,
        priority=False,
    ),
)

WATERFALL: Final = (
    Command(
        action="back",
        title="Back",
        help="To where you came from",
        group="Waterfall",
        key="escape,w",
        shown="Esc",
        label="Back",
        rank=9,
        priority=False,
    ),
    Command(
        action="copy",
        title="Copy the figures",
        help="As text, one lane on each line",
        group="Waterfall",
        key="y,f3",
        shown="y",
        label="Copy",
        rank=6,
        priority=False,
    ),
)

FIGURES: Final = (
    ("~1,003", "Pieces; tokens come at the end"),
    ("± 3.5", "Median distance from the median"),
    ("✓", "The first is clearly ahead"),
    ("≈", "Noise, or too few rounds"),
    ("p", "Chance (Mann-Whitney, Holm)"),
    ("in blue", "The service's own word"),
)
"""What the figures of a race mean, for the help."""

PHASES: Final = (
    ("send", "Until the request's last byte"),
    ("first", "From there to the first token"),
    ("network", "What the service's times leave"),
    ("parsing", "From arrival to understanding"),
    ("painting", "From last token to terminal"),
    ("│", "The first token arrived"),
)
"""What the lanes of a waterfall mean, for the help."""
