"""How a client is set up."""

import copy
import pickle
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import SecretStr

from client import (
    DEFAULT_BASE_URL,
    GroqClient,
    GroqClientBuilder,
    GroqConfig,
    Timeouts,
    ValidationError,
    user,
)
from client.testing import FakeClock, FakeResponse, FakeTransport
from tests.client.settings.settings_stage import CANARY, refused

# The key


@pytest.mark.parametrize("space", ["", "\n", "\r\n", " ", "\t \n"])
def test_space_around_a_key_is_forgiven(space: str) -> None:
    config = GroqConfig(api_key=f"{space}{CANARY}{space}")

    assert config.key is not None
    assert config.key.get_secret_value() == CANARY
    assert GroqConfig(api_key=SecretStr(f"{CANARY}{space}")) == config


@pytest.mark.parametrize(
    "key",
    [
        f"{CANARY} x",
        f"{CANARY}\nx",
        f"{CANARY}\r\nx: y",
        f"{CANARY}é",
        f"{CANARY}\u200b",
        f"{CANARY}\0",
    ],
)
def test_a_key_with_strange_characters_is_refused_unseen(key: str) -> None:
    assert "characters that no key has" in refused(api_key=key)
    assert "characters that no key has" in refused(api_key=SecretStr(key))


@pytest.mark.parametrize("key", ["", " ", "\n"])
def test_an_empty_key_is_refused(key: str) -> None:
    assert "empty" in refused(api_key=key)


@pytest.mark.parametrize("key", [CANARY.encode(), [CANARY], {"key": CANARY}, 5])
def test_a_key_of_another_type_is_refused_unseen(key: Any) -> None:
    assert "must be text" in refused(api_key=key)


def test_a_service_elsewhere_needs_a_key_and_this_machine_does_not() -> None:
    with pytest.raises(ValidationError, match="GROQ_API_KEY"):
        GroqClient()
    GroqClient(base_url="http://127.0.0.1:8787")


def test_no_repr_dump_or_pickle_holds_the_key() -> None:
    config = GroqConfig(api_key=CANARY)
    groq = GroqClient(config=config)

    for value in (config, groq, groq.chat, groq._wire, groq._wire.auth, vars(groq._wire)):
        assert CANARY not in repr(value)
        assert CANARY not in str(value)
    for value in (config, groq, groq._wire.auth):
        with pytest.raises(TypeError):
            pickle.dumps(value)
        with pytest.raises(TypeError):
            copy.deepcopy(value)


# The address


@pytest.mark.parametrize(
    ("given_url", "url"),
    [
        (DEFAULT_BASE_URL, DEFAULT_BASE_URL),
        ("https://api.groq.com", DEFAULT_BASE_URL),
        ("https://api.groq.com/", DEFAULT_BASE_URL),
        (" https://api.groq.com/openai/v1/ ", DEFAULT_BASE_URL),
        ("HTTPS://api.groq.com", DEFAULT_BASE_URL),
        ("https://gateway.example/groq", "https://gateway.example/groq"),
        ("https://host:8443/v1", "https://host:8443/v1"),
        ("http://localhost:8787", "http://localhost:8787/openai/v1"),
        ("http://127.0.0.1:1/x", "http://127.0.0.1:1/x"),
        ("http://127.8.9.1", "http://127.8.9.1/openai/v1"),
        ("http://[::1]:5", "http://[::1]:5/openai/v1"),
    ],
)
def test_an_address_is_completed(given_url: str, url: str) -> None:
    assert GroqConfig(base_url=given_url).base_url == url


@pytest.mark.parametrize(
    "url",
    [
        "http://api.groq.com",
        "http://192.168.1.5:8787",
        "http://localhost.evil.example",
        "http://127.0.0.1.evil.example",
        "http://0.0.0.0",
    ],
)
def test_an_address_without_tls_elsewhere_is_refused(url: str) -> None:
    assert "no TLS" in refused(base_url=url)


