"""The conversation as one widget: entries are added and grow, the visible lines are drawn."""

from workbench.widgets.transcript.answer import AnswerEntry
from workbench.widgets.transcript.entries import Entry, NoticeEntry, UserEntry
from workbench.widgets.transcript.lag import ScreenLag
from workbench.widgets.transcript.view import Transcript

__all__ = ["AnswerEntry", "Entry", "NoticeEntry", "ScreenLag", "Transcript", "UserEntry"]
