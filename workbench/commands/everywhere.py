"""What can be done in every workspace."""

from typing import Final

from workbench.commands.command import Command
from workbench.places import PLACES

EVERYWHERE: Final = (
    *(
        Command(
            action=f"go('{place.name}')",
            title=f"Go to {place.title}",
            help=place.purpose,
            group="Workspaces",
            key=f"alt+{number}",
            shown=f"Alt+{number}",
        )
        for number, place in enumerate(PLACES, 1)
    ),
    Command(
        action="go_on(1)",
        title="Next workspace",
        help="Shift+F6 goes back",
        group="Workspaces",
        key="f6",
        shown="F6",
        label="Next",
        rank=7,
    ),
    Command(
        action="go_on(-1)",
        title="Previous workspace",
        help="The one on the left",
        group="Workspaces",
        key="shift+f6",
        shown="⇧F6",
    ),
    Command(
        action="race",
        title="Race models",
        help="Two to six at once, the same prompt; the marked ones of Models to begin with",
        group="Workspaces",
        key="f7",
        shown="F7",
    ),
    Command(
        action="waterfall",
        title="Where the time went",
        help="The last chat's connection, queue, prompt, answer and our own part, on one axis",
        group="Workspaces",
        key="ctrl+t",
        shown="^T",
    ),
    Command(
        action="record",
        title="Record, or stop recording",
        help="With the microphone of the machine this runs on",
        group="Workspaces",
        key="f9",
        shown="F9",
    ),
    Command(
        action="switch_theme",
        title="Switch between dark and light",
        help="Change the workbench's colours",
        group="Workbench",
        key="f8",
        shown="F8",
    ),
    Command(
        action="help",
        title="Help",
        help="All keys",
        group="Workbench",
        key="f1",
        shown="F1",
        label="Help",
        rank=8,
    ),
    Command(
        action="palette",
        title="Command palette",
        help="Everything that can be done, found by typing",
        group="Workbench",
        key="ctrl+p",
        shown="^P",
    ),
    Command(
        action="leave",
        title="Quit",
        help="Close the workbench",
        group="Workbench",
        key="ctrl+q",
        shown="^Q",
        label="Quit",
        rank=4,
    ),
)
