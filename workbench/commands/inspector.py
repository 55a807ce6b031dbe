"""What can be done in the inspector."""

from typing import Final

from workbench.commands.command import Command

INSPECTOR: Final = (
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
)
