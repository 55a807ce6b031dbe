"""What is handed to people: the distribution, its command, and the files of the repository."""

import re
import subprocess
import sys
import tarfile
import tomllib
import zipfile
from collections.abc import Iterator
from email import message_from_string
from importlib.metadata import packages_distributions
from itertools import chain
from pathlib import Path
from typing import Any

import grimp
import pytest

from client.version import VERSION

TOP_LEVEL = {
    "LICENSE", "Makefile", "README.md", "assets", "client", "pyproject.toml", "tests", "workbench",
}  # fmt: skip
SLOW_TO_IMPORT = {
    "httpx", "numpy", "pydantic", "rich", "sounddevice", "soundfile", "starlette", "textual",
    "uvicorn",
}  # fmt: skip
# in two halves, or this file would name them
REGISTRIES = tuple(
    ".".join(halves)
    for halves in (
        ("pypi", "org"), ("pythonhosted", "org"), ("npmjs", "org"), ("anaconda", "org"),
        ("debian", "org/debian"), ("crates", "io"), ("proxy.golang", "org"),
    )
)  # fmt: skip


def canonical(name: str) -> str:
    return name.lower().replace("_", "-")


def name_of(requirement: str) -> str:
    return canonical(re.split(r"[<>=;\[]", requirement)[0])


@pytest.fixture(scope="module")
def ignored(repository: Path) -> set[str]:
    """The names that .gitignore keeps out."""
    return {line.rstrip("/") for line in (repository / ".gitignore").read_text().splitlines()}


def files_below(folder: Path, ignored: set[str]) -> Iterator[Path]:
    for path in sorted(folder.iterdir()):
        if path.name == ".git" or any(path.match(pattern) for pattern in ignored):
            continue
        if path.is_dir():
            yield from files_below(path, ignored)
        else:
            yield path


@pytest.fixture(scope="module")
def pyproject(repository: Path) -> dict[str, Any]:  # TOML holds tables of any depth
    with (repository / "pyproject.toml").open("rb") as file:
        return tomllib.load(file)


