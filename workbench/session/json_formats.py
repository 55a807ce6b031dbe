"""The formats of texts that a JSON Schema can ask for. No I/O."""

import ipaddress
import re
from collections.abc import Callable, Mapping
from datetime import date, datetime, time
from typing import Final
from urllib.parse import urlsplit
from uuid import UUID

_EMAIL: Final = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
_HOSTNAME: Final = re.compile(
    r"(?=.{1,253}$)[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?(\.[A-Za-z0-9-]+)*"
)
_OFFSET: Final = re.compile(r"(Z|z|[+-]\d\d:\d\d)$")
_DURATION: Final = re.compile(r"P(?=.)(\d+W|(\d+Y)?(\d+M)?(\d+D)?(T(?=\d)(\d+H)?(\d+M)?(\d+S)?)?)")


def _is_date(text: str) -> bool:
    return len(text) == 10 and bool(date.fromisoformat(text))


def _is_date_time(text: str) -> bool:
    datetime.fromisoformat(text)
    return "t" in text.lower() and _OFFSET.search(text) is not None


def _is_time(text: str) -> bool:
    time.fromisoformat(text)
    return True


def _is_uuid(text: str) -> bool:
    return len(text) == 36 and bool(str(UUID(text)))


def _is_uri(text: str) -> bool:
    return bool(urlsplit(text).scheme) and not re.search(r"\s", text)


def _is_regex(text: str) -> bool:
    try:
        re.compile(text)
    except re.error:
        return False
    return True


_FORMATS: Final[Mapping[str, Callable[[str], object]]] = {
    "date": _is_date,
    "date-time": _is_date_time,
    "time": _is_time,
    "duration": _DURATION.fullmatch,
    "uuid": _is_uuid,
    "uri": _is_uri,
    "email": _EMAIL.fullmatch,
    "hostname": _HOSTNAME.fullmatch,
    "ipv4": ipaddress.IPv4Address,
    "ipv6": ipaddress.IPv6Address,
    "regex": _is_regex,
}


def has_format(text: str, form: str) -> bool:
    """Whether a text has a format (JSON Schema validation, 7.3); unknown ones are not checked."""
    check = _FORMATS.get(form)
    if check is None:
        return True
    try:
        return bool(check(text))
    except ValueError:
        return False
