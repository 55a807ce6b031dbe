"""What can be done in the chat."""

from typing import Final

from workbench.commands.command import Command

CHAT: Final = (
    Command(
        action="stop",
        title="Stop the answer",
        help="Close the connection at once and keep what has arrived",
        group="Conversation",
        key="escape",
        shown="Esc",
        label="Stop",
        rank=9,
        priority=False,
    ),
    Command(
        action="regenerate",
        title="Ask the last question again",
        help="Drop its answer and ask for another",
        group="Conversation",
        key="ctrl+r",
        shown="^R",
        label="Again",
        rank=6,
    ),
    Command(
        action="new_chat",
        title="New chat",
        help="Begin anew; asks first when something would be lost",
        group="Conversation",
        key="ctrl+n",
        shown="^N",
        label="New",
        rank=5,
    ),
    Command(
        action="choose_model",
        title="Choose a model",
        help="Filter by typing; the next question goes to it",
        group="Model",
        key="ctrl+o",
        shown="^O",
        label="Model",
        rank=7,
    ),
    Command(
        action="toggle_parameters",
        title="System prompt and parameters",
        help="Open or close the side panel",
        group="Model",
        key="f2",
        shown="F2",
        label="Parameters",
        rank=6,
    ),
    Command(
        action="copy_answer",
        title="Copy the last answer",
        help="As Markdown, just as the model wrote it",
        group="Copy",
        key="f3",
        shown="F3",
        label="Copy",
        rank=3,
    ),
    Command(
        action="copy_code",
        title="Copy a code block",
        help="The last one of the last answer; again for the one before",
        group="Copy",
        key="f4",
        shown="F4",
        label="Code",
        rank=2,
    ),
    Command(
        action="read_aloud",
        title="Read the last answer aloud",
        help="Sentence by sentence, with a voice of the service; again is silence",
        group="View",
        key="ctrl+l",
        shown="^L",
    ),
    Command(
        action="toggle_reasoning",
        title="Open or fold the reasoning",
        help="Of the last answer",
        group="View",
        key="f5",
        shown="F5",
    ),
    Command(
        action="find",
        title="Find in the conversation",
        help="Enter and the arrow keys go from one to the next, Esc closes",
        group="View",
        key="ctrl+f",
        shown="^F",
    ),
    Command(
        action="follow",
        title="Go to the end and follow it",
        help="Scrolling up lets go of the end",
        group="View",
        key="ctrl+end",
        shown="^End",
    ),
)

EDITING: Final = (
    ("Enter", "Send"),
    ("^J", "New line; Shift+Enter, Alt+Enter too"),
    ("↑ ↓", "Earlier prompts; the draft comes back"),
    ("PgUp PgDn", "Scroll the conversation"),
    ("Tab", "To the conversation and back"),
    ("^A ^E", "To the start, to the end of the line"),
    ("^W ^U ^K", "Delete word, to the start, to the end"),
    ("^Z ^Y", "Undo, redo"),
    ("Alt+A", "Select all"),
)
"""Keys of the prompt, for the help."""

READING: Final = (
    ("j k", "From block to block"),
    ("y", "Copy the answer"),
    ("c", "Copy the code block"),
    ("r", "Open or fold the reasoning"),
    ("g G", "To the top, to the end"),
)
"""Keys of the conversation when it has the focus, for the help."""
