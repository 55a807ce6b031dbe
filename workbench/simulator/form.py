"""Forms with files in them, as uploads come: multipart/form-data read into values. No I/O."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from python_multipart.exceptions import FormParserError
from python_multipart.multipart import MultipartParser, parse_options_header

from workbench.simulator.errors import APIError, bad_request

if TYPE_CHECKING:
    from python_multipart.multipart import MultipartCallbacks

_MOST_PARTS = 64


@dataclass(frozen=True, slots=True, kw_only=True)
class Upload:
    """A file that came with a form."""

    filename: str
    data: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """The fields by name, each with all its values, and the files by name."""

    fields: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    files: Mapping[str, Upload] = field(default_factory=dict)


def parse_form(content_type: str, body: bytes) -> Form:
    """The form in a body; a 400 when it cannot be read as one."""
    _, options = parse_options_header(content_type)
    boundary = options.get(b"boundary", b"")
    reader = _Reader()
    try:
        parser = MultipartParser(boundary, reader.callbacks())
        parser.write(body)
        parser.finalize()
    except FormParserError as fault:
        raise _unreadable() from fault
    if not reader.ended:
        raise _unreadable()
    return Form(
        fields={name: tuple(values) for name, values in reader.fields.items()}, files=reader.files
    )


def _unreadable() -> APIError:
    return bad_request("could not parse the request body as multipart/form-data")


class _Reader:
    """Collects what the parser finds."""

    def __init__(self) -> None:
        self.fields: dict[str, list[str]] = {}
        self.files: dict[str, Upload] = {}
        self.ended = False
        self._parts = 0
        self._header = bytearray()
        self._value = bytearray()
        self._disposition = b""
        self._data = bytearray()

    def callbacks(self) -> "MultipartCallbacks":
        """What the parser calls, by its names."""
        return {
            "on_part_begin": self._begin,
            "on_part_data": lambda data, start, end: self._data.extend(data[start:end]),
            "on_part_end": self._end,
            "on_header_field": lambda data, start, end: self._header.extend(data[start:end]),
            "on_header_value": lambda data, start, end: self._value.extend(data[start:end]),
            "on_header_end": self._end_header,
            "on_end": self._finish,
        }

    def _finish(self) -> None:
        self.ended = True

    def _begin(self) -> None:
        self._parts += 1
        if self._parts > _MOST_PARTS:
            raise bad_request(f"a form may have at most {_MOST_PARTS} parts")
        self._disposition = b""
        self._data = bytearray()

    def _end_header(self) -> None:
        if self._header.lower() == b"content-disposition":
            self._disposition = bytes(self._value)
        self._header.clear()
        self._value.clear()

    def _end(self) -> None:
        _, options = parse_options_header(self._disposition.decode("latin-1"))
        name = options.get(b"name", b"").decode("utf-8", "replace")
        if b"filename" in options:
            filename = options[b"filename"].decode("utf-8", "replace")
            self.files[name] = Upload(filename=filename, data=bytes(self._data))
        else:
            self.fields.setdefault(name, []).append(self._data.decode("utf-8", "replace"))
