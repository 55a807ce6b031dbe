"""Real MCP servers, over stdio and HTTP: foreign programs that answer, hang, lie and die."""

import asyncio
import json
import os
import socket
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from workbench.adapters.mcp.servers import McpServers
from workbench.session.tools.servers import ServerError, ToolServers, parse_servers
from workbench.session.tools.toolbox import Toolbox
from workbench.tool_runs import ToolRun
from workbench.tool_servers import ServedTools, ServerSpec

PROGRAM = Path(__file__).with_name("weather_server.py")
SPEC = ServerSpec(
    name="weather", command=(sys.executable, str(PROGRAM)), environment={"EXTRA": "given"}
)


@asynccontextmanager
async def started(**how: float) -> AsyncIterator[McpServers]:
    servers = McpServers(**how)  # type: ignore[arg-type]
    try:
        yield servers
    finally:
        await servers.aclose()


def call(served: ServedTools, name: str, spec: ServerSpec = SPEC, **arguments: object) -> ToolRun:
    code = next(tool.code for tool in served.tools if tool.name == name)
    return ToolRun(location=spec.location, name=name, arguments=json.dumps(arguments), code=code)


async def test_a_server_over_stdio_names_its_tools_and_runs_them() -> None:
    async with started() as servers:
        served = await servers.connect(SPEC)
        assert served.problem == ""
        forecast = next(tool for tool in served.tools if tool.name == "forecast")
        assert forecast.parameters["required"] == ["city"]
        outcome = await servers.run(call(served, "forecast", city="Lisbon", days=3))
        assert (outcome.ending, outcome.text) == ("returned", "Lisbon: sunny for 3 days")
        assert outcome.seconds > 0
        assert "weather" in servers.folder(call(served, "forecast"))


async def test_a_server_is_given_no_key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GROQ_API_KEY", "gsk_secret_0123456789")
    monkeypatch.setenv("SOME_TOKEN", "x")
    async with started() as servers:
        served = await servers.connect(SPEC)
        outcome = await servers.run(call(served, "environment"))
    assert "EXTRA" in outcome.text.split()
    assert not {"GROQ_API_KEY", "SOME_TOKEN"} & set(outcome.text.split())


async def test_a_call_that_hangs_is_given_up_and_the_server_goes_on() -> None:
    async with started(seconds=0.5) as servers:
        served = await servers.connect(SPEC)
        assert (await servers.run(call(served, "slow"))).ending == "timeout"
        assert (await servers.run(call(served, "forecast", city="Rome"))).ending == "returned"


async def test_a_call_can_be_cancelled() -> None:
    async with started() as servers:
        served = await servers.connect(SPEC)
        asking = asyncio.create_task(servers.run(call(served, "slow")))
        await asyncio.sleep(0)
        asking.cancel()
        with pytest.raises(asyncio.CancelledError):
            await asking


async def test_a_server_that_dies_is_told_and_connected_again() -> None:
    async with started() as servers:
        served = await servers.connect(SPEC)
        assert (await servers.run(call(served, "die"))).ending == "died"
        gone = await servers.run(call(served, "forecast", city="Rome"))
        assert gone.ending == "died"
        again = await servers.connect(SPEC)
        assert (await servers.run(call(again, "forecast", city="Rome"))).ending == "returned"


async def test_a_tool_that_goes_wrong_says_so() -> None:
    async with started() as servers:
        served = await servers.connect(SPEC)
        outcome = await servers.run(call(served, "fail"))
    assert outcome.ending == "raised"
    assert "fail" in outcome.text


async def test_a_huge_result_is_cut() -> None:
    async with started() as servers:
        served = await servers.connect(SPEC)
        outcome = await servers.run(call(served, "huge"))
    assert outcome.ending == "too much"
    assert len(outcome.text) < 300_000


