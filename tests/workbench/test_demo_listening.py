"""The demo's ears on the command line."""

from argparse import Namespace
from contextlib import ExitStack
from pathlib import Path
from typing import Any, Self

import pytest

from workbench import __main__ as program
from workbench.adapters import listening_model, simulator_process
from workbench.config import ConfigError

GIVEN = {"demo": True, "replay": None, "base_url": None, "fault": None, "listen": None}


class Started:
    """Notes what a simulator would be started with."""

    arguments: list[str]

    def __init__(self, arguments: list[str]) -> None:
        Started.arguments = arguments
        self.base_url = "http://127.0.0.1:1/openai/v1"

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None: ...


@pytest.fixture(autouse=True)
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A machine with the recogniser and no model, but for what a test puts there."""
    monkeypatch.setattr(simulator_process, "SimulatorProcess", Started)
    monkeypatch.setattr(listening_model, "can_listen", lambda: True)
    monkeypatch.delenv("GROQ_WORKBENCH_LISTEN", raising=False)
    monkeypatch.setenv("HF_HUB_CACHE", str(tmp_path / "hub"))
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    return tmp_path


def connect(**given: Any) -> Any:
    with ExitStack() as closing:
        return program._connect(Namespace(**{**GIVEN, **given}), closing)


def test_the_demo_listens_with_the_model_that_was_named(machine: Path) -> None:
    folder = machine / "whisper-base"
    folder.mkdir()
    (folder / "model.bin").touch()

    connection = connect(listen=str(folder), fault="429")

    assert Started.arguments == ["--fault=429", f"--listen={folder}"]
    assert connection.service.listener == "Whisper base"
    assert connection.service.simulated


def test_the_demo_listens_with_a_model_that_is_there(machine: Path) -> None:
    folder = machine / "state" / "groq-workbench" / "whisper" / "whisper-small"
    folder.mkdir(parents=True)
    (folder / "model.bin").touch()

    assert connect().service.listener == "Whisper small"
    assert connect(listen="off").service.listener == ""


def test_without_a_model_the_demo_opens_and_does_not_listen() -> None:
    connection = connect()

    assert Started.arguments == []
    assert connection.service.listener == ""
    assert connection.warning == ""


def test_a_model_in_the_environment_that_cannot_be_used_is_a_warning(
    machine: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GROQ_WORKBENCH_LISTEN", str(machine))

    connection = connect()

    assert "has no model.bin" in connection.warning
    assert connection.service.listener == ""
    with pytest.raises(ConfigError, match=r"--listen: .* has no model\.bin"):
        connect(listen=str(machine))


def test_a_real_service_needs_no_ears(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GROQ_API_KEY", "gsk_test")

    with pytest.raises(ConfigError, match="--listen is for the demo"):
        connect(demo=False, listen="base")


def test_a_recording_needs_no_ears(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "session.har").touch()

    code = program.main(["--replay", str(tmp_path / "session.har"), "--listen", "base"])

    assert code == 2
    assert "--listen has no meaning with it" in capsys.readouterr().err
