"""The incremental parser reads the blocks that a CommonMark parser of the whole text reads."""

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from workbench.markdown.events import Added, BecameHeading, BecameTable, Opened
from workbench.markdown.parser import MAX_DEPTH, BlockParser

Blocks = list[tuple[str, str, int, int]]
"""Kind, content, depth in quotes, depth in lists."""

REFERENCE = (
    MarkdownIt("commonmark", {"html": False}).enable("table").disable(["reference", "html_block"])
)
PIECES = [
    "# Head", "## Two ##", "a", "word ", "two words", "\n", "\n\n", "\n", " ", "- ", "* ", "1. ",
    "2) ", "10. ", "> ", "```", "```py\n", "~~~", "---", "===", "***", "x", "\n- ", "\n  - ",
    "\n> ", "\n1. ", "\n    code",
]  # fmt: skip


def ours(text: str) -> Blocks:
    parser = BlockParser()
    events = [event for line in text.split("\n") for event in parser.line(line)]
    found: list[tuple[str, list[str], int, int]] = []
    for event in events + parser.finish():
        match event:
            case Opened():
                kinds = [frame.kind for frame in event.frames]
                kind = f"{event.kind}{event.level or ''}"
                found.append((kind, [], kinds.count("quote"), kinds.count("item")))
            case Added():
                found[-1][1].append(event.text)
            case BecameHeading():
                found[-1] = (f"heading{event.level}", *found[-1][1:])
            case BecameTable():
                found[-1] = ("table", *found[-1][1:])
    return [
        (kind, _said(kind, "\n".join(lines)), quotes, items)
        for kind, lines, quotes, items in found
        if kind != "paragraph" or "".join(lines).strip()
    ]


def theirs(text: str) -> Blocks:
    blocks: Blocks = []
    quotes = items = 0
    kind = ""
    for token in REFERENCE.parse(text):
        match token.type:
            case "blockquote_open" | "blockquote_close":
                quotes += token.nesting
            case "list_item_open" | "list_item_close":
                items += token.nesting
            case "paragraph_open":
                kind = "paragraph"
            case "heading_open":
                kind = "heading" + token.tag[1]
            case "inline" if token.content.strip() or kind != "paragraph":
                blocks.append((kind, _said(kind, token.content), quotes, items))
            case "fence" | "code_block":
                blocks.append(("code", _said("code", token.content), quotes, items))
            case "hr":
                blocks.append(("rule", "", quotes, items))
    return blocks


def _said(kind: str, text: str) -> str:
    """Only the reference drops white space at the end of a file."""
    if kind == "code":
        return "\n".join(line.rstrip() for line in text.split("\n")).rstrip("\n")
    return "\n".join(line.strip() for line in text.split("\n")).strip()


@given(st.lists(st.sampled_from(PIECES), max_size=14).map("".join))
@settings(max_examples=1500, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_blocks_are_those_of_commonmark(text: str) -> None:
    # the reference takes an indented ">" for a quote, and indented code after a lazy line for code
    if "    >" not in text and not ("    " in text and ">" in text):
        assert ours(text) == theirs(text)


def test_a_table_is_read_row_by_row() -> None:
    assert ours("intro\n| a | b |\n|---|:-:|\n| 1 | 2 |\n\nafter")[-1][1] == "after"
    parser = BlockParser()
    parser.line("| a | b |")
    assert parser.line("|---|:-:|") == [BecameTable(("left", "center"))]
    assert parser.line("| 1 | 2 |") == [Added("| 1 | 2 |")]


def test_nesting_ends_where_it_would_hurt() -> None:
    parser = BlockParser()
    frames = [event for event in parser.line("> " * 1000 + "x") if isinstance(event, Opened)]
    assert len(frames[0].frames) == MAX_DEPTH


def test_a_copy_reads_on_without_touching_the_original() -> None:
    parser = BlockParser()
    parser.line("- a")
    before = parser.copy().line("- b")
    parser.copy().finish()
    assert parser.copy().line("- b") == before


def test_ordered_items_count_on_whatever_the_source_says() -> None:
    parser = BlockParser()
    opened = [
        event
        for line in ("3. a", "3. b", "9. c")
        for event in parser.line(line)
        if isinstance(event, Opened)
    ]
    assert [event.frames[-1].marker for event in opened] == ["3.", "4.", "5."]
