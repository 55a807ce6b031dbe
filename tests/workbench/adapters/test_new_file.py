"""Files that a person asked for by name."""

import os
import stat
from pathlib import Path

import pytest

from workbench.adapters import new_file
from workbench.adapters.new_file import NewFiles


async def test_a_text_is_written_as_it_is_and_for_its_owner_alone(tmp_path: Path) -> None:
    path = await NewFiles(tmp_path).write("race.csv", "a\r\nb\u2028\n")

    assert path == tmp_path / "race.csv"
    assert path.read_bytes() == "a\r\nb\u2028\n".encode()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


async def test_a_file_that_is_there_is_never_written_over(tmp_path: Path) -> None:
    (tmp_path / "race.csv").write_text("mine")

    with pytest.raises(FileExistsError):
        await NewFiles(tmp_path).write("race.csv", "other")

    assert (tmp_path / "race.csv").read_text() == "mine"


async def test_a_link_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "race.csv").symlink_to(tmp_path / "elsewhere")

    with pytest.raises(FileExistsError):
        await NewFiles(tmp_path).write("race.csv", "text")

    assert not (tmp_path / "elsewhere").exists()


async def test_a_path_of_one_s_own_is_taken_as_it_is(tmp_path: Path) -> None:
    other = tmp_path / "other"
    other.mkdir()

    path = await NewFiles(tmp_path / "unused").write(str(other / "race.md"), "text")

    assert path == other / "race.md"


@pytest.mark.parametrize(
    "name", ["missing/race.csv", "race\0.csv", "r" * 300, "~nobody-of-that-name/race.csv"]
)
async def test_a_name_that_cannot_be_is_an_error_with_a_reason(tmp_path: Path, name: str) -> None:
    with pytest.raises(OSError, match=r"."):
        await NewFiles(tmp_path).write(name, "text")

    assert not any(names for *_, names in os.walk(tmp_path))


async def test_what_cannot_be_written_leaves_nothing_behind(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(new_file.os, "fsync", full)
    with pytest.raises(OSError, match="No space"):
        await NewFiles(tmp_path).write("race.csv", "text")

    assert not any(names for *_, names in os.walk(tmp_path))
