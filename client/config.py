"""How a client is set up: values, checked when made. Reads the environment only when asked."""

import difflib
import ipaddress
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Final, Literal, NoReturn, Self, TypeAlias, get_args
from urllib.parse import SplitResult, urlsplit

from pydantic import SecretStr
from typing_extensions import TypedDict

from client.errors import ValidationError
from client.ports import Timeouts
from client.resilience.circuit_breaker import CircuitBreakerPolicy
from client.resilience.rate_limit import RateLimitPolicy
from client.resilience.retry import RetryPolicy

DEFAULT_BASE_URL: Final = "https://api.groq.com/openai/v1"
"""Where Groq is."""

_KEY: Final = re.compile(r"[\x21-\x7e]+")
_HEADER_NAME: Final = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]+")
_HEADER_VALUE: Final = re.compile(r"[\t\x20-\x7e]*")
_NETWORK_LOCATION: Final = re.compile(r"[^\s\x00-\x1f\x7f\\]+")
_TIMEOUTS: Final = Timeouts()
_RETRY: Final = RetryPolicy()
_CIRCUIT_BREAKER: Final = CircuitBreakerPolicy()
_RATE_LIMIT: Final = RateLimitPolicy()

Engine: TypeAlias = Literal["httpx", "aiohttp"]
"""What carries the bytes, under httpx's types; ``aiohttp`` comes with the extra ``fast``."""

# What frames a request, says who asks, or decides how the answer is read.
_OUR_HEADERS: Final = frozenset(
    {"accept", "accept-encoding", "authorization", "connection", "content-length"}
    | {"content-type", "host", "transfer-encoding"}
)


class ConfigFields(TypedDict, total=False):
    """The fields of ``GroqConfig`` as keywords."""

    api_key: SecretStr | str | None
    base_url: str
    timeout: Timeouts | float
    retry: RetryPolicy | None
    circuit_breaker: CircuitBreakerPolicy | None
    rate_limit: RateLimitPolicy | None
    headers: Mapping[str, str]
    engine: Engine


@dataclass(frozen=True, slots=True, kw_only=True)
class GroqConfig:
    """The settings of a client.

    Attributes:
        api_key: stripped and checked; a ``SecretStr``, in no repr, never pickled.
        base_url: with ``/openai/v1``, which is added to an address that has no path. Without TLS
            only on loopback.
        timeout: per phase; a number is a bound on the whole call, in seconds.
        retry: when a failed request is sent again; ``None`` never.
        circuit_breaker: when a failing service is left alone for a while; ``None`` never.
        rate_limit: how long a request may wait for a rate limit; ``None`` sends it regardless.
        headers: sent with every request; names are kept in lower case. Not those that the client
            sets itself, such as ``authorization``.
        engine: what carries the bytes; ``aiohttp`` is the faster one and comes with the extra
            ``fast``.

    Raises:
        ValidationError: a field is wrong. The message never repeats the key.

    """

    api_key: SecretStr | str | None = None
    base_url: str = DEFAULT_BASE_URL
    timeout: Timeouts | float = _TIMEOUTS
    retry: RetryPolicy | None = _RETRY
    circuit_breaker: CircuitBreakerPolicy | None = _CIRCUIT_BREAKER
    rate_limit: RateLimitPolicy | None = _RATE_LIMIT
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    engine: Engine = "httpx"

    def __post_init__(self) -> None:
        object.__setattr__(self, "api_key", _checked_key(self.api_key))
        object.__setattr__(self, "base_url", _checked_url(self.base_url))
        object.__setattr__(self, "timeout", timeouts(self.timeout))
        object.__setattr__(self, "headers", checked_headers(self.headers))
        if self.engine not in get_args(Engine):
            raise ValidationError("`engine` must be 'httpx' or 'aiohttp'.")
        _check_policy("retry", self.retry, RetryPolicy)
        _check_policy("circuit_breaker", self.circuit_breaker, CircuitBreakerPolicy)
        _check_policy("rate_limit", self.rate_limit, RateLimitPolicy)

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


