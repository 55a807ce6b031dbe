"""Markdown laid out as it arrives: deltas in, styled lines for a width out. No widgets, no I/O."""

from workbench.markdown.document import Document
from workbench.markdown.line import Line, Look, Span

__all__ = ["Document", "Line", "Look", "Span"]
