"""What can be done at the bench; the keys work while that view is in sight."""

from typing import Final

from workbench.commands.command import Command

REPEAT: Final = (
    Command(
        action="in_view('repeat', 'start')",
        title="Run the bench",
        help="Asks as often as is typed there, and counts what passes",
        group="Repeat",
        shown="^R",
        label="Run",
        rank=9,
    ),
    Command(
        action="in_view('repeat', 'stop')",
        title="Stop the bench",
        help="At once; what has come is kept",
        group="Repeat",
        shown="Esc",
        label="Stop",
        rank=5,
    ),
)
