"""Tools from files: nothing of a Python file runs before a person agreed."""

import os
from pathlib import Path

import pytest

from workbench.adapters.tool_files import ApprovalFile, read_text
from workbench.adapters.tool_process import ToolProcesses
from workbench.session.tools.files import ToolFileError, ToolFiles
from workbench.session.tools.toolbox import Toolbox

SAMPLES = Path(__file__).parents[4] / "assets" / "tools"


@pytest.fixture
def box() -> Toolbox:
    return Toolbox()


@pytest.fixture
def files(box: Toolbox) -> ToolFiles:
    return ToolFiles(box, ToolProcesses(dict(os.environ)), read_text)


async def opened(files: ToolFiles, path: Path) -> None:
    file = await files.look_at(path)
    if file is not None:
        await files.open_python(file)
    else:
        await files.open_definitions(path)


async def test_a_json_file_is_read_at_once(box: Toolbox, files: ToolFiles) -> None:
    path = SAMPLES / "travel.json"
    assert await files.look_at(path) is None
    held = await files.open_definitions(path)
    assert [each.tool.name for each in held] == ["get_weather", "find_trains"]
    assert {each.standing for each in held} == {"new"}
    assert box.offered == ()


async def test_a_python_file_is_looked_at_and_run_only_when_asked(
    box: Toolbox, files: ToolFiles, tmp_path: Path
) -> None:
    ran = tmp_path / "ran"
    path = tmp_path / "mine.py"
    path.write_text(f"open({str(ran)!r}, 'w').close()\ndef go(n: int) -> int:\n    return n\n")
    file = await files.look_at(path)
    assert file is not None
    assert not ran.exists()
    held, problem = await files.open_python(file)
    assert ran.exists()
    assert (held[0].tool.name, held[0].tool.runnable, problem) == ("go", True, "")


async def test_code_that_changed_takes_the_approval_away(
    box: Toolbox, files: ToolFiles, tmp_path: Path
) -> None:
    path = tmp_path / "mine.py"
    for body, standing in (("return n", "new"), ("return n + 1", "changed")):
        path.write_text(f"def go(n: int) -> int:\n    {body}\n")
        file = await files.look_at(path)
        assert file is not None
        held, _ = await files.open_python(file)
        assert held[0].standing == standing
        box.approve("go")


@pytest.mark.parametrize(
    ("name", "content", "why"),
    [
        ("a.json", b"{", "Not JSON, at line 1"),
        ("a.json", b"\xff\xfe", "no UTF-8"),
        ("a.json", b" " * (4 * 1024 * 1024 + 1), "larger than 4 MiB"),
        ("a.py", b"import nowhere_at_all\n", "nowhere_at_all"),
        ("a.py", b"x = 1\n", "no public function"),
    ],
)
async def test_a_file_that_gives_no_tools_says_why(
    files: ToolFiles, tmp_path: Path, name: str, content: bytes, why: str
) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(ToolFileError, match=why):
        await opened(files, path)


@pytest.mark.parametrize("name", ["none.json", "none.py"])
async def test_a_file_that_is_not_there_is_told(
    files: ToolFiles, tmp_path: Path, name: str
) -> None:
    with pytest.raises(ToolFileError, match="No such file"):
        await opened(files, tmp_path / name)


def test_approvals_outlive_the_program_and_are_for_their_owner_alone(tmp_path: Path) -> None:
    path = tmp_path / "state" / "approved.json"
    ApprovalFile(path).put("python:/a.py:go", {"fingerprint": "f"})
    assert ApprovalFile(path).get("python:/a.py:go") == {"fingerprint": "f"}
    assert ApprovalFile(path).get("other") is None
    assert path.stat().st_mode & 0o777 == 0o600
    assert [file.name for file in path.parent.iterdir()] == ["approved.json"]


@pytest.mark.parametrize("content", ["", "{", "[]", '{"a": 4}', "[" * 9999])
def test_approvals_that_cannot_be_read_are_asked_for_again(tmp_path: Path, content: str) -> None:
    path = tmp_path / "approved.json"
    path.write_text(content)
    approvals = ApprovalFile(path)
    assert approvals.get("a") is None
    approvals.put("a", {"fingerprint": "f"})
    assert ApprovalFile(path).get("a") == {"fingerprint": "f"}


def test_approvals_that_cannot_be_written_hold_for_this_run(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    approvals = ApprovalFile(tmp_path / "file" / "approved.json")
    approvals.put("a", {"fingerprint": "f"})
    assert approvals.get("a") == {"fingerprint": "f"}
