"""Where the API key is."""

import sys
from pathlib import Path
from types import ModuleType

import pytest

from workbench.adapters.keys import find_key


@pytest.fixture(autouse=True)
def no_keyring(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "keyring", None)


def key_file(folder: Path, text: str, mode: int = 0o600) -> Path:
    file = folder / "key"
    file.write_text(text)
    file.chmod(mode)
    return file


def test_the_environment_comes_first(tmp_path: Path) -> None:
    found = find_key({"GROQ_API_KEY": " gsk_env\n"}, key_file(tmp_path, "gsk_file"))

    assert found is not None
    assert found.key.get_secret_value() == "gsk_env"
    assert found.source == "GROQ_API_KEY"


def test_the_file_is_read_when_nothing_else_is_there(tmp_path: Path) -> None:
    found = find_key({"GROQ_API_KEY": "  "}, key_file(tmp_path, "gsk_file\n"))

    assert found is not None
    assert found.key.get_secret_value() == "gsk_file"
    assert not found.warning


def test_a_file_that_others_can_read_is_warned_of(tmp_path: Path) -> None:
    found = find_key({}, key_file(tmp_path, "gsk_file", mode=0o644))

    assert found is not None
    assert "chmod 600" in found.warning


def test_no_key_anywhere_is_none(tmp_path: Path) -> None:
    assert find_key({}, tmp_path / "missing") is None
    assert find_key({}, key_file(tmp_path, "\n")) is None


def test_a_keyring_that_fails_is_passed_over(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def locked(*_: str) -> str:
        raise OSError("no keyring daemon")

    keyring = ModuleType("keyring")
    monkeypatch.setattr(keyring, "get_password", locked, raising=False)
    monkeypatch.setitem(sys.modules, "keyring", keyring)

    found = find_key({}, key_file(tmp_path, "gsk_file"))

    assert found is not None
    assert found.source.endswith("key")


def test_a_found_key_is_in_no_repr() -> None:
    found = find_key({"GROQ_API_KEY": "gsk_canary"}, Path("unused"))

    assert "gsk_canary" not in repr(found)
