"""The guide: every block of it runs, says what it should, and is typed."""

import ast
import asyncio
import inspect
import logging
import os
import re
import subprocess
import sys
import textwrap
import zlib
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile

from client import GroqClient, RetryPolicy
from client.adapters.clock import SystemClock
from workbench.simulator import Simulator, SimulatorSettings

GUIDE = Path(__file__).parents[2] / "client" / "README.md"
KEY = "gsk_Gd7wQ2nXr9LmT4vB8sKe"
_BLOCK = re.compile(r"^```python\n(.*?)^```$", re.MULTILINE | re.DOTALL)

# What running a section must print, beside whatever else it does.
SAYS = {
    "The Groq client": ["The sky is blue"],
    "A first reply": ["stop", "openai/gpt-oss-20b 131072 True"],
    "Settings": ["api_key=SecretStr('**********')", "127.0.0.1:", " 30.0\n"],
    "Streaming, with its timing": [" stop ", "first token after 0.", "tokens/s by"],
    "Tools": ['The model wants get_weather({"city":"Paris"})', "21.5"],
    "Pictures": ["image/png"],
    "JSON by a schema": ["["],
    "Reasoning": ["391", "tokens were thoughts", "->"],
    "Transcription and captions": ["en 1.0", "bytes", "00:00:00,", "did not listen"],
    "Speech": ["24000", "evening.wav", "bytes for the sound card"],
    "Files and batches": ["batch_01", "validating", "completed ()", "prompt-7"],
    "Errors": ["`openai/gpt-oss-9000` does not exist", "req_01"],
    "Retries, limits and the circuit breaker": [
        "503: attempt 2 in",
        "goes out after",
        "tokens left this minute",
        "requests left today",
        "\n20\n",
    ],
    "Timeouts and cancellation": ["(phase: total)", "\nFalse "],
    "Observers": ["HeadersReceived(", "{'openai/gpt-oss-20b': "],
    "Logging": ["reply_completed exchange="],
    "OpenTelemetry": ["Simulated"],
    "Record and replay": ["True"],
    "Testing your own code": ["Kept: "],
    "Other servers": ["True"],
}


@dataclass(frozen=True, slots=True)
class Section:
    """A heading, and the blocks below it with the lines on which they begin."""

    heading: str
    blocks: tuple[tuple[int, str], ...]


def sections() -> Iterator[Section]:
    text = GUIDE.read_text(encoding="utf-8")
    begins = [found.start() for found in re.finditer(r"^##? ", text, re.MULTILINE)]
    for begin, end in zip(begins, [*begins[1:], len(text)], strict=True):
        heading = text[begin : text.index("\n", begin)].lstrip("# ")
        blocks = tuple(
            (text.count("\n", 0, found.start(1)), found[1])
            for found in _BLOCK.finditer(text, begin, end)
        )
        if blocks:
            yield Section(heading, blocks)


class HurriedClock(SystemClock):
    """Half a minute between two questions is right for a batch, not for a test."""

    async def sleep(self, seconds: float) -> None:
        await super().sleep(min(seconds, 0.02))


