"""What may be asked of a batch, and what its lines must be. No I/O."""

import re
from collections.abc import Mapping
from typing import Final

from client.errors import ValidationError

MAX_BATCH_LINES: Final = 50_000
MAX_BATCH_BYTES: Final = 200 * 1024 * 1024
CHAT_ENDPOINT: Final = "/v1/chat/completions"
ENDPOINTS: Final = (CHAT_ENDPOINT, "/v1/audio/transcriptions", "/v1/audio/translations")

_WINDOW: Final = re.compile(r"([1-9][0-9]{0,3})([hd])")
_HOURS: Final = {"h": 1, "d": 24}


def check_batch(
    *, input_file_id: object, endpoint: object, completion_window: object, metadata: object
) -> None:
    """Refuse a batch that is certain to be refused. Raises ValidationError."""
    if not isinstance(input_file_id, str) or not input_file_id.strip():
        raise ValidationError("`input_file_id` must be the id of an uploaded file: `file.id`.")
    _check_endpoint("`endpoint`", endpoint)
    found = _WINDOW.fullmatch(completion_window) if isinstance(completion_window, str) else None
    hours = int(found[1]) * _HOURS[found[2]] if found else 0
    if not 24 <= hours <= 7 * 24:
        raise ValidationError("`completion_window` is from '24h' to '7d'.")
    if metadata is not None and not (
        isinstance(metadata, Mapping)
        and all(isinstance(text, str) for pair in metadata.items() for text in pair)
    ):
        raise ValidationError("`metadata` must map names to text.")


def check_custom_id(custom_id: object, where: str = "") -> None:
    """Refuse what cannot name a request. Raises ValidationError."""
    if not isinstance(custom_id, str) or not custom_id:
        raise ValidationError(
            f"{where}`custom_id` must be text of your own, different for each request."
        )


class LineCheck:
    """Checks the lines of one batch, one after the other."""

    def __init__(self) -> None:
        self._seen: set[str] = set()

    def check(self, line: object) -> None:
        """Refuse a line that the service would refuse.

        Raises:
            ValidationError: naming the line, counted from 1, and what would be right.

        """
        number = len(self._seen) + 1
        if number > MAX_BATCH_LINES:
            raise ValidationError(
                f"A batch has at most {MAX_BATCH_LINES:,} lines: make several of it."
            )
        where = f"Line {number}"
        if not isinstance(line, Mapping):
            raise ValidationError(f"{where}: a request is an object, not {type(line).__name__}.")
        custom_id = line.get("custom_id")
        check_custom_id(custom_id, f"{where}: ")
        if custom_id in self._seen:
            raise ValidationError(f"{where}: `custom_id` {custom_id!r} was used before.")
        if line.get("method") != "POST":
            raise ValidationError(f"{where}: `method` must be 'POST'.")
        _check_endpoint(f"{where}: `url`", line.get("url"))
        if not isinstance(line.get("body"), Mapping):
            raise ValidationError(f"{where}: `body` must be the request as an object.")
        self._seen.add(str(custom_id))

    def end(self) -> None:
        """Refuse a batch without lines. Raises ValidationError."""
        if not self._seen:
            raise ValidationError("There are no requests.")


def _check_endpoint(what: str, endpoint: object) -> None:
    if endpoint not in ENDPOINTS:
        hint = ""
        if isinstance(endpoint, str) and endpoint.startswith("/openai"):
            hint = " In a batch it goes without '/openai'."
        raise ValidationError(f"{what} is one of {', '.join(ENDPOINTS)}.{hint}")
