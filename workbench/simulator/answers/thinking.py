"""The thoughts before an answer: about the question, as long as the effort allows. No I/O."""

from random import Random

from workbench.simulator.answers.brief import Brief
from workbench.simulator.draft import DraftCall

_LONGEST_QUOTE = 160
_SENTENCES = {"low": 2, "medium": 5, "high": 14}


def think(
    brief: Brief, kind: str, calls: tuple[DraftCall, ...], effort: str, random: Random
) -> str:
    """Reasoning that leads to the answer: what is asked, what matters, how to lay it out."""
    sentences = [f'The user asks: "{_shortened(brief.question)}".']
    if brief.earlier:
        sentences.append(f'Before that they asked: "{_shortened(brief.earlier[-1])}".')
    if brief.system:
        sentences.append(f"The system prompt says: {_shortened(brief.system)}")
    sentences += _about_calls(calls) if calls else _about_answer(brief, kind, random)
    return " ".join(sentences[: _SENTENCES.get(effort, 5) + len(brief.earlier[-1:])])


def _shortened(text: str) -> str:
    line = " ".join(text[: 4 * _LONGEST_QUOTE].split())
    return line if len(line) <= _LONGEST_QUOTE else f"{line[:_LONGEST_QUOTE].rstrip()}..."


def _about_calls(calls: tuple[DraftCall, ...]) -> list[str]:
    sentences = ["One of the given tools can answer this better than I can."]
    for call in calls:
        sentences += [
            f"{call.name} fits.",
            f"Its arguments follow from the question: {call.arguments}.",
            "They satisfy the schema, so call it.",
        ]
    return sentences


def _about_answer(brief: Brief, kind: str, random: Random) -> list[str]:
    if brief.results:
        names = ", ".join(result.call.name for result in brief.results)
        return [
            f"There are results now, from {names}.",
            "No further call is needed.",
            "Report what was returned, in plain words, and add nothing that it does not say.",
        ]
    length = {
        "sentence": "One sentence was asked for, so exactly one.",
        "brief": "They want it short.",
        "long": "They want it in depth, so structure it with headings.",
        "normal": "A few well-ordered paragraphs are right.",
    }[brief.length]
    subject = " and ".join(_subject(brief)) or "that"
    first = f"What matters about {subject} is the idea, then one example."
    rest = [
        "Start with the answer itself, then the reason.",
        "Check the numbers before writing them down.",
        "Avoid jargon where a plain word does.",
        f"A reader who knows nothing of {subject} should be able to follow.",
        "A heading only where it helps to find something.",
        "Is there a common misunderstanding to name? Say it once and move on.",
        "If there is code, it must run as it stands.",
        "Nothing here needs a source beyond common knowledge.",
        "Keep the examples small.",
    ]
    random.shuffle(rest)
    return [f"This is a question of the kind: {kind}.", length, first, *rest, "Write it."]


def _subject(brief: Brief) -> list[str]:
    names = brief.facts.names[:2]
    return names or sorted(sorted(brief.facts.vocabulary), key=len, reverse=True)[:2]
