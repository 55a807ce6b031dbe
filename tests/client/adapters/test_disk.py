"""Files, read and written in pieces."""

import asyncio
import io
import os
import stat
from pathlib import Path
from typing import Any

import pytest

from client import ValidationError
from client.adapters.disk import FileWriter, SystemDisk
from client.ports import Source


async def whole(source: Source) -> bytes:
    return b"".join([piece async for piece in source.open()])


def names_in(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "a.bin"
    path.write_bytes(bytes(range(256)) * 2000)
    return path


async def test_a_path_can_be_read_again_and_again(path: Path) -> None:
    source = await SystemDisk().source(path)

    assert (source.length, source.replayable) == (512_000, True)
    assert await whole(source) == await whole(source) == bytes(range(256)) * 2000


async def test_no_more_is_read_than_was_there_at_first(path: Path) -> None:
    source = await SystemDisk().source(path)
    with path.open("ab") as file:
        file.write(b"more")

    assert len(await whole(source)) == 512_000


@pytest.mark.parametrize("name", ["nothing", ".", "a.bin/b"])
async def test_what_is_no_file_is_refused_by_name(path: Path, name: str) -> None:
    with pytest.raises(ValidationError, match=r"nothing|not a file|Not a directory"):
        await SystemDisk().source(path.parent / name)


async def test_a_path_that_no_system_takes_is_refused() -> None:
    with pytest.raises(ValidationError):
        await SystemDisk().source(Path("nul\x00"))
    with pytest.raises(ValidationError):
        await SystemDisk().source(Path("x" * 5000))


async def test_an_open_file_is_read_from_where_it_stood_each_time() -> None:
    file = io.BytesIO(b"skipped, read")
    file.seek(9)
    source = await SystemDisk().source(file)

    assert (source.length, source.replayable) == (4, True)
    assert await whole(source) == await whole(source) == b"read"


async def test_a_pipe_is_read_once() -> None:
    reading, writing = os.pipe()
    os.write(writing, b"data")
    os.close(writing)
    with os.fdopen(reading, "rb") as file:
        source = await SystemDisk().source(file)

        assert (source.length, source.replayable) == (None, False)
        assert await whole(source) == b"data"
        with pytest.raises(ValidationError, match="once only"):
            await whole(source)


async def test_a_reading_left_early_closes_the_file(path: Path) -> None:
    source = await SystemDisk().source(path)
    pieces = source.open()
    await anext(pieces)
    frame = pieces.ag_frame
    assert frame is not None
    file = frame.f_locals["file"]

    await pieces.aclose()

    assert file.closed


class Failing(io.RawIOBase):
    """A disk that breaks."""

    def read(self, size: int = -1, /) -> bytes:
        raise OSError(5, "Input/output error")


async def test_a_disk_that_breaks_is_our_error() -> None:
    source = await SystemDisk().source(Failing())

    with pytest.raises(ValidationError, match="Input/output error"):
        await whole(source)


async def test_a_written_file_appears_whole_with_ordinary_rights(tmp_path: Path) -> None:
    path = tmp_path / "new.bin"
    async with SystemDisk().writer(path) as file:
        await file.write(b"....data")
        await file.write(b"head", 0)
        await file.write(b", more")
        assert "new.bin" not in names_in(tmp_path)

    umask = os.umask(0)
    os.umask(umask)
    assert path.read_bytes() == b"headdata, more"
    assert names_in(tmp_path) == ["new.bin"]
    assert stat.S_IMODE(path.stat().st_mode) == 0o666 & ~umask


@pytest.mark.parametrize("error", [RuntimeError(), asyncio.CancelledError()])
async def test_a_block_that_fails_leaves_what_was_there(
    tmp_path: Path, error: BaseException
) -> None:
    path = tmp_path / "old.bin"
    path.write_bytes(b"old")

    async def fail() -> None:
        async with SystemDisk().writer(path) as file:
            await file.write(b"new")
            raise error

    with pytest.raises(type(error)):
        await fail()

    assert path.read_bytes() == b"old"
    assert names_in(tmp_path) == ["old.bin"]


async def test_a_link_is_replaced_and_not_followed(tmp_path: Path) -> None:
    target = tmp_path / "target"
    target.write_bytes(b"kept")
    link = tmp_path / "link"
    link.symlink_to(target)

    async with SystemDisk().writer(link) as file:
        await file.write(b"new")

    assert target.read_bytes() == b"kept"
    assert link.read_bytes() == b"new"


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full for a full disk")
async def test_a_full_disk_is_our_error() -> None:
    full = open_unbuffered(Path("/dev/full"))
    with full, pytest.raises(ValidationError, match="No space left"):
        await FileWriter(full, Path("a.wav")).write(b"data")


def open_unbuffered(path: Path) -> Any:
    return path.open("wb", buffering=0)


async def test_a_temporary_file_is_read_from_its_beginning_and_is_gone_after() -> None:
    async with SystemDisk().writer() as spool:
        for _ in range(6):
            await spool.write(bytes(1024 * 1024))
        source = await spool.source()
        assert source.length == 6 * 1024 * 1024
        assert len(await whole(source)) == len(await whole(source)) == source.length

    with pytest.raises(ValidationError):
        await whole(source)
