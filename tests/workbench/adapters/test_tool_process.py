"""Tools run apart: their limits hold, their leftovers go, nothing of ours reaches them."""

import asyncio
import json
import os
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from workbench.adapters import tool_process
from workbench.adapters.tool_process import ToolProcesses
from workbench.tool_runs import ToolOutcome, ToolRun

HERE = dict(os.environ)
SAMPLE = Path(__file__).parents[3] / "assets" / "tools" / "travel.py"


@pytest.fixture
def tool(tmp_path: Path) -> Callable[[str], Path]:
    def write(source: str) -> Path:
        path = tmp_path / "mine.py"
        path.write_text(source)
        return path

    return write


async def run(path: Path, name: str = "go", arguments: str = "{}", **limits: float) -> ToolOutcome:
    processes = ToolProcesses(HERE, **limits)  # type: ignore[arg-type]
    code = await processes.digest(path)
    return await processes.run(
        ToolRun(location=str(path), name=name, arguments=arguments, code=code)
    )


async def gone(pid: int) -> bool:
    """Whether a process is gone within a second."""
    for _ in range(100):
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            return True
        if _state(pid) == "Z":
            return True
        await asyncio.sleep(0.01)
    return False


def _read(path: Path) -> str:
    return path.read_text() if path.exists() else ""