@pytest.mark.parametrize(
    "url",
    [
        *("", "api.groq.com", "ftp://api.groq.com", "https://", "https://h:99999", "https://h:x"),
        *("https://[", f"https://u:{CANARY}@h", "https://h?x=1", "https://h#x", "https://a b"),
        *(f"https://{CANARY}@h", f"http://u:{CANARY}@localhost", "https://a\\b", "file:///etc"),
        *(None, 5, b"https://h", ["https://h"]),
    ],
)
def test_what_is_no_address_is_refused(url: Any) -> None:
    assert "`base_url`" in refused(base_url=url)


# Timeouts and headers


def test_a_number_bounds_the_whole_call() -> None:
    assert GroqConfig(timeout=7).timeouts == Timeouts(total=7.0)
    assert GroqConfig(timeout=Timeouts(idle=None)).timeouts.idle is None
    assert GroqConfig().timeouts == Timeouts()


@pytest.mark.parametrize("timeout", [0, -1, float("nan"), True, "5", None, [5]])
def test_a_timeout_is_a_positive_number(timeout: Any) -> None:
    assert "`timeout`" in refused(timeout=timeout)


@pytest.mark.parametrize("phase", ["connect", "first_byte", "idle", "total"])
@pytest.mark.parametrize("seconds", [0, -1, float("nan"), True, "5"])
def test_every_phase_is_positive_seconds_or_none(phase: str, seconds: Any) -> None:
    with pytest.raises(ValidationError, match=phase):
        Timeouts(**{phase: seconds})


def test_names_of_headers_are_lower_case_and_values_stripped() -> None:
    assert GroqConfig(headers={"X-Team": " blue "}).headers == {"x-team": "blue"}


@pytest.mark.parametrize(
    "headers",
    [
        {"x": f"{CANARY}\r\nevil: 1"},
        {"x": f"{CANARY}\n"},
        {"x": f"{CANARY}é"},
        {"x": f"{CANARY}\0"},
        {"x": CANARY.encode()},
        {"x": None},
        {f"Bearer {CANARY}": "x"},
        {f"{CANARY}:": "x"},
        {"": "x"},
        {5: "x"},
        [("x", CANARY)],
        CANARY,
    ],
)
def test_a_header_that_cannot_be_sent_is_refused_unseen(headers: Any) -> None:
    assert "eaders" in refused(headers=headers)


@pytest.mark.parametrize(
    "name",
    ["Authorization", "AUTHORIZATION", "Host", "Content-Length", "transfer-encoding", "Accept"],
)
async def test_the_clients_own_headers_cannot_be_replaced(name: str) -> None:
    assert "set by the client" in refused(headers={name: CANARY})
    transport = FakeTransport()
    groq = GroqClient(api_key="gsk_test", transport=transport)
    with pytest.raises(ValidationError, match="set by the client"):
        await groq.chat.create(model="m", messages=[user("Hi")], extra_headers={name: CANARY})

    assert transport.requests == []


@pytest.mark.parametrize("value", ["a\r\nb: c", "a\nb", "é", "\0"])
async def test_a_malformed_header_of_one_call_is_refused_before_sending(value: str) -> None:
    transport = FakeTransport()
    groq = GroqClient(api_key="gsk_test", transport=transport)

    with pytest.raises(ValidationError) as caught:
        groq.chat.stream(model="m", messages=[user("Hi")], extra_headers={"x": value})

    assert value not in str(caught.value)
    assert transport.requests == []


async def test_headers_of_one_call_are_worth_more_than_those_of_the_client() -> None:
    transport = FakeTransport(FakeResponse.json({"choices": [{"message": {"content": "a"}}]}))
    groq = GroqClient(
        api_key="gsk_test", transport=transport, headers={"X-A": "1", "User-Agent": "mine"}
    )
    await groq.chat.create(model="m", messages=[user("Hi")], extra_headers={"x-a": "2"})

    sent = transport.requests[0].headers
    assert (sent["x-a"], sent["user-agent"]) == ("2", "mine")
    assert sent["authorization"] == "Bearer gsk_test"
    assert len({name.lower() for name in sent}) == len(sent)


