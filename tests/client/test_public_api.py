"""The front door: what it offers, how it is typed, and how little it costs to open."""

import ast
import inspect
import json
import subprocess
import sys
import textwrap
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

import client
from client.testing import finish_chunk, text_chunk

FRONT_DOOR = Path(client.__file__)

EXAMPLE = """
from pathlib import Path
from client import GroqClient, GroqClientBuilder, GroqConfig, RateLimits, user

async def main() -> None:
    async with GroqClient() as groq:
        reply = await groq.chat.create(
            model="openai/gpt-oss-20b", messages=[user("Why is the sky blue?")], temperature=0.2
        )
        print(reply.text, reply.usage.completion_tokens, reply.timing)
        plain = {"role": "user", "content": "Hi"}
        async with groq.chat.stream(model="m", messages=[plain], tools=[]) as stream:
            async for chunk in stream:
                print(chunk.text, end="")
        print(stream.message, stream.usage, stream.tool_calls, stream.timing)
        models = await groq.models.list()
        one = await groq.models.get("openai/gpt-oss-20b")
        limits: RateLimits | None = groq.rate_limits("openai/gpt-oss-20b")
        print(len(models), one.context_window, limits)
    GroqClient(config=GroqConfig(api_key="k"))
    GroqClientBuilder().api_key("k").timeout(5).build()
"""

# each a mistake that must be one for mypy too, and what mypy calls it
MISTAKES = [
    ('await groq.chat.create(model="m", messages=[user("x")], temprature=1)', "call-arg"),
    ('await groq.chat.create(model="m", messages=[user("x")], temperature="1")', "arg-type"),
    ('groq.chat.stream(model="m", messages=[user("x")], stream=True)', "call-arg"),
    ('groq.chat.stream(model="m", messages=[user("x")], reasoning_effort="max")', "arg-type"),
    ('groq.chat.stream(model="m", messages=["x"])', "list-item"),
    ('groq.chat.stream(messages=[user("x")])', "call-arg"),
    ('GroqClient(api_kee="x")', "call-arg"),
    ("GroqClient(timeout='x')", "arg-type"),
    ("UserMessage(content='x', contnet='y')", "call-arg"),
    ("reply: str = await groq.chat.create(model='m', messages=[])", "assignment"),
]


def run(code: str) -> str:
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=FRONT_DOOR.parents[1],
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout


@pytest.mark.parametrize("name", client.__all__)
def test_a_name_of_the_front_door_leads_somewhere_and_is_explained(name: str) -> None:
    value = getattr(client, name)

    assert name in dir(client)
    if inspect.isclass(value) or inspect.isfunction(value):
        own = vars(value).get("__doc__") if inspect.isclass(value) else value.__doc__
        assert own
        assert not own.startswith((f"{name}(", "Create a new", "!!!"))
    else:
        assert explained_where_it_is_assigned(name), f"{name} in {client._HOME[name]}"


def explained_where_it_is_assigned(name: str) -> bool:
    """Whether a string stands below the assignment of a constant or an alias."""
    path = FRONT_DOOR.parents[1] / f"{client._HOME[name].replace('.', '/')}.py"
    body = ast.parse(path.read_text(encoding="utf-8")).body
    for statement, following in pairwise([*body, ast.Pass()]):
        targets = statement.targets if isinstance(statement, ast.Assign) else []
        if isinstance(statement, ast.AnnAssign):
            targets = [statement.target]
        if any(isinstance(target, ast.Name) and target.id == name for target in targets):
            return isinstance(following, ast.Expr) and isinstance(following.value, ast.Constant)
    return False


@pytest.mark.parametrize("name", client.__all__)
def test_every_public_member_is_explained(name: str) -> None:
    value = getattr(client, name)
    if not inspect.isclass(value):
        return
    own = {n: m for n, m in vars(value).items() if not n.startswith("_")}
    for member, found in own.items():
        target = found.fget if isinstance(found, property) else getattr(found, "__func__", found)
        if inspect.isfunction(target) and target.__module__.startswith("client"):
            assert target.__doc__, f"{name}.{member}"


# What a user is handed, and has no need to name.
INNER = {"Exchange", "HttpResponse", "RecordedResponse", "ReplayResponse", "Wire", "MeasuredValue"}


def own_names(node: ast.AST) -> set[str]:
    return {inner.id for inner in ast.walk(node) if isinstance(inner, ast.Name)}


