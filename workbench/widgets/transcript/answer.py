"""A model's answer: reasoning, Markdown, tool calls and a footer, each as it arrives."""

from workbench.markdown.code import CodeBlock
from workbench.markdown.flow import Flow, Framed, Wrapped
from workbench.markdown.line import Look, Span
from workbench.markdown.source import code_blocks
from workbench.neutralise import neutralise_line
from workbench.widgets.transcript.entries import Entry, margin, spacer
from workbench.widgets.transcript.sections import Reasoning, StreamedText, tool_call

_GUTTER = margin("gutter-answer", "▏ ")
_TOOL_GUTTER = margin("gutter-tool", "▏ ")


class AnswerEntry(Entry):
    """An answer as it streams. Adding a delta costs what the delta costs."""

    def __init__(self, title: str) -> None:
        super().__init__()
        self._sections: list[tuple[int, StreamedText | Reasoning]] = []  # with their flow's place
        self._finished = False
        self._footer = ""
        self._put(Wrapped([[(neutralise_line(title), Look("name-answer", bold=True))]]))

    @property
    def text(self) -> str:
        """The answer so far, as it came."""
        parts = [section for _, section in self._sections if isinstance(section, StreamedText)]
        return "".join(part.text() for part in parts)

    @property
    def reasoning(self) -> str:
        """The reasoning so far, as it came."""
        parts = [section for _, section in self._sections if isinstance(section, Reasoning)]
        return "".join(part.body.text() for part in parts)

    @property
    def code_blocks(self) -> tuple[str, ...]:
        """The code blocks so far, as they came."""
        parts = [section for _, section in self._sections if isinstance(section, StreamedText)]
        return tuple(code for part in parts for code in code_blocks(part.text()))

    @property
    def finished(self) -> bool:
        """Nothing more will come."""
        return self._finished

    def raw(self) -> str:
        """Give the answer as it came."""
        return self.text

    def add_reasoning(self, delta: str) -> None:
        """Add to the reasoning, which is open while it streams."""
        if delta:
            section = self._last
            if not isinstance(section, Reasoning) or section.folded:
                section = Reasoning()
                self._begin(section)
            section.body.add(delta)
            self._touch()

    def fold_reasoning(self, summary: str = "") -> None:
        """Fold the latest reasoning to one line that says `summary`."""
        for place, section in reversed(self._sections):
            if isinstance(section, Reasoning):
                section.fold(summary)
                self.remeasure(place)
                self._touch()
                return

    def toggle_reasoning(self) -> bool:
        """Open all reasoning, or fold it; False when there is none."""
        found = [(at, part) for at, part in self._sections if isinstance(part, Reasoning)]
        folded = not all(part.folded for _, part in found)
        for place, part in found:
            part.show(folded=folded)
            self.remeasure(place)
        if found:
            self._touch()
        return bool(found)

    def add_text(self, delta: str) -> None:
        """Add to the answer; reasoning before it folds."""
        if delta:
            section = self._last
            if isinstance(section, Reasoning) and not section.folded:
                self.fold_reasoning()
            if not isinstance(section, StreamedText):
                section = StreamedText()
                self._begin(section)
            section.add(delta)
            self._touch()

    def add_tool_call(self, *, name: str, arguments: str, call_id: str) -> None:
        """Show a call of a tool, its arguments as JSON where they are."""
        self._end_section()
        self._put(Wrapped([[]]))
        self._put(Framed(tool_call(name, arguments, call_id), _TOOL_GUTTER), framed=True)
        self._touch()

    def finish(self, footer: str = "") -> None:
        """The answer is complete; the footer says how it went."""
        self._finish([(neutralise_line(footer), Look("muted"))] if footer else [])

    def stop(self, footer: str = "") -> None:
        """The answer was stopped; what came is kept and marked."""
        spans: list[Span] = [("■ Stopped", Look("stopped"))]
        if footer:
            spans.append((f" · {neutralise_line(footer)}", Look("muted")))
        self._finish(spans)

    def settle(self) -> None:
        """Read what has arrived since the last frame, unless nobody has looked at it yet."""
        if self._sections:
            place, section = self._sections[-1]
            if not self._finished or section.seen:
                section.settle()
            self.remeasure(place)

    def code_rows(self, width: int) -> list[tuple[int, int]]:
        """Say where each code block of the text begins and ends."""
        rows = []
        inner = max(1, width - 2)
        for place, section in self._sections:
            if isinstance(section, StreamedText):
                section.settle()
                self.remeasure(place)
                top = self.above(width, place)
                document = section.document
                for index, flow in enumerate(document.flows):
                    if isinstance(flow.flow if isinstance(flow, Framed) else flow, CodeBlock):
                        start = document.above(inner, index)
                        stop = document.above(inner, index + 1)
                        rows.append((top + start, top + stop))
        return rows

    @property
    def _last(self) -> StreamedText | Reasoning | None:
        if self._sections and self._sections[-1][0] == len(self.flows) - 2:
            return self._sections[-1][1]
        return None

    def _begin(self, section: StreamedText | Reasoning) -> None:
        self._end_section()
        if self._sections:
            self._put(Wrapped([[]]))
        self._put(section)
        self._sections.append((len(self.flows) - 2, section))

    def _end_section(self) -> None:
        if self._sections:
            place, section = self._sections[-1]
            if isinstance(section, StreamedText):
                section.end()
            elif not section.folded:
                section.fold()
            section.settle()
            self.remeasure(place)

    def _put(self, flow: Flow, *, framed: bool = False) -> None:
        """Put a flow above the empty line at the end."""
        if self.flows:
            self.truncate(len(self.flows) - 1)
        self.append(flow if framed else Framed(flow, _GUTTER))
        self.append(spacer())

    def _finish(self, footer: list[Span]) -> None:
        if self._finished:
            return
        self._finished = True
        if self._sections:
            section = self._sections[-1][1]
            if isinstance(section, StreamedText):
                section.end()
            elif not section.folded:
                section.fold()
        if footer:
            self._put(Wrapped([[], footer]))
        self._touch()
