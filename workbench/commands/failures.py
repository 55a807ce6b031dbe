"""What can be done with failed generations; the keys work while that view is in sight."""

from typing import Final

from workbench.commands.command import Command


def _command(action: str, title: str, help_: str, shown: str, label: str) -> Command:
    return Command(
        action=f"in_view('failures', '{action}')",
        title=title,
        help=help_,
        group="Failures",
        shown=shown,
        label=label,
        rank=6,
    )


FAILURES: Final = (
    _command("move(0)", "Make the first move", "1 to 7 make the others; each asks", "1", "Move"),
    _command("copy", "Copy what was generated", "Just as the model wrote it", "y", "Copy"),
)
