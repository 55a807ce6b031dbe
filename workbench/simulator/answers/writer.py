"""The words of an answer: what was asked, found among what the simulator knows. No I/O."""

import re

from workbench.simulator import catalogue
from workbench.simulator.answers import shaping
from workbench.simulator.answers.brief import Brief
from workbench.simulator.answers.calling import about_results, results_in_a_sentence
from workbench.simulator.answers.maths import work_out
from workbench.simulator.answers.pictures import describe
from workbench.simulator.answers.topics import Topic, code_topic, find_topic, suits, text

_EXACT = re.compile(
    r"\b(?:reply|respond|answer|say)\b[^.:\n]*?\b(?:exactly|only|just|the (?:single )?word)\b"
    r"(?:[^.:\n]*:)?\s*(.+)",
    re.IGNORECASE | re.DOTALL,
)
_GREETING = re.compile(
    r"^\W*(?:hi|hello|hey|hallo|good (?:morning|afternoon|evening)|greetings|howdy)\b",
    re.IGNORECASE,
)
_THANKS = re.compile(r"^\W*(?:thanks|thank you|thx|cheers|great|nice|perfect)\b", re.IGNORECASE)
_MORE = re.compile(r"^\W*(?:go on|continue|more|keep going|tell me more|and then)\b", re.IGNORECASE)
_SHORTER = re.compile(r"\b(?:shorter|summari[sz]e|summary|recap|tl;?dr)\b", re.IGNORECASE)
_MODELS = re.compile(r"\b(?:models?|compare|comparison|versus|vs|prices?|cost)\b", re.IGNORECASE)
_PASTED = 400
_READ = 20_000


def compose_text(brief: Brief) -> tuple[str, str]:
    """The answer in Markdown and the kind of question it answers."""
    if brief.results:
        if brief.length == "sentence":
            return results_in_a_sentence(brief.results), "tool results"
        return shaping.signed(about_results(brief.results)), "tool results"
    if exact := _exactly(brief):
        return exact, "exact words"
    body, kind = _body(brief)
    body = shaping.shaped(body, brief.length)
    return (body if brief.length == "sentence" else shaping.signed(body)), kind


def _exactly(brief: Brief) -> str | None:
    found = _EXACT.search(brief.head)
    if found is None:
        return None
    wanted = found.group(1).strip()
    if wanted.endswith(".") and not wanted.endswith(".."):
        wanted = wanted[:-1]
    if re.match(r"(?:the|a|an|your|one|my)\b", wanted, re.IGNORECASE):
        # `just the final number` describes the answer; it is not the answer.
        return None
    wanted = wanted.strip("\"'`“”")
    return wanted if 0 < len(wanted) <= _PASTED else None


def _body(brief: Brief) -> tuple[str, str]:
    question = brief.lower
    if brief.images:
        return _pictures(brief), "pictures"
    if _THANKS.match(question) and len(question.split()) <= 8:
        return text("welcome"), "thanks"
    if brief.last_answer and (again := _about_last(brief)):
        return again, "follow-up"
    if _GREETING.match(question) and len(question.split()) <= 8:
        return text("greeting"), "greeting"
    if worked_out := work_out(brief.head):
        return worked_out, "calculation"
    if topic := _topic(brief):
        return _long_enough(topic, brief), topic.kind
    if len(brief.question) > _PASTED or _SHORTER.search(question):
        return _summary(brief), "summary"
    if _MODELS.search(question):
        return _models(), "comparison"
    return _fallback(brief), "open question"


def _topic(brief: Brief) -> Topic | None:
    # A pasted text mentions much; what is asked of it stands at its beginning.
    question = brief.lower[:_PASTED]
    if re.search(r"\b(?:summari[sz]e|translate)\b", question):
        return None
    earlier = brief.earlier[-1].lower() if brief.earlier else ""
    return code_topic(question, earlier) or find_topic(question)


def _long_enough(topic: Topic, brief: Brief) -> str:
    body = text(topic.name)
    if topic.kind == "code" and not suits(topic, brief.facts.vocabulary):
        body = f"{text('other-program')}\n\n{body}"
    if brief.length == "long" and topic.kind == "explanation" and topic.name != "computing":
        return f"{body}\n\n---\n\n{text('computing')}"
    return body


def _about_last(brief: Brief) -> str | None:
    asked = brief.earlier[-1] if brief.earlier else "that"
    if _SHORTER.search(brief.lower) and len(brief.question) <= _PASTED:
        points = shaping.summary(brief.last_answer)
        return f"In short, about *{_line(asked)}*:\n\n{points}"
    if _MORE.match(brief.question):
        return f"Going on from *{_line(asked)}*.\n\n{text('computing')}"
    return None


def _pictures(brief: Brief) -> str:
    lines = [f"{place}. {describe(url)}" for place, url in enumerate(brief.images, 1)]
    count = "one image" if len(lines) == 1 else f"{len(lines)} images"
    asked = f"\n\nYou asked: *{_line(brief.question)}*" if brief.question.strip() else ""
    return (
        f"I was given {count}:\n\n" + "\n".join(lines) + asked + "\n\nA simulator has no eyes. "
        "A vision model would now say what they show; I can only say what was sent."
    )


def _summary(brief: Brief) -> str:
    pasted = brief.question.partition(":")[2].strip() or brief.question
    read = pasted[:_READ]
    points = shaping.summary(read) or f"- {shaping.first_sentence(read)}"
    return (
        f"Your text has {len(pasted.split()):,} words. The first sentence of each of its "
        f"paragraphs:\n\n{points}"
    )


def _models() -> str:
    rows = [
        f"| `{model.id}` | {model.context_window:,} | {model.tokens_per_second:,.0f} | "
        f"{_dollars(dict(model.pricing).get('prompt'))} | "
        f"{_dollars(dict(model.pricing).get('completion'))} |"
        for model in catalogue.MODELS
        if model.chats and not model.enterprise and "tools" in model.features
    ]
    table = "\n".join(
        [
            "| model | context | tokens per second | $ per 1M in | $ per 1M out |",
            "|---|---:|---:|---:|---:|",
            *rows,
        ]
    )
    return (
        "The chat models of the catalogue, side by side:\n\n"
        f"{table}\n\n"
        "Which to take depends on the work:\n\n"
        "- **Speed** first: `openai/gpt-oss-20b` writes twice as fast as its larger sibling.\n"
        "- **Difficult questions**: `openai/gpt-oss-120b`, with a higher `reasoning_effort`.\n"
        "- **Pictures**, or several tools at once: `qwen/qwen3.8-27b`."
    )


def _dollars(per_token: str | None) -> str:
    return f"{float(per_token) * 1e6:.3g}" if per_token else "-"


def _fallback(brief: Brief) -> str:
    before = ""
    if brief.earlier:
        before = f"After *{_line(brief.earlier[-1])}* you now ask:\n\n"
    subject = ", ".join(f"**{name}**" for name in brief.facts.names[:3])
    about = f" about {subject}" if subject else ""
    return f"{before}> {_line(brief.question)}\n\n" + text("fallback").replace("{about}", about)


def _line(question: str) -> str:
    """A question on one line, without what would end emphasis or begin a link."""
    line = " ".join(question[:1000].split()).replace("*", "").replace("[", "(").replace("]", ")")
    return line if len(line) <= 120 else f"{line[:117].rstrip()}..."
