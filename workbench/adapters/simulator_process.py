"""The simulator as a child process: its work never delays the screen or the measurements."""

import json
import os
import subprocess
import sys
import threading
from collections.abc import Sequence
from types import TracebackType
from typing import Final, Self

_START_SECONDS: Final = 20.0
_STOP_SECONDS: Final = 2.0


class SimulatorStartError(Exception):
    """The simulator did not start; the message says what it said."""


class SimulatorProcess:
    """Runs ``workbench.simulator`` until closed; it also ends by itself when this process dies.

    Start it early and ask for ``base_url`` late: meanwhile it gets ready.
    """

    def __init__(self, arguments: Sequence[str] = ()) -> None:
        self._process = subprocess.Popen(  # noqa: S603 - our own module, our own arguments
            [sys.executable, "-m", "workbench.simulator", "--embedded", "--port=0", *arguments],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env={name: value for name, value in os.environ.items() if name != "GROQ_API_KEY"},
            # Ctrl-C in the terminal is for the application, which then closes this.
            start_new_session=True,
        )
        self._base_url: str | None = None

    @property
    def base_url(self) -> str:
        """Its address, as soon as it listens. Raises SimulatorStartError."""
        if self._base_url is None:
            self._base_url = self._wait_for_address()
        return self._base_url

    def _wait_for_address(self) -> str:
        stdout, stderr = self._process.stdout, self._process.stderr
        assert stdout is not None  # noqa: S101 - asked for above
        assert stderr is not None  # noqa: S101
        too_late = threading.Timer(_START_SECONDS, self._process.kill)
        too_late.start()
        try:
            line = stdout.readline()
        finally:
            too_late.cancel()
        if not line:
            self.close()
            said = stderr.read().decode("utf-8", "replace").strip().splitlines()
            # of a refused argument the parser says whose and which kind before it says why
            why = said[-1].rpartition("error: argument ")[2] if said else "it did not say why."
            raise SimulatorStartError(why)
        return str(json.loads(line)["base_url"])

    def close(self) -> None:
        """End it: closing its standard input is the agreed sign."""
        process = self._process
        if process.stdin is not None:
            process.stdin.close()
        try:
            process.wait(_STOP_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()
        for pipe in (self._process.stdout, self._process.stderr):
            if pipe is not None:
                pipe.close()
