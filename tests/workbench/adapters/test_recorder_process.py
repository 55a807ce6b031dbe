"""The child process that records: what it is given, and that none is left behind."""

import contextlib
import os
import signal
from pathlib import Path

import pytest

from tests.takes import until
from tests.virtual_mic import VirtualMic
from workbench.adapters import recorder_process
from workbench.adapters.recorder_process import RecorderProcess
from workbench.adapters.recorders import Recorders
from workbench.audio.problems import AudioUnavailableError


def is_there(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def group_of(leader: int) -> list[str]:
    """The processes of a group that run, as Linux lists them."""
    found = []
    for process in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            state, _, group, *_ = process.read_text().rpartition(")")[2].split()
            if int(group) == leader and state != "Z":
                found.append(process.parent.name)
    return found


def test_a_recorder_is_told_no_key_and_where_this_package_is() -> None:
    environ = recorder_process._environment({"GROQ_API_KEY": "gsk_canary", "PYTHONPATH": "/mine"})

    assert "GROQ_API_KEY" not in environ
    assert "gsk_canary" not in str(environ)
    assert environ["PYTHONPATH"].split(os.pathsep)[0] == "/mine"


async def test_a_recorder_that_is_let_go_ends_by_itself() -> None:
    recorder = await RecorderProcess.start(os.environ)

    await recorder.end(patience=10)

    assert not recorder.is_alive
    assert not is_there(recorder.pid)


async def test_a_recorder_that_does_not_end_in_time_is_killed(virtual_mic: VirtualMic) -> None:
    recorder = await RecorderProcess.start({**os.environ, **virtual_mic.environ})
    virtual_mic.freeze()
    recorder.send("devices", direction="input")

    await recorder.end(patience=0.2)

    assert not is_there(recorder.pid)


async def test_what_a_killed_recorder_had_started_is_ended_too(
    virtual_mic: VirtualMic, tmp_path: Path
) -> None:
    recorder = await RecorderProcess.start({**os.environ, **virtual_mic.environ})
    recorder.send("record", path=str(tmp_path / "heard.wav"), device=None)
    await until(lambda: len(group_of(recorder.pid)) > 1)  # it watches the sound server

    os.kill(recorder.pid, signal.SIGKILL)
    await recorder.end(patience=5)

    await until(lambda: not group_of(recorder.pid))


async def test_a_recorder_that_died_while_it_waited_is_replaced() -> None:
    recorders = Recorders(os.environ)
    await recorders.prepare()
    first = await recorders.take()
    recorders._ready = first
    first.kill()
    await until(lambda: not first.is_alive)

    second = await recorders.take()

    assert second.pid != first.pid
    recorders.retire(second)
    await recorders.aclose()


async def test_closing_ends_the_one_that_waits_and_starts_no_other() -> None:
    recorders = Recorders(os.environ)
    await recorders.prepare()
    waiting = recorders._ready
    assert waiting is not None

    recorders.refill()
    await recorders.aclose()
    recorders.refill()
    await recorders.prepare()

    assert not is_there(waiting.pid)
    assert recorders._ready is None


async def test_a_recorder_that_answered_a_question_waits_for_the_next(
    virtual_mic: VirtualMic,
) -> None:
    recorders = Recorders({**os.environ, **virtual_mic.environ})
    await recorders.devices("input")
    first = recorders._ready
    await recorders.devices("output")

    assert recorders._ready is first
    await recorders.aclose()


async def test_without_python_there_is_no_recorder(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.executable", "/nowhere/python")
    recorders = Recorders(os.environ)

    with pytest.raises(AudioUnavailableError, match="could not be started"):
        await recorders.devices("input")