def _state(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return ""


async def until_written(path: Path) -> list[int]:
    for _ in range(1000):
        text = _read(path)
        if text.endswith("\n"):
            return [int(word) for word in text.split()]
        await asyncio.sleep(0.01)
    raise AssertionError("the tool never said who it is")


async def test_the_functions_of_a_file_are_found_with_their_schemas() -> None:
    processes = ToolProcesses(HERE)
    found = await processes.find(SAMPLE, code=await processes.digest(SAMPLE))
    assert [function.name for function in found.functions] == ["get_weather", "find_trains"]
    weather = found.functions[0]
    assert weather.description == "The weather in a city, today and in the days to come."
    assert weather.parameters == {
        "type": "object",
        "properties": {
            "city": {"type": "string", "description": "The city's name, such as Lisbon."},
            "days": {
                "type": "integer",
                "minimum": 0,
                "maximum": 7,
                "default": 0,
                "description": "How many days beyond today.",
            },
            "unit": {
                "type": "string",
                "enum": ["celsius", "fahrenheit"],
                "default": "celsius",
                "description": "The unit of the temperatures.",
            },
        },
        "required": ["city"],
        "additionalProperties": False,
    }


@pytest.mark.parametrize(
    "docstring",
    [
        "Add.\n\n    Args:\n        a: the first\n            of them\n    Returns:\n        b\n",
        "Add.\n\n    :param a: the first of them\n    :returns: b: no\n",
        "Add.\n\n    Parameters:\n        a (int): the first of them\n",
    ],
)
async def test_a_docstring_describes_its_parameters(
    tool: Callable[[str], Path], docstring: str
) -> None:
    path = tool(f'def add(a: int, b: int = 2) -> int:\n    """{docstring}"""\n    return a + b\n')
    processes = ToolProcesses(HERE)
    found = await processes.find(path, code=await processes.digest(path))
    properties = found.functions[0].parameters["properties"]
    assert isinstance(properties, dict)
    assert properties["a"]["description"] == "the first of them"
    assert "description" not in properties["b"]
    assert found.functions[0].description == "Add."


async def test_a_file_that_cannot_be_read_says_why(tool: Callable[[str], Path]) -> None:
    processes = ToolProcesses(HERE)
    for source, why in [
        ("def go(:\n", "SyntaxError"),
        ("import nothing_of_this_name\n", "nothing_of_this_name"),
        ("raise SystemExit(3)\n", "exit code 3"),
        ("_private = 1\n", "no public function"),
        ("class Odd: ...\ndef go(x: Odd) -> None: ...\n", "go: "),
    ]:
        path = tool(source)
        found = await processes.find(path, code=await processes.digest(path))
        assert why in found.problem, source
        assert not found.functions


async def test_a_call_gives_text_as_it_is_and_anything_else_as_json(
    tool: Callable[[str], Path],
) -> None:
    path = tool(
        "def text(name: str) -> str:\n    return f'hello {name}'\n"
        "def value() -> dict:\n    return {'a': [1, None]}\n"
        "async def later() -> int:\n    return 7\n"
    )
    assert (await run(path, "text", '{"name": "you"}')).text == "hello you"
    assert json.loads((await run(path, "value")).text) == {"a": [1, None]}
    assert (await run(path, "later")).text == "7"


async def test_a_file_may_be_called_like_a_module_and_put_its_hints_off(tmp_path: Path) -> None:
    path = tmp_path / "json.py"
    path.write_text(
        "from __future__ import annotations\n"
        "import neighbour\n"
        "from dataclasses import dataclass\n"
        "@dataclass\n"
        "class Stop:\n    name: str\n    nights: int = 1\n"
        "def plan(stops: list[Stop]) -> list[Stop]:\n"
        "    return [Stop(neighbour.greet(s.name), s.nights + 1) for s in stops]\n"
    )
    (tmp_path / "neighbour.py").write_text(
        "def greet(name: str) -> str:\n    return name.upper()\n"
    )
    outcome = await run(path, "plan", '{"stops": [{"name": "faro"}]}')
    assert outcome.text == '[{"name":"FARO","nights":2}]'
    processes = ToolProcesses(HERE)
    found = await processes.find(path, code=await processes.digest(path))
    assert [function.name for function in found.functions] == ["plan"]
    assert "Stop" in str(found.functions[0].parameters["$defs"])


async def test_the_time_of_the_call_is_told_apart_from_that_of_its_process(
    tool: Callable[[str], Path],
) -> None:
    outcome = await run(tool("def go() -> None:\n    return None\n"))
    assert 0 <= outcome.seconds < 0.05 < outcome.seconds + outcome.around


async def test_what_is_printed_is_kept_apart_from_the_result(tool: Callable[[str], Path]) -> None:
    outcome = await run(tool("def go() -> str:\n    print('a note')\n    return 'result'\n"))
    assert (outcome.ending, outcome.text, outcome.printed) == ("returned", "result", "a note\n")


async def test_an_error_is_told_with_its_place_in_the_file(tool: Callable[[str], Path]) -> None:
    outcome = await run(tool("def go() -> str:\n    raise ValueError('no such city')\n"))
    assert (outcome.ending, outcome.text) == ("raised", "ValueError: no such city")
    assert "line 2, in go" in outcome.printed
    assert "tool_child" not in outcome.printed


async def test_arguments_are_checked_again_where_they_are_used(tool: Callable[[str], Path]) -> None:
    outcome = await run(tool("def go(n: int) -> int:\n    return n\n"), arguments='{"n": "x"}')
    assert outcome.ending == "raised"
    assert "valid integer" in outcome.text
    assert "https://" not in outcome.text


async def test_no_key_reaches_a_tool(
    tool: Callable[[str], Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GROQ_API_KEY", "gsk_canary")
    path = tool("import os\ndef go() -> dict:\n    return dict(os.environ)\n")
    processes = ToolProcesses(os.environ)
    outcome = await processes.run(
        ToolRun(location=str(path), name="go", arguments="{}", code=await processes.digest(path))
    )
    seen = json.loads(outcome.text)
    assert "gsk_canary" not in outcome.text
    assert not [name for name in seen if "KEY" in name or "TOKEN" in name]


FAMILY = """
import os, signal, subprocess, sys, time
def go(notes: str) -> None:
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    sleeper = [sys.executable, "-c", "import signal, time; "
               "signal.signal(signal.SIGTERM, signal.SIG_IGN); time.sleep(600)"]
    children = [subprocess.Popen(sleeper) for _ in range(2)]
    with open(notes, "w") as file:
        print(os.getpid(), *[child.pid for child in children], file=file)
    time.sleep(600)
"""


async def test_a_tool_that_forks_and_ignores_signals_is_gone_after_its_time(
    tool: Callable[[str], Path], tmp_path: Path
) -> None:
    notes, begun = tmp_path / "pids", time.monotonic()
    arguments = json.dumps({"notes": str(notes)})
    outcome = await run(tool(FAMILY), arguments=arguments, seconds=3)
    assert outcome.ending == "timeout"
    assert time.monotonic() - begun < 4
    for pid in await until_written(notes):
        assert await gone(pid)


async def test_a_tool_that_is_cancelled_is_gone_at_once(
    tool: Callable[[str], Path], tmp_path: Path
) -> None:
    notes = tmp_path / "pids"
    running = asyncio.create_task(run(tool(FAMILY), arguments=json.dumps({"notes": str(notes)})))
    pids = await until_written(notes)
    running.cancel()
    begun = time.monotonic()
    with pytest.raises(asyncio.CancelledError):
        await running
    assert time.monotonic() - begun < 1
    for pid in pids:
        assert await gone(pid)


async def test_what_a_finished_tool_leaves_running_goes_with_it(
    tool: Callable[[str], Path], tmp_path: Path
) -> None:
    notes = tmp_path / "pids"
    source = FAMILY.replace("    time.sleep(600)\n", "    return 'done'\n")
    outcome = await run(tool(source), arguments=json.dumps({"notes": str(notes)}))
    assert (outcome.ending, outcome.text) == ("returned", "done")
    for pid in await until_written(notes):
        assert await gone(pid)


async def test_a_tool_that_prints_without_end_is_ended_and_costs_no_memory(
    tool: Callable[[str], Path],
) -> None:
    begun = time.monotonic()
    outcome = await run(
        tool("def go() -> None:\n    for _ in range(1024):\n        print('x' * 1024 * 1024)\n"),
        seconds=20,
    )
    assert outcome.ending == "too much"
    assert len(outcome.printed) <= 256 * 1024
    assert time.monotonic() - begun < 10


async def test_a_result_that_is_too_large_is_no_result(tool: Callable[[str], Path]) -> None:
    outcome = await run(tool("def go() -> str:\n    return 'x' * 300_000\n"))
    assert outcome.ending == "too much"


async def test_a_tool_that_kills_itself_is_told(tool: Callable[[str], Path]) -> None:
    outcome = await run(tool("import os\ndef go() -> None:\n    os._exit(9)\n"))
    assert (outcome.ending, outcome.text) == ("died", "It ended without a result.")


async def test_a_file_that_changed_since_it_was_approved_does_not_run(
    tool: Callable[[str], Path], tmp_path: Path
) -> None:
    path = tool("def go() -> str:\n    return 'harmless'\n")
    processes = ToolProcesses(HERE)
    code = await processes.digest(path)
    touched = tmp_path / "touched"
    path.write_text(f"open({str(touched)!r}, 'w')\ndef go() -> str:\n    return 'harmful'\n")
    outcome = await processes.run(ToolRun(location=str(path), name="go", arguments="{}", code=code))
    assert outcome.ending == "changed"
    assert not touched.exists()
    assert (await processes.find(path, code=code)).problem
    assert not touched.exists()


async def test_a_function_that_is_not_offered_is_not_called(tool: Callable[[str], Path]) -> None:
    path = tool("from os import system\ndef _hidden() -> str:\n    return 'x'\n")
    assert (await run(path, "_hidden")).ending == "changed"
    assert (await run(path, "system", '{"command": "true"}')).ending == "changed"


async def test_a_folder_that_is_gone_is_told(tmp_path: Path) -> None:
    away = ToolRun(location=str(tmp_path / "away" / "a.py"), name="go", arguments="{}", code="x")
    assert "cannot be started" in (await ToolProcesses(HERE).run(away)).text


def test_the_working_folder_is_the_files() -> None:
    away = ToolRun(location="/home/me/tools/a.py", name="go", arguments="{}")
    assert ToolProcesses(HERE).folder(away) == "/home/me/tools"


async def test_a_tool_ends_itself_when_nobody_is_left_to_end_it(
    tool: Callable[[str], Path], tmp_path: Path
) -> None:
    path, notes = tool(FAMILY), tmp_path / "pids"
    request = {
        "do": "call",
        "path": str(path),
        "code": await ToolProcesses(HERE).digest(path),
        "name": "go",
        "arguments": json.dumps({"notes": str(notes)}),
        "seconds": 2,
    }
    child = Path(tool_process.__file__).with_name("tool_child.py")
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, str(child)),
        stdin=asyncio.subprocess.PIPE,
        start_new_session=True,
    )
    assert process.stdin is not None
    process.stdin.write(json.dumps(request).encode())
    process.stdin.close()
    pids = await until_written(notes)
    assert await process.wait() == -9
    for pid in pids:
        assert await gone(pid)
