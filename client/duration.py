"""Go's duration text, as Groq writes it in headers and messages. No I/O."""

import re
from typing import Final

_SECONDS: Final = {
    "h": 3600.0,
    "m": 60.0,
    "s": 1.0,
    "ms": 1e-3,
    "ns": 1e-9,
    **dict.fromkeys(("us", "\u00b5s", "\u03bcs"), 1e-6),  # the micro sign and the letter mu
}
_PART: Final = re.compile(r"(\d{1,15}(?:\.\d{0,15})?)(h|ms|m|s|us|\u00b5s|\u03bcs|ns)", re.ASCII)


def parse_duration(text: str) -> float | None:
    """Seconds of a text such as ``15m50.4s`` or ``7.44ms``; ``None`` when it is not one.

    The grammar is one or more ``<decimal><unit>`` (groq-api 5.3); ``m`` is minutes, ``ms`` is not.
    """
    text = text.strip()
    if not text or len(text) > 64:
        return None
    if text == "0":
        return 0.0
    seconds, position = 0.0, 0
    while position < len(text):
        part = _PART.match(text, position)
        if part is None:
            return None
        seconds += float(part[1]) * _SECONDS[part[2]]
        position = part.end()
    return seconds
