"""How a client is set up: values, checked when made. Reads the environment only when asked."""

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Final, NoReturn, Self
from urllib.parse import urlsplit

from pydantic import SecretStr
from typing_extensions import TypedDict

from client.errors import ValidationError
from client.ports import Timeouts

DEFAULT_BASE_URL: Final = "https://api.groq.com/openai/v1"

_KEY: Final = re.compile(r"[\x21-\x7e]+")
_HEADER_NAME: Final = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]+")
_HEADER_VALUE: Final = re.compile(r"[\t\x20-\x7e]*")
_LOOPBACK: Final = frozenset({"localhost", "127.0.0.1", "::1"})
_TIMEOUTS: Final = Timeouts()


class ConfigFields(TypedDict, total=False):
    """The fields of ``GroqConfig`` as keywords."""

    api_key: SecretStr | str | None
    base_url: str
    timeout: Timeouts | float
    headers: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class GroqConfig:
    """The settings of a client.

    Attributes:
        api_key: stripped and checked; a ``SecretStr``, in no repr, never pickled.
        base_url: with ``/openai/v1``, which is added to an address that has no path. Without TLS
            only on loopback.
        timeout: per phase; a number is a bound on the whole call, in seconds.
        headers: sent with every request.

    Raises:
        ValidationError: a field is wrong. The message never repeats the key.

    """

    api_key: SecretStr | str | None = None
    base_url: str = DEFAULT_BASE_URL
    timeout: Timeouts | float = _TIMEOUTS
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "api_key", _checked_key(self.api_key))
        object.__setattr__(self, "base_url", _checked_url(self.base_url))
        object.__setattr__(self, "timeout", timeouts(self.timeout))
        object.__setattr__(self, "headers", _checked_headers(self.headers))

    def __reduce__(self) -> NoReturn:
        """Refused: a pickle would hold the key in plain text."""
        raise TypeError("A GroqConfig is not pickled: it may hold a key.")

    @property
    def key(self) -> SecretStr | None:
        """The API key, checked."""
        return self.api_key if isinstance(self.api_key, SecretStr) else None

    @property
    def timeouts(self) -> Timeouts:
        """The timeouts per phase."""
        return timeouts(self.timeout)

    @property
    def host(self) -> str:
        """The host and port that requests go to."""
        return urlsplit(self.base_url).netloc

    @property
    def on_loopback(self) -> bool:
        """Whether the service runs on this machine."""
        return is_loopback(self.base_url)

    @classmethod
    def from_environment(cls, environ: Mapping[str, str] | None = None) -> Self:
        """The settings in ``GROQ_API_KEY``, ``GROQ_BASE_URL`` and ``GROQ_CUSTOM_HEADERS``.

        The last holds one ``Name: value`` a line. Variables that are empty count as unset.
        """
        return cls(**environment_fields(os.environ if environ is None else environ))


def environment_fields(environ: Mapping[str, str]) -> ConfigFields:
    """The fields that environment variables set."""
    fields: ConfigFields = {}
    if key := environ.get("GROQ_API_KEY", "").strip():
        fields["api_key"] = key
    if base_url := environ.get("GROQ_BASE_URL", "").strip():
        fields["base_url"] = base_url
    if lines := environ.get("GROQ_CUSTOM_HEADERS", "").strip():
        pairs = (line.partition(":") for line in lines.splitlines() if line.strip())
        fields["headers"] = {name.strip(): value.strip() for name, _, value in pairs}
    return fields


def timeouts(value: Timeouts | float) -> Timeouts:
    """Timeouts per phase; a number bounds the whole call."""
    if isinstance(value, Timeouts):
        return value
    if isinstance(value, bool) or not value > 0:
        raise ValidationError("`timeout` must be Timeouts(...) or a positive number of seconds.")
    return Timeouts(total=float(value))


def is_loopback(url: str) -> bool:
    """Whether an address is on this very machine."""
    return urlsplit(url).hostname in _LOOPBACK


def _checked_key(key: object) -> SecretStr | None:
    if key is None:
        return None
    if not isinstance(key, SecretStr | str):
        raise ValidationError(f"The API key must be text, not {type(key).__name__}.")
    text = (key.get_secret_value() if isinstance(key, SecretStr) else key).strip()
    if not text:
        raise ValidationError("The API key is empty. Keys begin with gsk_.")
    if not _KEY.fullmatch(text):
        raise ValidationError(
            "The API key holds characters that no key has, such as a space or a line break: "
            "was it copied whole?"
        )
    return SecretStr(text)


def _checked_url(url: object) -> str:
    if not isinstance(url, str):
        raise ValidationError(f"`base_url` must be text, not {type(url).__name__}.")
    try:
        parts = urlsplit(url.strip())
        _ = parts.port
    except ValueError:
        raise ValidationError("`base_url` is not an address.") from None
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise ValidationError("`base_url` must begin with https:// and name a host.")
    if parts.username or parts.password or parts.query or parts.fragment:
        raise ValidationError("`base_url` may hold no user, password, query or fragment.")
    if parts.scheme == "http" and parts.hostname not in _LOOPBACK:
        raise ValidationError(
            f"`base_url` {parts.scheme}://{parts.netloc} has no TLS: the key would travel in the "
            "open. Only an address on this machine may do without."
        )
    path = parts.path.rstrip("/") or "/openai/v1"
    return f"{parts.scheme}://{parts.netloc}{path}"


def _checked_headers(headers: object) -> Mapping[str, str]:
    if not isinstance(headers, Mapping):
        raise ValidationError("`headers` must map names to values.")
    for name, value in headers.items():
        if not isinstance(name, str) or not _HEADER_NAME.fullmatch(name):
            raise ValidationError(f"`headers`: {name!r} is not a header's name.")
        if not isinstance(value, str) or not _HEADER_VALUE.fullmatch(value):
            raise ValidationError(f"`headers`: the value of {name} is not plain printable text.")
    return MappingProxyType(dict(headers))
