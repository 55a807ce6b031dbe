"""A decoder for server-sent events: bytes in, events out. No I/O.

Follows WHATWG HTML 9.2.6 "Interpreting an event stream": an event is handed over as soon as the
byte that completes it has arrived, however the bytes were cut. Time and memory are linear in the
input, and memory is bounded.
"""

import re
from typing import Final, NamedTuple

from client.errors import ResponseTooLargeError

MAX_EVENT_BYTES: Final = 8 * 1024 * 1024

_DATA: Final = b"data: "
_NEWLINE: Final = re.compile(rb"\r\n|\n|\r")
_BOM: Final = b"\xef\xbb\xbf"
_RETRY_DIGITS: Final = 10
_event: Final = tuple.__new__  # a third of the cost of calling the class


class ServerSentEvent(NamedTuple):
    """One event.

    ``event`` is its type, ``message`` unless named; ``id`` the stream's last event id so far;
    ``retry`` the reconnection time in milliseconds if this very block set one, else ``None``.
    """

    event: str
    data: str
    id: str = ""
    retry: int | None = None


class SSEDecoder:
    """Turns the bytes of one event stream into events.

    Args:
        max_event_bytes: bound on an event's data, one byte more for each of its lines, plus the
            line behind it. Comments are dropped as they come and do not count.

    """

    def __init__(self, *, max_event_bytes: int = MAX_EVENT_BYTES) -> None:
        self._max_event_bytes = max_event_bytes
        self.last_event_id = ""
        self.reconnection_time: int | None = None
        self._start()

    def _start(self) -> None:
        self._at_first_line = True
        self._skip_line_feed = False
        self._between_events = True  # nothing of the next event has come
        self._line = bytearray()  # the line whose end has not come yet
        self._in_comment = False
        self._clear_event()

    def _clear_event(self) -> None:
        self._id = self.last_event_id
        self._type = ""
        self._data = bytearray()  # every data line with its line feed
        self._retry: int | None = None

    def feed(self, data: bytes) -> list[ServerSentEvent]:
        """The events that these bytes complete, often none.

        Raises:
            ResponseTooLargeError: an event or a line grew past the bound; feed nothing more.

        """
        if self._skip_line_feed and data:
            # The CR has ended its line already; the LF that may follow belongs to it.
            self._skip_line_feed = False
            if data[0] == 0x0A:
                data = data[1:]
        events: list[ServerSentEvent] = []
        if self._between_events and data.startswith(_DATA):
            end = data.rfind(b"\n\n") + 2
            if end > 1 and (plain := self._plain(data[:end])):
                self._at_first_line = False
                events, data = plain, data[end:]
                if not data:
                    return events
        if b"\r" in data:
            self._skip_line_feed = data[-1] == 0x0D
            *lines, rest = _NEWLINE.split(data)
        else:
            *lines, rest = data.split(b"\n")

        for line in lines:
            event = self._end_line(self._take_line(line) if self._line else line)
            if event is not None:
                events.append(event)
        if rest:
            self._keep(rest)
        block = (self._line, self._data, self._type, self._id != self.last_event_id)
        self._between_events = not (rest or any(block)) and self._retry is None
        return events

    def _plain(self, block: bytes) -> list[ServerSentEvent] | None:
        """The events of whole blocks of one line of data each, ``None`` if any is another.

        Most streams hold nothing else, and this takes a third of the time of taking any lines.
        """
        if b"\r" in block or len(block) > self._max_event_bytes:
            return None
        last_id = self.last_event_id
        events: list[ServerSentEvent] = []
        for line in block.decode("utf-8", "replace")[:-2].split("\n\n"):
            if not line.startswith("data: ") or "\n" in line:
                return None
            events.append(_event(ServerSentEvent, ("message", line[6:], last_id, None)))
        return events

    def flush(self) -> list[ServerSentEvent]:
        """The input has ended: an unfinished block is discarded, as the standard demands.

        Always empty; the decoder is then ready for the bytes of a new connection, with the last
        event id still known.
        """
        self._start()
        return []

    def _keep(self, rest: bytes) -> None:
        """Put aside a line whose end has not come; of a comment only its beginning is kept."""
        if self._in_comment:
            return
        self._line += rest
        if self._at_first_line and _BOM.startswith(self._line):
            return  # it may still turn out to be a byte order mark
        if self._at_first_line and self._line.startswith(_BOM):
            self._at_first_line = False
            del self._line[: len(_BOM)]
        if self._line.startswith(b":"):
            self._in_comment = True
            del self._line[1:]
        else:
            self._check_size(len(self._line))

    def _take_line(self, end: bytes) -> bytes:
        """The line that ends here, joined from its pieces."""
        if not self._in_comment:
            self._line += end
        line = bytes(self._line)
        self._line.clear()
        self._in_comment = False
        return line

    def _check_size(self, line_bytes: int) -> None:
        if line_bytes + len(self._data) > self._max_event_bytes:
            message = f"An event of the stream is larger than {self._max_event_bytes:,} bytes."
            raise ResponseTooLargeError(message)

    def _end_line(self, line: bytes) -> ServerSentEvent | None:
        if self._at_first_line:
            self._at_first_line = False
            line = line.removeprefix(_BOM)
        if not line:
            return self._dispatch()
        if line[0] != 0x3A:  # a colon in front makes a comment
            self._check_size(len(line))
            self._set_field(line)
        return None

    def _set_field(self, line: bytes) -> None:
        name, _, value = line.partition(b":")
        value = value[1:] if value[:1] == b" " else value
        if name == b"data":
            self._data += value
            self._data.append(0x0A)
        elif name == b"event":
            self._type = value.decode("utf-8", "replace")
        elif name == b"id":
            if b"\0" not in value:
                self._id = value.decode("utf-8", "replace")
        elif name == b"retry" and value.isdigit() and len(value) <= _RETRY_DIGITS:
            self._retry = self.reconnection_time = int(value)

    def _dispatch(self) -> ServerSentEvent | None:
        self.last_event_id = self._id
        event = None
        if self._data:
            data = self._data[:-1].decode("utf-8", "replace")
            event = ServerSentEvent(self._type or "message", data, self.last_event_id, self._retry)
        self._clear_event()
        return event
