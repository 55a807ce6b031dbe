"""Takes parts out of a Markdown text as it came, byte for byte: its code blocks."""

from workbench.markdown.events import Added, Closed, Opened
from workbench.markdown.parser import BlockParser


def code_blocks(text: str) -> tuple[str, ...]:
    """Give the content of every code block, fenced or indented, without its fence."""
    parser = BlockParser()
    events = []
    lines_in = text.replace("\r\n", "\n").replace("\r", "\n").removesuffix("\n").split("\n")
    for line in lines_in:
        events += parser.line(line)
    events += parser.finish()
    blocks: list[str] = []
    lines: list[str] | None = None
    for event in events:
        match event:
            case Opened(kind="code"):
                lines = []
            case Added(text=added) if lines is not None:
                lines.append(added)
            case Closed() if lines is not None:
                blocks.append("\n".join(lines))
                lines = None
    return tuple(blocks)
