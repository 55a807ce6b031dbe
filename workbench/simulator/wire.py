"""The bytes of the service: Go's JSON, event-stream frames, ids, times. No I/O."""

import math
from base64 import b32encode
from collections.abc import Iterator
from decimal import Decimal
from email.utils import formatdate
from hashlib import sha256
from json.encoder import encode_basestring
from random import Random
from typing import TypeAlias
from uuid import UUID

JSON: TypeAlias = "dict[str, JSON] | list[JSON] | str | int | float | bool | None"
JSONObject: TypeAlias = dict[str, JSON]

DONE = b"data: [DONE]\n\n"

_GO_ESCAPES = str.maketrans(
    {"<": "\\u003c", ">": "\\u003e", "&": "\\u0026", "\u2028": "\\u2028", "\u2029": "\\u2029"}
)
_CROCKFORD = "0123456789abcdefghjkmnpqrstvwxyz"
_LOWER_ALPHANUMERIC = "abcdefghijklmnopqrstuvwxyz0123456789"


def encode(value: JSON) -> bytes:
    """Compact JSON as Go's encoder writes it, without the trailing newline.

    `<`, `>`, `&` and the Unicode line separators are escaped, other text is raw UTF-8, lone
    surrogates become U+FFFD, and no float above 1e-6 is written with an exponent.
    """
    text = "".join(_parts(value))
    try:
        return text.encode()
    except UnicodeEncodeError:
        return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace").encode()


def document(value: JSON) -> bytes:
    """The body of a non-streamed answer: one line and one newline."""
    return encode(value) + b"\n"


def event(value: JSON, *, name: str | None = None) -> bytes:
    """One event of a stream."""
    head = f"event: {name}\n".encode() if name else b""
    return head + b"data: " + encode(value) + b"\n\n"


def _parts(value: JSON) -> Iterator[str]:
    match value:
        case str():
            yield encode_basestring(value).translate(_GO_ESCAPES)
        case None | bool():
            yield {None: "null", True: "true", False: "false"}[value]
        case float():
            yield _number(value)
        case int():
            yield str(value)
        case dict():
            yield "{"
            for place, (key, member) in enumerate(value.items()):
                yield "," if place else ""
                yield from _parts(str(key))
                yield ":"
                yield from _parts(member)
            yield "}"
        case list():
            yield "["
            for place, item in enumerate(value):
                yield "," if place else ""
                yield from _parts(item)
            yield "]"


def _number(value: float) -> str:
    if not math.isfinite(value):
        return "null"
    if value.is_integer() and abs(value) < 1e21:
        return str(int(value))
    if 1e-6 <= abs(value) < 1e21:
        return format(Decimal(repr(value)), "f")
    return repr(value).replace("e-0", "e-")


def http_date(now: float) -> str:
    """A `date` header."""
    return formatdate(now, usegmt=True)


def new_id(kind: str, now: float, random: Random) -> str:
    """`kind_01` and 24 lower-case base-32 characters: a ULID of the time and 80 random bits."""
    number = (int(now * 1000) << 80) | random.getrandbits(80)
    return f"{kind}_" + "".join(_CROCKFORD[(number >> shift) & 31] for shift in range(125, -1, -5))


def request_id(now: float, random: Random) -> str:
    """The id of a request: in its `x-request-id` header and, often, in its body."""
    return new_id("req", now, random)


def completion_id(random: Random) -> str:
    """`chatcmpl-` and a version 4 UUID."""
    return f"chatcmpl-{uuid4(random)}"


def uuid4(random: Random) -> UUID:
    """A version 4 UUID from the given randomness."""
    return UUID(int=random.getrandbits(128), version=4)


def tool_call_id(family: str, random: Random) -> str:
    """The id of a tool call, in the shape each family of models uses."""
    if family == "gpt-oss":
        return f"fc_{uuid4(random)}"
    return "".join(random.choices(_LOWER_ALPHANUMERIC, k=9))


def fingerprint(model: str) -> str:
    """A model's `system_fingerprint`: always the same ten digits."""
    return f"fp_{sha256(model.encode()).hexdigest()[:10]}"


def organisation(key: str) -> str:
    """The masked organisation that a key belongs to; each key is an organisation of its own."""
    return f"org_01{_digits_of(key)}"


def project(key: str) -> str:
    """The project of that organisation."""
    return f"project_01{_digits_of(f'{key} project')}"


def _digits_of(text: str) -> str:
    return b32encode(sha256(text.encode()).digest()).decode().lower()[:24]
