"""Spoken words as text to read, walk through, and hear again."""

from workbench.widgets.sound.spoken.passages import Passage, PassageState, ShownWord
from workbench.widgets.sound.spoken.view import SpokenText

__all__ = ["Passage", "PassageState", "ShownWord", "SpokenText"]
