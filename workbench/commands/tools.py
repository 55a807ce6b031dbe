"""What can be done with tools; the keys work while that view is in sight."""

from typing import Final

from workbench.commands.command import Command


def _command(
    what: str, title: str, help_: str, shown: str, label: str = "", rank: int = 0
) -> Command:
    return Command(
        action=f"in_view('tools', 'want(\"{what}\")')",
        title=title,
        help=help_,
        group="Tools",
        shown=shown,
        label=label,
        rank=rank,
    )


TOOLS: Final = (
    _command("open", "Open a file of tools", "JSON, or Python functions", "o", "Open", 9),
    _command("servers", "Connect MCP servers", "Asks before any is started", "m", "MCP", 4),
    _command("write", "Write a tool", "As JSON, checked while you type", "n", "New", 8),
    _command("approve", "Approve a tool", "Shows all of it first", "a", "Approve", 7),
    _command("toggle", "Offer a tool or not", "It stays in the list", "Space", "Offer", 6),
    _command("edit", "Edit a tool", "As a copy of your own", "e", "Edit", 5),
    _command("strict", "Make a tool strict", "As strict mode wants it", "s", "Strict", 3),
    _command("reload", "Read the file again", "What changed asks again", "u"),
    _command("copy", "Copy a tool", "As JSON in the API's form", "y", "Copy", 2),
    _command("remove", "Remove a tool", "Its file stays as it is", "x"),
)