async def test_a_tool_that_changed_its_word_is_not_run_and_asks_again() -> None:
    async with started() as servers:
        toolbox = Toolbox()
        tools = ToolServers(toolbox, servers, read=Path.read_text, environ={})
        changed: list[ServerSpec] = []
        servers.subscribe(changed.append)
        connected = await tools.connect(SPEC)
        for held in connected.held:
            toolbox.approve(held.tool.name)
        before = toolbox.get("weather__forecast")
        assert before is not None
        assert before.standing == "approved"
        run = ToolRun(
            location=SPEC.location,
            name="forecast",
            arguments='{"city": "Rome"}',
            code=before.tool.code,
        )
        renew = toolbox.get("weather__renew")
        assert renew is not None
        await servers.run(
            ToolRun(location=SPEC.location, name="renew", arguments="{}", code=renew.tool.code)
        )
        await tools.again(SPEC.location)
        after = toolbox.get("weather__forecast")
        assert after is not None
        assert after.standing == "changed"
        assert "weather__forecast" not in [tool.name for tool in toolbox.offered]
        assert (await servers.run(run)).ending == "changed"


async def test_what_cannot_be_started_says_why(tmp_path: Path) -> None:
    async with started() as servers:
        missing = await servers.connect(ServerSpec(name="x", command=("no-such-program-here",)))
        program = tmp_path / "broken.py"
        program.write_text("import sys; sys.exit('there is no licence')")
        broken = await servers.connect(ServerSpec(name="y", command=(sys.executable, str(program))))
    assert "no-such-program-here" in missing.problem
    assert "there is no licence" in broken.problem


async def test_a_program_that_says_nothing_is_given_up(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr("workbench.adapters.mcp.connection.PATIENCE", 0.5)
    async with started() as servers:
        silent = await servers.connect(ServerSpec(name="z", command=("sleep", "60")))
    assert "did not answer within" in silent.problem


async def test_a_server_over_http_is_reached_and_told_when_it_is_gone() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        str(PROGRAM),
        str(port),
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.DEVNULL,
    )
    try:
        await listening(port)
        spec = ServerSpec(name="web", url=f"http://127.0.0.1:{port}/mcp", headers={"x-token": "t"})
        async with started() as servers:
            served = await servers.connect(spec)
            assert served.problem == ""
            outcome = await servers.run(call(served, "forecast", spec, city="Oslo"))
            assert outcome.text == "Oslo: sunny for 1 days"
            process.kill()
            await process.wait()
            gone = await servers.run(call(served, "forecast", spec, city="Oslo"))
            assert gone.ending in ("died", "raised")
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()


async def listening(port: int) -> None:
    for _ in range(600):
        try:
            _, writer = await asyncio.open_connection("127.0.0.1", port)
        except OSError:
            await asyncio.sleep(0.05)
            continue
        writer.close()
        await writer.wait_closed()
        return
    raise AssertionError("the server never listened")


async def test_nothing_is_left_when_the_workbench_ends() -> None:
    async with started() as servers:
        await servers.connect(SPEC)
        (connection,) = servers._connections.values()
        assert connection.alive
    assert not connection.alive


def test_a_file_names_servers_of_both_kinds() -> None:
    text = json.dumps(
        {
            "mcpServers": {
                "files": {"command": "npx", "args": ["-y", "${PACKAGE}"], "env": {"A": "b"}},
                "web": {"url": "https://example.com/mcp", "headers": {"x-key": "${TOKEN}"}},
            }
        }
    )
    files, web = parse_servers(text, {"PACKAGE": "server files", "TOKEN": "t"})

    assert files.command == ("npx", "-y", "server files")
    assert files.location == "npx -y 'server files'"
    assert web.location == "https://example.com/mcp"
    assert "t" not in repr(web).replace("mcpServers", "").split("headers")[-1:]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("{", "Not JSON"),
        ("{}", "mcpServers"),
        ('{"mcpServers": {"a": 1}}', "a: an object"),
        ('{"mcpServers": {"a": {}}}', "neither a command nor a url"),
        ('{"mcpServers": {"a": {"command": "x", "args": [1]}}}', "list of texts"),
        ('{"mcpServers": {"a": {"url": "http://example.com/mcp"}}}', "must be https"),
        ('{"mcpServers": {"a": {"url": "file:///etc/passwd"}}}', "must be https"),
        ('{"mcpServers": {"a": {"command": "x", "env": {"K": "${GROQ_API_KEY}"}}}}', "not handed"),
        ('{"mcpServers": {"a": {"command": "x", "args": ["${NONE}"]}}}', "is not set"),
    ],
)
def test_a_file_of_another_form_is_refused(text: str, said: str) -> None:
    with pytest.raises(ServerError, match=said):
        parse_servers(text, {"GROQ_API_KEY": "gsk_secret", **os.environ})
