"""What can be done with exchanges on the wire; the keys work while that view is in sight."""

from typing import Final

from workbench.commands.command import Command


def _command(what: str, title: str, help_: str, shown: str, label: str = "") -> Command:
    return Command(
        action=f"in_view('wire', '{what}')",
        title=title,
        help=help_,
        group="Wire",
        shown=shown,
        label=label,
        rank=5 if label else 0,
    )


WIRE: Final = (
    _command(
        "want('copy')",
        "Copy as curl or Python",
        "Runs as it stands; never holds the key",
        "c",
        "Copy",
    ),
    _command("want('copy_text')", "Copy what is shown", "The part, or the event pointed at", "y"),
    _command("want('send_again')", "Send again", "Just as it was; asks first", "r", "Resend"),
    _command("want('edit')", "Edit and send", "Shows the differences before it goes out", "e"),
    _command("want('repeat')", "Repeat many times", "With checks, over models and seeds", "b"),
    _command("want('timeline')", "Take to the timeline", "Its calls, step by step", "t", "Steps"),
    _command("want('waterfall')", "Where the time went", "Its phases on one axis", "w"),
    _command("want('save')", "Save as HAR", "Keys left out; --replay plays it", "s", "Save"),
    _command("want('load')", "Load a recording", "A HAR file, or a folder of one exchange", "o"),
    _command("filter", "Filter the exchanges", "Only those that hold some words anywhere", "f"),
    _command("find", "Find on the wire", "In what is shown below", "/", "Find"),
    _command("want('forget')", "Forget the exchanges", "Asks first", "x"),
)