@pytest.fixture(scope="module")
def built(repository: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the wheel and the source archive."""
    folder = tmp_path_factory.mktemp("dist")
    command = [sys.executable, "-m", "hatchling", "build", "--directory", str(folder)]
    subprocess.run(command, cwd=repository, check=True, capture_output=True)
    return folder


@pytest.fixture(scope="module")
def wheel(built: Path) -> Iterator[zipfile.ZipFile]:
    (path,) = built.glob("*.whl")
    with zipfile.ZipFile(path) as archive:
        yield archive


def test_the_wheel_holds_every_file_of_both_packages_and_nothing_else(
    wheel: zipfile.ZipFile, repository: Path, ignored: set[str]
) -> None:
    shipped = {name for name in wheel.namelist() if ".dist-info/" not in name}

    assert shipped == {
        path.relative_to(repository).as_posix()
        for package in ("client", "workbench")
        for path in files_below(repository / package, ignored)
    }
    assert {"client/py.typed", "workbench/py.typed"} <= shipped


def test_the_wheel_names_its_command_its_licence_and_the_python_it_needs(
    wheel: zipfile.ZipFile,
) -> None:
    (prefix,) = {name.split("/")[0] for name in wheel.namelist() if ".dist-info/" in name}
    metadata = message_from_string(wheel.read(f"{prefix}/METADATA").decode())

    assert metadata["Name"] == "groq-workbench"
    assert metadata["Version"] == VERSION
    assert metadata["Requires-Python"] == ">=3.11"
    assert metadata["License-Expression"] == "MIT"
    assert (
        "groq-workbench = workbench.__main__:main"
        in wheel.read(f"{prefix}/entry_points.txt").decode()
    )


def test_the_source_archive_can_be_built_and_tested(built: Path) -> None:
    (path,) = built.glob("*.tar.gz")
    with tarfile.open(path) as archive:
        names = {name.partition("/")[2] for name in archive.getnames()}

    assert {"pyproject.toml", "README.md", "LICENSE", "tests/conftest.py"} <= names
    assert {"client/__init__.py", "workbench/__main__.py"} <= names


@pytest.mark.parametrize("option", ["--version", "--help"])
def test_the_command_answers_a_question_without_loading_what_is_slow(
    option: str, repository: Path
) -> None:
    answer = subprocess.run(
        [sys.executable, "-X", "importtime", "-m", "workbench", option],
        cwd=repository,
        check=True,
        capture_output=True,
        text=True,
    )
    imported = set(re.findall(r"^import time:.*\| +(\w+)", answer.stderr, re.MULTILINE))

    assert "workbench" in imported
    assert imported.isdisjoint(SLOW_TO_IMPORT)
    if option == "--version":
        assert VERSION in answer.stdout
    else:
        assert "--demo" in answer.stdout


def test_importing_the_client_loads_no_transport_and_no_screen(repository: Path) -> None:
    question = "import client, sys; print(*sys.modules)"
    loaded = subprocess.check_output([sys.executable, "-c", question], cwd=repository, text=True)

    assert {"httpx", "textual", "rich", "workbench"}.isdisjoint(loaded.split())


def test_the_top_level_holds_only_the_agreed_names(repository: Path, ignored: set[str]) -> None:
    visible = {
        path.name
        for path in repository.iterdir()
        if not path.name.startswith(".") and path.name not in ignored
    }

    assert visible == TOP_LEVEL


def test_no_file_names_the_host_of_a_package_registry(repository: Path, ignored: set[str]) -> None:
    naming = [
        path.relative_to(repository).as_posix()
        for path in files_below(repository, ignored)
        if any(host.encode() in path.read_bytes() for host in REGISTRIES)
    ]

    assert naming == []


def test_the_constraints_are_versions_only_and_cover_what_is_asked_for(
    repository: Path, pyproject: dict[str, Any]
) -> None:
    lines = (repository / ".constraints.txt").read_text().splitlines()
    pinned = {name_of(line) for line in lines}
    groups = pyproject["dependency-groups"]
    asked = [*pyproject["project"]["dependencies"], *groups["test"], *groups["check"]]
    names = {name_of(item) for item in asked if isinstance(item, str)}

    assert [line for line in lines if not re.fullmatch(r"[\w.-]+==[\w.]+", line)] == []
    assert names | {"pip", "hatchling", "editables"} <= pinned


def test_whatever_the_packages_import_is_declared(pyproject: dict[str, Any]) -> None:
    graph = grimp.build_graph("client", "workbench", include_external_packages=True)
    foreign = {name for name in graph.modules if graph.is_module_squashed(name)}
    distributions = packages_distributions()
    # Several distributions may share a name, such as `opentelemetry`: one of them is enough.
    imported = {
        name: {canonical(distribution) for distribution in distributions.get(name, [name])}
        for name in foreign - sys.stdlib_module_names
    }
    project = pyproject["project"]
    declared = [*project["dependencies"], *chain(*project["optional-dependencies"].values())]

    names = {name_of(requirement) for requirement in declared}
    assert [name for name, homes in imported.items() if not homes & names] == []


def test_make_help_explains_every_target(repository: Path) -> None:
    makefile = (repository / "Makefile").read_text()
    (targets,) = re.findall(r"^\.PHONY: (.*)$", makefile, re.MULTILINE)

    assert re.findall(r"^([a-z]+): ## .", makefile, re.MULTILINE) == targets.split()


def test_what_the_readme_points_to_exists(repository: Path) -> None:
    readme = (repository / "README.md").read_text()
    targets = (repository / "Makefile").read_text()
    links = re.findall(r"\]\((?!https?:)([^)#]+)\)", readme)
    paths = re.findall(r"\bassets/[\w./-]*\w", readme)
    commands = re.findall(r"\bmake ([a-z]+)\b", readme)

    assert [path for path in links + paths if not (repository / path).exists()] == []
    assert [name for name in commands if f"\n{name}: ## " not in targets] == []
    assert {"run", "test", "check"} <= set(commands)
