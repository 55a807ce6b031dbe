"""Which text answers a question. The texts lie beside this file, one Markdown file each."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from zlib import crc32

_TEXTS = Path(__file__).parent / "texts"


@dataclass(frozen=True, slots=True)
class Topic:
    """A text and the words that call for it; earlier topics win over later ones."""

    name: str
    words: str
    kind: str = "explanation"
    about: str = ""

    def fits(self, question: str) -> bool:
        """Whether a question, in lower case, asks for this."""
        return re.search(rf"\b(?:{self.words})\b", question) is not None


_CODE_WORDS = (
    "code|function|script|program|class|snippet|implement|implementation|write|regex|algorithm|"
    "example|show"
)

_LANGUAGES: tuple[Topic, ...] = (
    Topic("code-rust", "rust", "code", "word words count counter text file stdin"),
    Topic(
        "code-go",
        "golang|in go|go program|go function|goroutines?",
        "code",
        "worker pool goroutine channel concurrency concurrent parallel",
    ),
    Topic(
        "code-typescript",
        "typescript|javascript|node|js|ts|react",
        "code",
        "chat client stream streaming fetch sse",
    ),
    Topic(
        "code-sql",
        "sql|sqlite|postgres|query",
        "code",
        "query shop order customer join total table select",
    ),
    Topic("code-bash", "bash|shell|sh script", "code", "backup archive tar copy"),
    Topic("code-c", r"in c|c program|ansi c|c99|c11", "code", "array list vector dynamic growable"),
    Topic("code-html", "html|css|web ?page", "code", "page todo form website app list"),
)

_PYTHON: tuple[Topic, ...] = (
    Topic(
        "code-python-async", "async|asyncio|concurren\\w+|parallel|rate limit\\w*|client", "code"
    ),
    Topic(
        "code-python-sort",
        "sort\\w*|search|binary|quicksort|merge|fibonacci|prime\\w*",
        "code",
        "sort sorting search binary quicksort merge mergesort prime sieve",
    ),
    Topic(
        "code-python-cache",
        "cache|lru|class|data structure|dict",
        "code",
        "cache lru dict class data structure ttl",
    ),
)

TOPICS: tuple[Topic, ...] = (
    Topic(
        "about", "who are you|what are you|what can you do|your name|about yourself|help", "about"
    ),
    Topic("sky", r"sky|rayleigh|sunset"),
    Topic("markdown", "markdown|formatting|show off|showcase", "showcase"),
    Topic("poem", "poem|haiku|verse|sonnet|lyrics|rhyme", "poem"),
    Topic("story", "story|tale|fiction", "story"),
    Topic("recursion", "recursion|recursive"),
    Topic("hash-table", r"hash ?(?:table|map)s?|hashing|dictionar(?:y|ies)"),
    Topic("attention", r"attention|transformers?|llms?|language models?|neural networks?|gpt"),
    Topic(
        "streaming", r"streaming|server-sent|sse|event ?stream|tokens? per second|latency|groq|lpu"
    ),
    Topic("tcp", r"tcp|handshake|packets?|internet work"),
    Topic("tides", r"tides?|moon"),
    Topic("black-hole", r"black holes?|relativity|gravity|event horizon"),
    Topic("photosynthesis", r"photosynthesis|chlorophyll|leaves|plants"),
    Topic("git", r"git|rebase|merge conflict"),
    Topic("bread", "bread|sourdough|loaf|baking"),
    Topic("computing", r"essay|history|comput(?:ers?|ing)|long (?:answer|text|read)|\d+ words"),
    Topic("planets", r"planets?|solar system|table", "table"),
    Topic("projects", r"lists?|ideas|suggest\w*|tips|things to|brainstorm", "list"),
)


@cache
def text(name: str) -> str:
    """A text by its name."""
    return (_TEXTS / f"{name}.md").read_text(encoding="utf-8").strip()


def names() -> Iterator[str]:
    """Every text there is."""
    yield from sorted(path.stem for path in _TEXTS.glob("*.md"))


def code_topic(question: str, earlier: str = "") -> Topic | None:
    """The program to show: by language, then for Python by what it should do."""
    language = next((topic for topic in _LANGUAGES if topic.fits(question)), None)
    asks = re.search(rf"\b(?:{_CODE_WORDS})\b", question) is not None
    follows = re.search(rf"\b(?:{_CODE_WORDS}|python)\b", earlier) is not None
    if language is not None and (asks or follows or len(question.split()) <= 6):
        return language
    plain = re.search(
        r"\b(?:code|function|script|program|snippet|implement\w*|algorithm)\b", question
    )
    if re.search(r"\bpython\b", question) or plain:
        fitting = next((topic for topic in _PYTHON if topic.fits(question)), None)
        return fitting or _PYTHON[crc32(question.encode()) % len(_PYTHON)]
    return None


_OF_CODE = frozenset(
    """
    code function script program class snippet implement implementation write regex algorithm
    example python rust golang typescript javascript node react sql sqlite postgre postgres bash
    shell html css short long simple small please some any give make nice good
    """.split()  # noqa: SIM905 - a list of words reads better than a column of literals
)


def suits(topic: Topic, vocabulary: frozenset[str]) -> bool:
    """Whether a program is what was asked for, or only one in the right language."""
    asked = {word for word in vocabulary if word.removesuffix("s") not in _OF_CODE}
    return not (asked - _OF_CODE) or bool(asked & set(topic.about.split()))


def find_topic(question: str) -> Topic | None:
    """The first topic that fits a question in lower case."""
    return next((topic for topic in TOPICS if topic.fits(question)), None)