class CallOptions(TypedDict, total=False):
    """What may be said of any one call.

    Attributes:
        extra_headers: sent with it, over those of the client.
        timeout: bounds each phase, or as a number the whole call.
        max_wait: seconds it may wait in all, for limits and between attempts.

    """

    extra_headers: Mapping[str, str] | None
    timeout: Timeouts | float | None
    max_wait: float | None


def check_call_options(options: CallOptions) -> None:
    """Refuse an option that there is none of. Raises ValidationError."""
    for name in set(options) - set(CallOptions.__annotations__):
        near = difflib.get_close_matches(name, CallOptions.__annotations__, n=1)
        hint = f" Did you mean `{near[0]}`?" if near else ""
        raise ValidationError(f"`{name}` is not an option.{hint}")


def timeouts(value: object) -> Timeouts:
    """Timeouts per phase; a number bounds the whole call.

    Raises:
        ValidationError: it is neither.

    """
    if isinstance(value, Timeouts):
        return value
    if isinstance(value, int | float) and not isinstance(value, bool) and value > 0:
        return Timeouts(total=float(value))
    raise ValidationError("`timeout` must be Timeouts(...) or a positive number of seconds.")


def checked_wait(seconds: object) -> float | None:
    """How long one call may wait; ``None`` leaves that to the policies. Raises ValidationError."""
    if seconds is None:
        return None
    if isinstance(seconds, int | float) and not isinstance(seconds, bool) and seconds >= 0:
        return float(seconds)
    raise ValidationError("`max_wait` must be seconds, 0 for not at all.")


def _check_policy(field_name: str, policy: object, kind: type) -> None:
    if policy is not None and not isinstance(policy, kind):
        raise ValidationError(f"`{field_name}` must be {kind.__name__}(...), or None for none.")


def is_loopback(url: str) -> bool:
    """Whether an address is on this very machine."""
    host = urlsplit(url).hostname or ""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def checked_headers(headers: object) -> Mapping[str, str]:
    """Headers to send with a request, their names in lower case.

    Raises:
        ValidationError: a name or a value cannot be sent, or is the client's to set. No value is
            repeated.

    """
    fields = header_fields(headers)
    for name in fields:
        if name == "authorization":
            raise ValidationError("`authorization` is set by the client: use `api_key` or `auth`.")
        if name in _OUR_HEADERS:
            raise ValidationError(f"`{name}` is set by the client and cannot be replaced.")
    return fields


def header_fields(headers: object) -> Mapping[str, str]:
    """Headers that can be written as HTTP. Raises ValidationError, without any value."""
    if not isinstance(headers, Mapping):
        raise ValidationError("Headers must map names to values.")
    fields: dict[str, str] = {}
    for name, value in headers.items():
        # A name may be a value put in the wrong place: a key, for one.
        if not isinstance(name, str) or not _HEADER_NAME.fullmatch(name):
            raise ValidationError("Headers: one of the names is not a header's name.")
        if not isinstance(value, str) or not _HEADER_VALUE.fullmatch(value):
            raise ValidationError(f"Headers: the value of {name} is not plain printable text.")
        fields[name.lower()] = value.strip()
    return MappingProxyType(fields)


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
    parts = _split(url.strip())
    if parts is None:
        raise ValidationError("`base_url` is not an address.")
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise ValidationError("`base_url` must begin with https:// and name a host.")
    if parts.username is not None or parts.password is not None or parts.query or parts.fragment:
        raise ValidationError("`base_url` may hold no user, password, query or fragment.")
    if parts.scheme == "http" and not is_loopback(url.strip()):
        raise ValidationError(
            f"`base_url` http://{parts.netloc} has no TLS: the key would travel in the open. "
            "Only an address on this machine may do without."
        )
    path = parts.path.rstrip("/") or "/openai/v1"
    return f"{parts.scheme}://{parts.netloc}{path}"


def _split(url: str) -> SplitResult | None:
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError:
        return None
    return parts if _NETWORK_LOCATION.fullmatch(parts.netloc or "none") else None