@pytest.fixture
async def groq(
    request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[GroqClient]:
    """What the guide supposes: a service, a key, and some files to work on."""
    failing = request.node.callspec.params["section"].heading.startswith("Retries")
    settings = SimulatorSettings(
        speed=200, plan="developer", seed=7, fault="503; rate=0.5" if failing else None
    )
    monkeypatch.chdir(tmp_path)
    write_files(tmp_path)
    async with Simulator(settings) as simulator:
        monkeypatch.setenv("GROQ_BASE_URL", simulator.base_url)
        monkeypatch.setenv("GROQ_API_KEY", KEY)
        monkeypatch.setenv("LOCAL_LLM", simulator.base_url)
        monkeypatch.setenv("LOCAL_KEY", KEY)
        persistent = RetryPolicy(attempts=30, base=0.001, budget=None)
        async with GroqClient(
            clock=HurriedClock(), retry=persistent, circuit_breaker=None
        ) as client:
            yield client


def write_files(folder: Path) -> None:
    """The files that the guide reads."""
    tone = 0.2 * np.sin(np.arange(16_000) * 0.1)
    soundfile.write(folder / "talk.flac", tone, 16_000)
    (folder / "photo.png").write_bytes(png())
    questions = "\n".join(f"What is {n} + {n}?" for n in range(20))
    (folder / "prompts.txt").write_text(questions)


@pytest.fixture
def logger() -> Iterator[logging.Logger]:
    """The client's logger, as it was before."""
    logger = logging.getLogger("groq")
    handlers, level = list(logger.handlers), logger.level
    yield logger
    logger.handlers[:] = handlers
    logger.setLevel(level)


def png() -> bytes:
    """One red pixel."""

    def part(kind: bytes, data: bytes) -> bytes:
        check = zlib.crc32(kind + data)
        return len(data).to_bytes(4, "big") + kind + data + check.to_bytes(4, "big")

    head = b"\x00\x00\x00\x01\x00\x00\x00\x01\x08\x02\x00\x00\x00"
    data = zlib.compress(b"\x00\xff\x00\x00")
    return b"\x89PNG\r\n\x1a\n" + part(b"IHDR", head) + part(b"IDAT", data) + part(b"IEND", b"")


async def run(block: str, line: int, scope: dict[str, Any]) -> None:
    """Run a block as it stands: a program in a thread of its own, a fragment right here."""
    tree = ast.increment_lineno(ast.parse(block), line)
    if is_program(block):
        await asyncio.to_thread(exec, compile(tree, str(GUIDE), "exec"), scope)
        return
    code = compile(tree, str(GUIDE), "exec", ast.PyCF_ALLOW_TOP_LEVEL_AWAIT)
    result = eval(code, scope)
    if inspect.isawaitable(result):
        await result


def is_program(block: str) -> bool:
    return "asyncio.run(" in block


def test_every_section_with_code_is_expected_to_say_something() -> None:
    assert [section.heading for section in sections()] == list(SAYS)


def test_every_block_of_code_is_found() -> None:
    text = GUIDE.read_text(encoding="utf-8")

    assert text.count("```python") == sum(len(section.blocks) for section in sections())
    assert text.count("```") == 2 * (text.count("```python") + text.count("```sh"))


@pytest.mark.parametrize("section", sections(), ids=lambda section: section.heading)
@pytest.mark.usefixtures("logger")
async def test_the_blocks_of_a_section_run(
    section: Section, groq: GroqClient, capsys: pytest.CaptureFixture[str]
) -> None:
    scope: dict[str, Any] = {"groq": groq, "__name__": "guide"}
    async with asyncio.timeout(60):
        for line, block in section.blocks:
            await run(block, line, scope)
        for test in [value for name, value in scope.items() if name.startswith("test_")]:
            await test()

    output = capsys.readouterr()
    said = output.out + output.err
    for words in SAYS[section.heading]:
        assert words in said
    assert KEY not in said


def test_the_links_of_the_guide_lead_to_its_headings() -> None:
    text = GUIDE.read_text(encoding="utf-8")
    headings = re.findall(r"^## (.*)$", text, re.MULTILINE)
    anchors = {
        re.sub(r"[^a-z0-9 -]", "", heading.lower()).replace(" ", "-") for heading in headings
    }
    links = set(re.findall(r"\]\(#([^)]*)\)", text))

    assert links == anchors


def test_the_blocks_are_typed(tmp_path: Path) -> None:
    for number, section in enumerate(sections()):
        fragments = [block for _, block in section.blocks if not is_program(block)]
        programs = [block for _, block in section.blocks if is_program(block)]
        parts = list(programs)
        if fragments:
            body = textwrap.indent("\n".join(fragments), "    ")
            head = "from client import GroqClient\n\n\nasync def section(groq: GroqClient) -> None:"
            parts.append(f"{head}\n{body}")
        (tmp_path / f"section_{number}.py").write_text("\n\n".join(parts), encoding="utf-8")
    root = GUIDE.parents[1]
    options = ["--config-file", str(root / "pyproject.toml"), "--strict", "--no-pretty"]
    done = subprocess.run(
        [sys.executable, "-m", "mypy", *options, *map(str, sorted(tmp_path.glob("*.py")))],
        cwd=root,
        env={**os.environ, "MYPY_FORCE_COLOR": "0"},
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 0, done.stdout + done.stderr
