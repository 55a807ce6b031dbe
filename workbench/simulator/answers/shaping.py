"""Answers made shorter or longer, and signed. No I/O."""

import re

SIGNATURE = "*Simulated by Groq Workbench: written beforehand, no model was asked.*"

_FENCE = re.compile(r"^```.*?^```$", re.DOTALL | re.MULTILINE)
_SENTENCE_END = re.compile(r"(?<=[.!?])[\"”*_]*\s+(?=[A-Z`*“\"])")
_PLAIN = re.compile(r"^(?![#>|\-*+`]|\d+\. |\s)", re.MULTILINE)


def first_paragraph(text: str) -> str:
    """The first paragraph that is neither heading nor list, table, quotation or code."""
    for block in _FENCE.sub("", text).split("\n\n"):
        stripped = block.strip()
        if stripped and _PLAIN.match(stripped):
            return stripped
    return text.strip().split("\n\n")[0]


def first_sentence(text: str) -> str:
    """The first sentence of the first paragraph."""
    paragraph = " ".join(first_paragraph(text).split())
    sentence = _SENTENCE_END.split(paragraph, maxsplit=1)[0].strip()
    return sentence[:-1] + "." if sentence.endswith(":") else sentence


def first_code(text: str) -> str | None:
    """The first fenced block, fence and all."""
    found = _FENCE.search(text)
    return found.group() if found else None


def shaped(text: str, length: str) -> str:
    """A text at the length that was asked for; a short answer to a request for code is the code."""
    if length == "sentence":
        return first_sentence(text)
    if length == "brief":
        code = first_code(text)
        return f"{first_paragraph(text)}\n\n{code}" if code else first_paragraph(text)
    return text


def signed(text: str) -> str:
    """A text with the line that says where it comes from."""
    return f"{text}\n\n{SIGNATURE}"


def summary(text: str) -> str:
    """The first sentence of every paragraph, as a list."""
    points = []
    for block in _FENCE.sub("", text).split("\n\n"):
        stripped = block.strip()
        if stripped and _PLAIN.match(stripped) and stripped != SIGNATURE:
            points.append(f"- {first_sentence(stripped)}")
    return "\n".join(points[:6])
