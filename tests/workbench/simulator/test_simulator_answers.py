import ast
import re
import sqlite3
import subprocess
import sys
from random import Random
from typing import Any

import pytest

from workbench.simulator import answers, catalogue
from workbench.simulator.answers import topics
from workbench.simulator.answers.maths import evaluate
from workbench.simulator.answers.shaping import SIGNATURE
from workbench.simulator.draft import Draft
from workbench.simulator.request import parse_chat
from workbench.simulator.tokens import count, pieces

GPT = "openai/gpt-oss-20b"
_FENCE = re.compile(r"^```(\w+)\n(.*?)^```$", re.DOTALL | re.MULTILINE)


def write(*turns: str, system: str = "", **options: Any) -> Draft:
    """The answer to a conversation of alternating user and assistant turns."""
    messages = [{"role": "system", "content": system}] if system else []
    for place, text in enumerate(turns):
        messages.append({"role": "assistant" if place % 2 else "user", "content": text})
    body: Any = {"model": GPT, "messages": messages, **options}
    model = catalogue.find(GPT, enterprise=False)
    assert model is not None
    return answers.write(parse_chat(body), model, Random(1))


def fences(language: str) -> list[tuple[str, str]]:
    return [
        (name, code)
        for name in topics.names()
        for found, code in _FENCE.findall(topics.text(name))
        if found == language
    ]


@pytest.mark.parametrize(("name", "code"), fences("python"))
def test_every_python_program_runs(name: str, code: str) -> None:
    ast.parse(code)
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", code],
        check=False,
        capture_output=True,
        text=True,
        timeout=30,
    )
    assert done.returncode == 0, (name, done.stderr)


def test_the_sql_runs_and_the_table_below_it_is_its_result() -> None:
    ((name, script),) = fences("sql")
    database = sqlite3.connect(":memory:")
    results = [database.execute(part).fetchall() for part in script.split(";") if part.strip()]
    database.close()
    first = next(result for result in results if result)
    for row in first:
        assert f"| {' | '.join(map(str, row))} |" in topics.text(name)


@pytest.mark.parametrize(
    ("question", "part"),
    [
        ("hi", "Hello!"),
        ("Why is the sky blue?", "Rayleigh scattering"),
        ("write an LRU cache in Python", "class LRUCache"),
        ("Write quicksort in python", "def quicksort"),
        ("Can you show me some Rust code?", "fn main()"),
        ("A worker pool in Go", "```go"),
        ("show off markdown", "- [x] a finished task"),
        ("a table of the planets", "| Jupiter |"),
        ("compare the models", "| `openai/gpt-oss-20b` | 131,072 | 1,000 |"),
        ("What is 17 * 23?", "**391**"),
        ("what is 15% of 80", "**12**"),
        ("12 plus 30 divided by 5", "**18**"),
        ("Tell me a story", "lighthouse"),
        ("How does TCP work?", "handshake"),
        ("explain recursion", "base case"),
        ("give me ten ideas", "1. **"),
        ("Who won the cup in Spain?", "**Spain**"),
    ],
)
def test_a_question_gets_the_answer_that_fits(question: str, part: str) -> None:
    content = write(question).content
    assert part in content
    assert content.endswith(SIGNATURE)


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("Reply with exactly OK.", "OK"),
        ("Reply with the single word: pong", "pong"),
        ("Reply with exactly this comma-separated sequence: alpha,beta", "alpha,beta"),
        ('Say only "yes"', "yes"),
    ],
)
def test_exact_words_are_given_and_nothing_else(question: str, answer: str) -> None:
    assert write(question).content == answer


def test_a_system_prompt_makes_it_short() -> None:
    one = write("Why is the sky blue?", system="Answer in one sentence.").content
    brief = write("Why is the sky blue?", system="Be brief.").content
    normal = write("Why is the sky blue?").content
    assert one == (
        "The sky is blue because air scatters blue light far more strongly than red light."
    )
    assert len(one) < len(brief) < len(normal) / 3


def test_long_answers_are_long() -> None:
    assert count(write("Write a long essay").content) > 1500
    assert count(write("Why is the sky blue? In detail, please.").content) > 1500
    assert count(write("write an LRU cache in python").content) > 600


def test_a_second_turn_knows_the_first() -> None:
    first = write("Why is the sky blue?").content
    shorter = write("Why is the sky blue?", first, "Shorter, please").content
    assert "Why is the sky blue?" in shorter
    assert len(shorter) < len(first)
    other = write("Write a word counter in Python", "...", "and in rust?").content
    assert "```rust" in other
    unknown = write("Who was Ada?", "...", "And what about Spain?").content
    assert "Who was Ada?" in unknown


def test_thoughts_speak_of_the_question() -> None:
    reasoning = write("Why is the sky blue?", reasoning_effort="high").reasoning
    assert "Why is the sky blue?" in reasoning
    assert len(reasoning) > len(write("Why is the sky blue?", reasoning_effort="low").reasoning)


def test_a_program_that_was_not_asked_for_is_introduced_as_such() -> None:
    other = "not quite the one you asked for"
    assert other in write("Write a chess engine in Rust").content
    assert other not in write("Write a word counter in Rust").content


def test_members_that_were_asked_for_are_in_the_json() -> None:
    content = write(
        "Return JSON with keys name, age and city for Ada Lovelace in London",
        response_format={"type": "json_object"},
    ).content
    assert '"name": "Ada Lovelace"' in content
    assert '"city": "London"' in content
    assert '"age"' in content


def test_a_schema_quoted_in_the_prompt_is_obeyed_in_json_mode() -> None:
    system = (
        'Answer in JSON by this schema: {"type":"object","properties":{"capital":{"type":"string"},'
        '"inhabitants":{"type":"integer","minimum":1}},"required":["capital","inhabitants"]}'
    )
    content = write("Bern", system=system, response_format={"type": "json_object"}).content
    assert re.fullmatch(r'\{\s*"capital": "\w+",\s*"inhabitants": \d+\s*\}', content)


@pytest.mark.parametrize("text", [topics.text(name) for name in topics.names()])
def test_tokens_join_to_the_text_again(text: str) -> None:
    assert "".join(pieces(text)) == text
    assert len(text) / 6 < count(text) < len(text) / 1.5


@pytest.mark.parametrize(
    ("expression", "value"),
    [("2+3*4", 14), ("2**10", 1024), ("9**9**9", None), ("1/0", None), ("__import__", None)],
)
def test_sums_are_worked_out_safely(expression: str, value: float | None) -> None:
    assert evaluate(expression) == value
