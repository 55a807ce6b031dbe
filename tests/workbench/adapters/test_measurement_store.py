"""What was measured, on disk."""

import asyncio
import os
import signal
import sqlite3
import stat
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from workbench.adapters import measurement_store
from workbench.adapters.measurement_store import SqliteMeasurementStore
from workbench.measurement import Measurement, Series

LIVE = Series(service="api.groq.com", origin="live")
SIMULATED = Series(service="SIMULATED", origin="simulated")

WRITER = """
import sys
from pathlib import Path
from workbench.adapters.measurement_store import SqliteMeasurementStore
from workbench.measurement import Measurement, Series

store = SqliteMeasurementStore(Path(sys.argv[1]))
for number in range(1_000_000):
    row = Series(service="api.groq.com", origin="live"), Measurement(model="a", at=float(number))
    store.add(*row)
    store._thread.submit(lambda: None).result()
    print(number, flush=True)
"""


def one(at: float, model: str = "a") -> Measurement:
    return Measurement(
        model=model, at=at, time_to_first_token=0.1, tokens_per_second=None, completion_tokens=412
    )


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "state" / "measurements.db"


async def load(path: Path, series: Series = LIVE) -> tuple[Measurement, ...]:
    async with SqliteMeasurementStore(path) as store:
        found = await store.load(series)
        assert store.note == ""
    return found


async def test_what_was_added_is_there_in_the_next_run(path: Path) -> None:
    async with SqliteMeasurementStore(path) as store:
        store.add(LIVE, one(1.0))
        store.add(LIVE, one(2.0, model="b"))
        store.add(SIMULATED, one(3.0))

    assert await load(path) == (one(1.0), one(2.0, model="b"))
    assert await load(path, SIMULATED) == (one(3.0),)


async def test_only_its_owner_can_read_it(path: Path) -> None:
    old = os.umask(0o022)
    try:
        async with SqliteMeasurementStore(path) as store:
            store.add(LIVE, one(1.0))
            await store.load(LIVE)
            modes = {file.name: stat.S_IMODE(file.stat().st_mode) for file in path.parent.iterdir()}
    finally:
        os.umask(old)

    assert set(modes.values()) == {0o600}, modes
    assert len(modes) == 3
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


async def test_looking_makes_no_file(path: Path) -> None:
    assert await load(path) == ()
    assert not path.parent.exists()


async def test_two_workbenches_write_side_by_side(path: Path) -> None:
    async with SqliteMeasurementStore(path) as first, SqliteMeasurementStore(path) as second:
        for number in range(50):
            first.add(LIVE, one(float(number)))
            second.add(LIVE, one(1000.0 + number))

    kept = await load(path)
    assert len(kept) == 100
    assert (first.note, second.note) == ("", "")


async def test_what_meets_a_lock_is_written_later(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(measurement_store, "_PATIENCE", 0.0)
    async with SqliteMeasurementStore(path) as store:
        store.add(LIVE, one(1.0))
        await store.load(LIVE)
        other = sqlite3.connect(path, isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        store.add(LIVE, one(2.0))
        assert await store.load(LIVE) == (one(1.0),)
        other.execute("ROLLBACK")
        other.close()
        store.add(LIVE, one(3.0))

    assert [found.at for found in await load(path)] == [1.0, 2.0, 3.0]
    assert store.note == ""


def write_until_killed(path: Path) -> int:
    """Let a process write and be killed; gives the last number that it had written."""
    command = [sys.executable, "-c", WRITER, str(path)]
    root = Path(measurement_store.__file__).parents[2]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=root) as child:
        assert child.stdout is not None
        acknowledged = -1
        while acknowledged < 40:
            acknowledged = int(child.stdout.readline())
        child.send_signal(signal.SIGKILL)
        return max([acknowledged, *map(int, child.stdout.read().split())])


async def test_a_killed_workbench_loses_nothing_that_it_had_written(path: Path) -> None:
    acknowledged = await asyncio.to_thread(write_until_killed, path)

    assert [found.at for found in await load(path)][: acknowledged + 1] == [
        float(number) for number in range(acknowledged + 1)
    ]


async def test_the_file_does_not_grow_without_end(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(measurement_store, "KEPT", 10)
    monkeypatch.setattr(measurement_store, "KEPT_IN_ALL", 25)
    async with SqliteMeasurementStore(path) as store:
        for number in range(100):
            store.add(LIVE, one(float(number)))
        for number in range(20):
            store.add(LIVE, one(float(number), model=f"m{number}"))
    await load(path)

    async with SqliteMeasurementStore(path) as store:
        kept = await store.load(LIVE)
        store.add(LIVE, one(500.0))
    with sqlite3.connect(path) as database:
        (rows,) = database.execute("SELECT count(*) FROM measurement").fetchone()
    database.close()

    assert rows <= 26
    assert len([found for found in kept if found.model == "a"]) <= 10
    assert kept[-1].model == "m19"


def text_in_its_place(path: Path) -> None:
    path.parent.mkdir()
    path.write_bytes(b"this is no database at all, only a text" * 40)


def folder_in_its_place(path: Path) -> None:
    path.mkdir(parents=True)


def link_in_its_place(path: Path) -> None:
    path.parent.mkdir()
    target = path.with_name("elsewhere")
    target.touch()
    path.symlink_to(target)


def file_where_its_folder_should_be(path: Path) -> None:
    path.parent.write_text("in the way")


@pytest.mark.parametrize(
    "spoil",
    [text_in_its_place, folder_in_its_place, link_in_its_place, file_where_its_folder_should_be],
)
async def test_a_place_that_cannot_be_used_is_said_and_costs_nothing(
    path: Path, spoil: Callable[[Path], None]
) -> None:
    spoil(path)
    before = content_of(path)

    async with SqliteMeasurementStore(path) as store:
        assert await store.load(LIVE) == ()
        store.add(LIVE, one(1.0))
        assert await store.load(LIVE) == ()

    assert str(path) in store.note
    assert store.note.startswith("What is measured lasts as long as this run")
    assert content_of(path) == before


def content_of(path: Path) -> bytes | None:
    return path.read_bytes() if path.is_file() else None


async def test_a_file_of_a_newer_workbench_is_left_alone(path: Path) -> None:
    async with SqliteMeasurementStore(path) as store:
        store.add(LIVE, one(1.0))
    database = sqlite3.connect(path, isolation_level=None)
    database.execute("PRAGMA user_version = 99")
    database.close()

    async with SqliteMeasurementStore(path) as store:
        assert await store.load(LIVE) == ()

    assert "newer" in store.note


async def test_a_row_that_somebody_spoilt_is_passed_over(path: Path) -> None:
    async with SqliteMeasurementStore(path) as store:
        store.add(LIVE, one(1.0))
        store.add(LIVE, one(2.0))
        store.add(LIVE, one(3.0))
    database = sqlite3.connect(path, isolation_level=None)
    database.execute("UPDATE measurement SET duration = 'long' WHERE at = 1.0")
    database.execute("UPDATE measurement SET duration = -1 WHERE at = 2.0")
    database.close()

    assert await load(path) == (one(3.0),)


async def test_nothing_is_written_after_the_end(path: Path) -> None:
    async with SqliteMeasurementStore(path) as store:
        store.add(LIVE, one(1.0))
    store.add(LIVE, one(2.0))

    assert await store.load(LIVE) == ()
    assert await load(path) == (one(1.0),)
