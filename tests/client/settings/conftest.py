"""The settings are tested without those of whoever runs the tests."""

import pytest

NAMES = ("GROQ_API_KEY", "GROQ_BASE_URL", "GROQ_CUSTOM_HEADERS")


@pytest.fixture(autouse=True)
def bare_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in NAMES:
        monkeypatch.delenv(name, raising=False)