# The environment


def test_the_environment_sets_what_is_not_given(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GROQ_API_KEY", f" {CANARY}\n")
    monkeypatch.setenv("GROQ_BASE_URL", "https://gateway.example")
    monkeypatch.setenv("GROQ_CUSTOM_HEADERS", "X-A: 1\n\nX-B: a:b\n")

    config = GroqClient().config
    assert config.key is not None
    assert config.key.get_secret_value() == CANARY
    assert config.base_url == "https://gateway.example/openai/v1"
    assert config.headers == {"x-a": "1", "x-b": "a:b"}
    assert config == GroqConfig.from_environment()
    assert GroqClient(base_url="https://other.example").config.host == "other.example"


def test_a_config_reads_no_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GROQ_BASE_URL", "https://gateway.example")

    assert GroqClient(config=GroqConfig(api_key=CANARY)).config.base_url == DEFAULT_BASE_URL


def test_empty_variables_count_as_unset() -> None:
    environment = dict.fromkeys(" ")

    assert GroqConfig.from_environment(environment) == GroqConfig()


@pytest.mark.parametrize("key", ["gsk_a b", "gsk_é"])
def test_a_bad_key_of_the_environment_is_refused_unseen(key: str) -> None:
    with pytest.raises(ValidationError) as caught:
        GroqConfig.from_environment({"GROQ_API_KEY": key})

    assert key not in str(caught.value)


# Three spellings of one thing


def test_keywords_config_and_builder_are_the_same_thing() -> None:
    fields: dict[str, Any] = {
        "api_key": CANARY,
        "base_url": "https://gateway.example/v1",
        "timeout": Timeouts(idle=5),
        "headers": {"x-a": "1"},
    }
    builder = GroqClientBuilder().api_key(CANARY).base_url("https://gateway.example/v1")
    builder = builder.timeout(Timeouts(idle=5)).header("X-A", "1")

    expected = GroqConfig(**fields)
    assert GroqClient(**fields).config == expected
    assert GroqClient(config=expected).config == expected
    assert builder.build().config == builder.config() == expected
    assert replace(expected, timeout=3).timeouts.total == 3


async def test_the_builder_hands_over_every_seam() -> None:
    transport = FakeTransport(FakeResponse.json({"data": []}))
    clock, seen = FakeClock(now=5.0), []

    class Nobody:
        async def headers(self) -> dict[str, str]:
            return {"x-nobody": "1"}

    builder = GroqClientBuilder().transport(transport).clock(clock).auth(Nobody())
    groq = builder.observe(seen.append).build()
    await groq.models.list()

    assert transport.requests[0].headers["x-nobody"] == "1"
    assert seen[0].at == 5.0


def test_what_was_set_by_hand_is_worth_more_than_the_environment() -> None:
    builder = GroqClientBuilder().base_url("https://mine.example")
    builder = builder.from_environment({"GROQ_BASE_URL": "https://x.example", "GROQ_API_KEY": "k"})

    assert builder.config().host == "mine.example"
    assert builder.config().key is not None


def test_fields_are_known_by_name() -> None:
    with pytest.raises(ValidationError, match=r"`api_kee`.*api_key, base_url"):
        GroqClient(api_kee="x")  # type: ignore[call-arg]
    with pytest.raises(ValidationError, match="not both"):
        GroqClient(config=GroqConfig(), api_key="x")


@given(st.text())
def test_any_key_address_or_header_is_taken_or_refused(text: str) -> None:
    for fields in ({"api_key": text}, {"base_url": text}, {"headers": {text: text}}):
        try:
            GroqConfig(**fields)  # type: ignore[arg-type]
        except ValidationError as error:
            assert error.__context__ is None  # noqa: PT017
