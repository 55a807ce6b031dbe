"""Finds the file that a pasted or typed text names."""

import re
from pathlib import Path
from urllib.parse import unquote, urlsplit

_ESCAPED = re.compile(r"\\(.)")
_LONGEST = 4096


def pasted_path(text: str) -> Path | None:
    """The path in a text as terminals and file managers write it; ``None`` when it is none.

    Quotes around it, backslashes before spaces, a ``file:`` URL and a tilde are understood. Whether
    there is such a file is another question.
    """
    bare = text.strip()
    if not bare or len(bare) > _LONGEST or "\n" in bare or "\0" in bare:
        return None
    if bare[0] in "'\"" and bare[-1] == bare[0] and len(bare) > 1:
        bare = bare[1:-1]
    elif bare.lower().startswith("file:"):
        bare = unquote(urlsplit(bare).path)
    elif "\\ " in bare or re.search(r"\\[()'\"&]", bare):
        bare = _ESCAPED.sub(r"\1", bare)
    if not bare:
        return None
    try:
        return Path(bare).expanduser()
    except RuntimeError:  # the tilde of nobody
        return None
