"""What was measured, in an SQLite file that only its owner can read.

Two workbenches may use one file at the same time, and a killed one loses nothing that it had
written. Where the file cannot be used the workbench goes on without it, and says so.
"""

import asyncio
import os
import sqlite3
from collections import deque
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import astuple, fields
from pathlib import Path
from typing import Final, Self, TypeVar

from workbench.measurement import Measurement, Series

KEPT: Final = 500
"""Rows kept of one model of one service: the newest."""
KEPT_IN_ALL: Final = 50_000
"""Rows kept altogether, some 6 MB."""
_VERSION: Final = 1
_PRUNE_AFTER: Final = 100
_UNWRITTEN: Final = 1_000
_BUSY: Final = (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)
_MOST: Final = 1e12
"""No figure that was measured is as large as that."""
_PATIENCE: Final = 2.0
"""Seconds to wait for another workbench that is writing."""

_COLUMNS: Final = tuple(field.name for field in fields(Measurement))
_SCHEMA: Final = """
CREATE TABLE IF NOT EXISTS measurement (
    number INTEGER PRIMARY KEY,
    service TEXT NOT NULL,
    origin TEXT NOT NULL,
    model TEXT NOT NULL,
    at REAL NOT NULL,
    time_to_first_token REAL,
    tokens_per_second REAL,
    duration REAL,
    server_tokens_per_second REAL,
    queue_time REAL,
    prompt_time REAL,
    completion_time REAL,
    prompt_tokens INTEGER,
    completion_tokens INTEGER
);
CREATE INDEX IF NOT EXISTS of_model ON measurement (service, origin, model, number);
"""
_NAMED: Final = ", ".join(_COLUMNS)
_INSERT: Final = (
    f"INSERT INTO measurement (service, origin, {_NAMED}) "  # noqa: S608 - our own names
    f"VALUES (?, ?, {', '.join('?' * len(_COLUMNS))})"
)
_RANKED: Final = (
    "SELECT *, row_number() OVER (PARTITION BY service, origin, model ORDER BY number DESC) AS age "
    "FROM measurement"
)
_SELECT: Final = (
    f"SELECT {_NAMED} FROM ({_RANKED} WHERE service = ? AND origin = ?) "  # noqa: S608
    "WHERE age <= ? ORDER BY number"
)
_PRUNE: Final = (
    f"DELETE FROM measurement WHERE number IN (SELECT number FROM ({_RANKED}) WHERE age > ?) "  # noqa: S608
    "OR number <= (SELECT max(number) FROM measurement) - ?"
)

_T = TypeVar("_T")


class SqliteMeasurementStore:
    """Measurements on disk; a thread of its own does the reading and writing.

    Leaving the block writes what is still to be written and closes the file.
    """

    def __init__(self, path: Path) -> None:
        self.note = ""
        self._path = path
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="measurements")
        self._database: sqlite3.Connection | None = None
        self._unwritten: deque[tuple[object, ...]] = deque(maxlen=_UNWRITTEN)
        self._written = 0
        self._closed = False

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.aclose()

    async def aclose(self) -> None:
        """Write what is left, and close."""
        if not self._closed:
            self._closed = True
            closing = self._thread.submit(self._finish)
            self._thread.shutdown(wait=False)
            await asyncio.wrap_future(closing)

    async def load(self, series: Series) -> tuple[Measurement, ...]:
        """The newest of each model, oldest first; none where the file cannot be read."""
        if self._closed:
            return ()
        return await asyncio.wrap_future(self._thread.submit(self._load, series))

    def add(self, series: Series, measurement: Measurement) -> None:
        """Write one more, soon."""
        if not self._closed:
            row = (series.service, series.origin, *astuple(measurement))
            self._thread.submit(self._add, row)

    # What follows runs in the thread.

    def _load(self, series: Series) -> tuple[Measurement, ...]:
        if self._database is None and not self._path.exists():
            return ()
        return self._attempt(lambda database: _read(database, series), ())

    def _add(self, row: tuple[object, ...]) -> None:
        self._unwritten.append(row)
        self._attempt(self._write, None)

    def _attempt(self, step: Callable[[sqlite3.Connection], _T], otherwise: _T) -> _T:
        """Do it with the open file; what goes wrong is noted, and gives ``otherwise``."""
        try:
            if self._database is None:
                if self.note:
                    return otherwise
                self._database = self._open()
            return step(self._database)
        except (sqlite3.Error, OSError) as error:
            if getattr(error, "sqlite_errorcode", 0) & 0xFF in _BUSY:
                return otherwise  # what is unwritten is written with the next
            self.note = f"What is measured lasts as long as this run: {_said(error, self._path)}."
            self._close()
            return otherwise

    def _open(self) -> sqlite3.Connection:
        self._path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        # SQLite would make it readable to all; its two companions take over the mode.
        flags = os.O_RDWR | os.O_CREAT | getattr(os, "O_NOFOLLOW", 0)
        os.close(os.open(self._path, flags, 0o600))
        database = sqlite3.connect(self._path, timeout=_PATIENCE, isolation_level=None)
        try:
            _prepare(database)
        except BaseException:
            database.close()
            raise
        return database

    def _write(self, database: sqlite3.Connection) -> None:
        while self._unwritten:
            database.execute(_INSERT, self._unwritten[0])
            self._unwritten.popleft()
            self._written += 1
            if self._written % _PRUNE_AFTER == 0:
                database.execute(_PRUNE, (KEPT, KEPT_IN_ALL))

    def _finish(self) -> None:
        if self._unwritten:
            self._attempt(self._write, None)
        self._close()

    def _close(self) -> None:
        database, self._database = self._database, None
        if database is not None:
            with suppress(sqlite3.Error):
                database.close()


def _prepare(database: sqlite3.Connection) -> None:
    database.execute("PRAGMA journal_mode = WAL")
    database.execute("PRAGMA synchronous = NORMAL")  # a killed process loses nothing all the same
    (version,) = database.execute("PRAGMA user_version").fetchone()
    if version > _VERSION:
        message = "it was written by a newer Groq Workbench"
        raise sqlite3.DatabaseError(message)
    if version < _VERSION:
        database.executescript(f"BEGIN IMMEDIATE; {_SCHEMA} PRAGMA user_version={_VERSION}; COMMIT")
    database.execute(_PRUNE, (KEPT, KEPT_IN_ALL))


def _read(database: sqlite3.Connection, series: Series) -> tuple[Measurement, ...]:
    rows = database.execute(_SELECT, (series.service, series.origin, KEPT))
    return tuple(
        Measurement(**dict(zip(_COLUMNS, row, strict=True))) for row in rows if _sound(*row)
    )


def _sound(model: object, *figures: object) -> bool:
    """Whether a row holds what it should: SQLite lets anything into any column."""
    return isinstance(model, str) and all(
        figure is None or (isinstance(figure, int | float) and 0 <= figure < _MOST)
        for figure in figures
    )


def _said(error: sqlite3.Error | OSError, path: Path) -> str:
    reason = (error.strerror if isinstance(error, OSError) else None) or str(error)
    return f"{path} cannot be used ({reason})"