@pytest.mark.parametrize("name", client.__all__)
def test_what_a_public_signature_mentions_is_had_at_the_front_door(name: str) -> None:
    value = getattr(client, name)
    has_source = inspect.isclass(value) or inspect.isfunction(value)
    if not has_source or not value.__module__.startswith("client"):
        return
    module = sys.modules[value.__module__]
    (statement,) = ast.parse(textwrap.dedent(inspect.getsource(value))).body
    mentioned: set[str] = set()
    for node in [statement, *getattr(statement, "body", [])]:
        if isinstance(node, ast.AnnAssign) and not ast.unparse(node.target).startswith("_"):
            mentioned |= own_names(node.annotation)
        is_function = isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        if is_function and (not node.name.startswith("_") or node.name == "__init__"):
            said = [*node.args.args, *node.args.kwonlyargs, node.args.vararg, node.args.kwarg]
            for part in [node.returns, *(one.annotation for one in said if one)]:
                mentioned |= own_names(part) if part else set()
    ours = {
        one
        for one in mentioned
        if not one.startswith("_")
        and getattr(getattr(module, one, None), "__module__", "").startswith("client")
    }

    assert ours - INNER <= set(client.__all__)


def test_what_a_type_checker_sees_is_what_there_is() -> None:
    tree = ast.parse(FRONT_DOOR.read_text())
    block = next(node for node in tree.body if isinstance(node, ast.If))
    seen = {
        (node.module, alias.name)
        for node in block.body
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
    }

    assert seen == {(module, name) for name, module in client._HOME.items()}


def test_another_name_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="no attribute 'GroqManager'"):
        client.GroqManager  # type: ignore[attr-defined]  # noqa: B018


def test_importing_the_client_loads_nothing_else() -> None:
    code = "import sys; before = set(sys.modules); import client; print(*set(sys.modules) - before)"

    own = {name for name in run(code).split() if not name.startswith("importlib")}
    assert own <= {"client", "warnings"}


def test_every_module_behind_the_door_can_be_the_first_to_be_loaded() -> None:
    first = {module: name for name, module in client._HOME.items()}
    code = f"""
import sys
for name in {sorted(first.values())}:
    for loaded in [module for module in sys.modules if module.partition(".")[0] == "client"]:
        del sys.modules[loaded]
    import client
    getattr(client, name)
    print(name)
"""

    assert run(code).split() == sorted(first.values())


def test_everything_is_had_by_a_star() -> None:
    code = "from client import *; import client; print(set(client.__all__) <= set(globals()))"

    assert run(code).strip() == "True"


def test_values_and_errors_are_had_without_http() -> None:
    code = "import sys, client; client.ChatReply, client.APIError, client.SSEDecoder, client.user"

    assert run(f"{code}; print('httpx' in sys.modules)").strip() == "False"


def test_making_a_client_does_not_yet_load_http() -> None:
    code = (
        "import sys\nfrom client import GroqClient\nfrom client.testing import FakeTransport\n"
        "GroqClient(api_key='k', transport=FakeTransport())\nprint('httpx' in sys.modules)"
    )

    assert run(code).strip() == "False"


async def test_the_example_of_the_front_door_runs(
    serve: Any, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    async def talk(peer: Any) -> None:
        assert b'"content":"Why?"' in await peer.request()
        await peer.head("content-type: text/event-stream", "connection: close")
        for part in (text_chunk("Be"), text_chunk("cause."), finish_chunk()):
            await peer.say(b"data: " + json.dumps(part).encode() + b"\n\n")
        await peer.say(b"data: [DONE]\n\n")

    monkeypatch.setenv("GROQ_BASE_URL", (await serve(talk)).url)
    lines = (client.__doc__ or "").splitlines()
    example = "\n".join(line for line in lines if line.startswith("    "))
    scope: dict[str, Any] = {}
    code = compile(textwrap.dedent(example), "example", "exec", ast.PyCF_ALLOW_TOP_LEVEL_AWAIT)
    await eval(code, scope)

    assert capsys.readouterr().out == "Because."


def test_every_module_says_what_it_is_for() -> None:
    for path in FRONT_DOOR.parent.rglob("*.py"):
        assert ast.get_docstring(ast.parse(path.read_text())), path


def test_the_examples_are_typed_and_mistakes_in_them_are_found(tmp_path: Path) -> None:
    (tmp_path / "example.py").write_text(EXAMPLE)
    lines = [
        "from client import GroqClient, UserMessage, user",
        "",
        "async def main(groq: GroqClient) -> None:",
    ]
    lines += [f"    {mistake}" for mistake, _ in MISTAKES]
    (tmp_path / "mistakes.py").write_text("\n".join(lines) + "\n")
    root = FRONT_DOOR.parents[1]
    files = [str(tmp_path / name) for name in ("example.py", "mistakes.py")]
    options = ["--config-file", str(root / "pyproject.toml"), "--no-pretty", "--no-error-summary"]
    done = subprocess.run(
        [sys.executable, "-m", "mypy", *options, *files],
        cwd=root,
        capture_output=True,
        text=True,
        check=False,
    )

    errors = [line for line in done.stdout.splitlines() if ": error:" in line]
    assert not [line for line in errors if "mistakes.py" not in line], done.stdout
    found = {int(line.split(":")[1]): line.rsplit("[", 1)[1].rstrip("]") for line in errors}
    expected = {number: code for number, (_, code) in enumerate(MISTAKES, start=4)}
    assert found == expected, done.stdout
