"""What a type checker sees of the client."""

import inspect
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

import client

ASSERTIONS = Path(__file__).parent / "typing_assertions.py"
ROOT = Path(__file__).parents[2]
_OF_PYDANTIC = re.compile(r"'?__pydantic_config__'?\??: Any")


def mypy(*files: Path) -> subprocess.CompletedProcess[str]:
    options = ["--config-file", str(ROOT / "pyproject.toml"), "--strict", "--no-pretty"]
    return subprocess.run(
        [sys.executable, "-m", "mypy", *options, *map(str, files)],
        cwd=ROOT,
        env={**os.environ, "MYPY_FORCE_COLOR": "0"},
        capture_output=True,
        text=True,
        check=False,
    )


def test_the_client_is_typed_as_asserted() -> None:
    done = mypy(ASSERTIONS)

    assert done.returncode == 0, done.stdout + done.stderr


def test_an_assertion_that_does_not_hold_and_a_mistake_that_is_none_are_found(
    tmp_path: Path,
) -> None:
    wrong = tmp_path / "wrong.py"
    wrong.write_text(
        ASSERTIONS.read_text(encoding="utf-8")
        .replace("assert_type(chunk.text, str)", "assert_type(chunk.text, str | None)")
        .replace("temprature=1", "temperature=1"),
        encoding="utf-8",
    )
    done = mypy(wrong)

    assert "[assert-type]" in done.stdout
    assert '"type: ignore' in done.stdout
    assert done.stdout.count(": error:") == 2


def test_no_name_of_the_front_door_is_of_any_type(tmp_path: Path) -> None:
    names = tmp_path / "names.py"
    reveals = "\n".join(f"reveal_type(client.{name})" for name in client.__all__)
    names.write_text(f"import client\n\n{reveals}\n", encoding="utf-8")
    done = mypy(names)

    revealed = re.findall(r'Revealed type is "(.*)"$', done.stdout, re.MULTILINE)
    assert len(revealed) == len(client.__all__), done.stdout
    untyped = [
        f"{name}: {kind}"
        for name, kind in zip(client.__all__, revealed, strict=True)
        if re.search(r"\bAny\b", _OF_PYDANTIC.sub("", kind))
    ]
    assert untyped == []


@pytest.mark.parametrize("name", client.__all__)
def test_every_public_function_is_annotated(name: str) -> None:
    value = getattr(client, name)
    members = vars(value).items() if inspect.isclass(value) else [(name, value)]
    for member, found in members:
        target = found.fget if isinstance(found, property) else getattr(found, "__func__", found)
        if not inspect.isfunction(target) or not target.__module__.startswith("client"):
            continue
        if member.startswith("_") and member not in ("__init__", "__aenter__", "__aiter__"):
            continue
        parameters = [p for p in inspect.signature(target).parameters.values() if p.name != "self"]
        bare = [p.name for p in parameters if p.annotation is p.empty and p.name != "cls"]
        assert not bare, f"{name}.{member}: {bare}"
        assert "return" in target.__annotations__, f"{name}.{member}"


def test_the_client_says_that_it_is_typed() -> None:
    assert (ROOT / "client" / "py.typed").exists()
