"""Takes secrets out of text and bytes, by value and in the forms they travel in. No I/O.

Every mask is as long as what it hides, so that lengths and offsets stay true.
"""

import base64
import hashlib
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from itertools import cycle, islice
from typing import Final, NoReturn
from urllib.parse import quote, quote_plus

SHORTEST_SECRET: Final = 8
"""A shorter value is not looked for: masking ``a`` would leave no text as it was."""

_MASK: Final = "REDACTED"
_IDENTIFIER: Final = re.compile(
    r"(org_|proj_|project_)(?!redacted)(?=[A-Za-z]*[0-9])([A-Za-z0-9]{12,})"
)
_IDENTIFIER_BYTES: Final = re.compile(_IDENTIFIER.pattern.encode())
_CREDENTIALS: Final = ("authorization", "proxy-authorization", "x-api-key", "api-key")
_PIECE: Final = re.compile(
    rb'"(content|reasoning|arguments|failed_generation)":\s*"((?:[^"\\]|\\.)*)"'
)
_CHARACTER: Final = re.compile(rb"\\u[0-9a-fA-F]{4}|\\.|[^\\]", re.DOTALL)
_GO_ESCAPES: Final = str.maketrans({"<": "\\u003c", ">": "\\u003e", "&": "\\u0026"})


class Redactor:
    """Masks secrets, and the ids of organisations and projects.

    A secret is found as it is, escaped for JSON, for URLs, and inside base64. An id is masked the
    same way each time, so that what belongs together can still be seen.

    Args:
        secrets: values to hide; those under eight characters are not looked for.
        identifiers: whether ``org_...`` and ``project_...`` are masked too.

    """

    __slots__ = ("_forms", "_identifiers", "_secrets")

    def __init__(self, secrets: Iterable[str] = (), *, identifiers: bool = True) -> None:
        self._identifiers = identifiers
        self._secrets: set[str] = set()
        self._forms: tuple[tuple[str, bytes], ...] = ()
        for secret in secrets:
            self.learn(secret)

    def learn(self, secret: str) -> None:
        """Hide this value too, from now on."""
        if len(secret) < SHORTEST_SECRET or secret in self._secrets:
            return
        self._secrets.add(secret)
        forms = {form for known in self._secrets for form in forms_of(known)}
        longest_first = sorted(forms, key=lambda form: (-len(form), form))
        self._forms = tuple((form, form.encode()) for form in longest_first)

    def learn_from(self, headers: Mapping[str, str]) -> None:
        """Hide the credentials that a request bears."""
        for name, value in headers.items():
            if name.lower() in _CREDENTIALS:
                self.learn(value.split(" ", 1)[-1].strip())

    def finds(self, data: bytes) -> bool:
        """Whether a secret is in it; ids do not count."""
        return any(form in data for _, form in self._forms)

    def text(self, text: str) -> str:
        """The text without secrets."""
        for form, _ in self._forms:
            if form in text:
                text = text.replace(form, mask(len(form)))
        if self._identifiers and ("org_" in text or "proj" in text):
            text = _IDENTIFIER.sub(lambda found: found[1] + _pseudonym(found[2]), text)
        return text

    def data(self, data: bytes) -> bytes:
        """The bytes without secrets, just as many as before."""
        for _, form in self._forms:
            if form in data:
                data = data.replace(form, mask(len(form)).encode())
        if self._identifiers and (b"org_" in data or b"proj" in data):
            data = _IDENTIFIER_BYTES.sub(
                lambda found: found[1] + _pseudonym(found[2].decode()).encode(), data
            )
        return data

    def event_stream(self, data: bytes) -> bytes:
        """A streamed answer without secrets, also where one comes in pieces over many events.

        A model can only repeat a key that its prompt held, so this is for answers to such prompts.
        """
        data = self.data(data)
        masked = bytearray(data)
        for place, offset in self._split_secrets(data):
            masked[place] = mask(offset + place.stop - place.start)[offset:].encode()
        return bytes(masked)

    def _split_secrets(self, data: bytes) -> Iterator[tuple[slice, int]]:
        """The characters of secrets that the events' texts, joined, spell out.

        Each with the place of its bytes, and its number in the secret.
        """
        places: dict[bytes, list[slice]] = {}
        texts: dict[bytes, list[str]] = {}
        for piece in _PIECE.finditer(data):
            for found in _CHARACTER.finditer(data, *piece.span(2)):
                places.setdefault(piece[1], []).append(slice(*found.span()))
                texts.setdefault(piece[1], []).append(_unescape(found[0]))
        for name, characters in texts.items():
            text = "".join(characters)
            for form, _ in self._forms:
                start = text.find(form)
                while start >= 0:
                    for offset in range(len(form)):
                        yield places[name][start + offset], offset
                    start = text.find(form, start + 1)

    def __repr__(self) -> str:
        return f"Redactor({len(self._secrets)} secrets)"

    def __reduce__(self) -> NoReturn:
        """Refused: a pickle would hold the secrets in plain text."""
        raise TypeError("Secrets are not pickled.")


def mask(length: int) -> str:
    """What stands where a secret of this length stood; safe in JSON, URLs and base64."""
    return "".join(islice(cycle(_MASK), length))


def forms_of(secret: str) -> frozenset[str]:
    """Everything that a value may look like where it is written down."""
    in_json = json.dumps(secret, ensure_ascii=False)[1:-1]
    in_urls = {quote(secret, safe=""), quote(secret), quote_plus(secret)}
    lower = {re.sub("%..", lambda code: code[0].lower(), form) for form in in_urls}
    forms = {secret, in_json, in_json.translate(_GO_ESCAPES), *in_urls, *lower}
    for shift in range(3):
        forms |= _in_base64(secret.encode(), shift)
    return frozenset(forms)


def _in_base64(secret: bytes, shift: int) -> set[str]:
    """The digits that a secret alone decides, ``shift`` bytes into a group of three."""
    first, end = -(-8 * shift // 6), 8 * (shift + len(secret)) // 6
    padded = bytes(shift) + secret
    return {
        encode(padded).decode()[first:end]
        for encode in (base64.standard_b64encode, base64.urlsafe_b64encode)
    }


@lru_cache(maxsize=256)
def _pseudonym(identifier: str) -> str:
    """Another name for an id: as long, the same for the same id, and known as one."""
    digest = hashlib.sha256(identifier.encode()).hexdigest()
    return "".join(islice(cycle("redacted" + digest), len(identifier)))


def _unescape(character: bytes) -> str:
    """The character that one of JSON's escapes stands for; one is enough to keep places true."""
    if not character.startswith(b"\\"):
        return character.decode("latin-1")
    try:
        return str(json.loads(b'"%b"' % character))[:1]
    except ValueError:
        return "?"
