"""When things happened in one exchange, on the client's monotonic clock. No I/O.

All stamps are seconds of the same clock, taken when the bytes arrived and before they were parsed;
``None`` means that it did not happen, or not yet.
"""

from array import array
from dataclasses import dataclass, field


@dataclass(slots=True, kw_only=True)
class Timing:
    """The stamps of one exchange and what follows from them.

    A stream writes it as it goes, so a reader always sees the state so far.

    Attributes:
        sent: the request went out, after whatever it had to wait for; the last time, if it was
            sent again.
        connected: there was a connection for it, new or kept; ``None`` where nobody says.
        written: its last byte was handed to the operating system; ``None`` where nobody says.
        headers: status and headers were there.
        first_event: the first event's bytes arrived.
        first_reasoning: the first piece of reasoning arrived.
        first_content: the first piece of the answer arrived: text, or a tool call.
        end: the reply was complete, or broke.
        chunks: arrival of every chunk, in order; one read may bring several.
        last_token: the last piece of either so far.

    """

    sent: float | None = None
    connected: float | None = None
    written: float | None = None
    headers: float | None = None
    first_event: float | None = None
    first_reasoning: float | None = None
    first_content: float | None = None
    end: float | None = None
    chunks: "array[float]" = field(default_factory=lambda: array("d"), repr=False)
    last_token: float | None = None

    def sent_again(self, at: float) -> None:
        """Stamp a further sending; what was known of the connection was the last one's."""
        self.sent, self.connected, self.written = at, None, None

    def chunk_arrived(self, at: float, *, reasoning: bool, content: bool) -> None:
        """Stamp a chunk that brings a piece of the reasoning, of the answer, or neither."""
        self.chunks.append(at)
        if self.first_event is None:
            self.first_event = at
        if content:
            self.last_token = at
            if self.first_content is None:
                self.first_content = at
        if reasoning:
            self.last_token = at
            if self.first_reasoning is None:
                self.first_reasoning = at

    def token_arrived(self, at: float, *, reasoning: bool) -> None:
        """Stamp a chunk that brings a piece of text, of the reasoning or of the answer."""
        self.chunks.append(at)
        self.last_token = at
        if reasoning:
            if self.first_reasoning is None:
                self.first_reasoning = at
        elif self.first_content is None:
            self.first_content = at
        if self.first_event is None:
            self.first_event = at

    @property
    def first_token(self) -> float | None:
        """When the first token of any kind arrived, reasoning or answer."""
        stamps = [s for s in (self.first_reasoning, self.first_content) if s is not None]
        return min(stamps, default=None)

    @property
    def time_to_headers(self) -> float | None:
        """Seconds from sending to the response's headers."""
        return _between(self.sent, self.headers)

    @property
    def time_to_first_token(self) -> float | None:
        """Seconds from sending to the first token of any kind."""
        return _between(self.sent, self.first_token)

    @property
    def time_to_first_content(self) -> float | None:
        """Seconds from sending to the first token of the answer itself."""
        return _between(self.sent, self.first_content)

    @property
    def duration(self) -> float | None:
        """Seconds from sending to the end."""
        return _between(self.sent, self.end)

    @property
    def generation(self) -> float | None:
        """Seconds from the first token to the last, as they arrived here."""
        return _between(self.first_token, self.last_token)

    def tokens_per_second(self, tokens: int | None) -> float | None:
        """The speed at which ``tokens`` arrived: those after the first, over the time they took.

        ``None`` when there is nothing to measure: fewer than two tokens, or all in one read.
        """
        span = self.generation
        if not tokens or tokens < 2 or not span:
            return None
        return (tokens - 1) / span

    def inter_token_latencies(self) -> list[float]:
        """Seconds between one chunk and the next, in order of arrival."""
        return [after - before for before, after in zip(self.chunks, self.chunks[1:], strict=False)]


def _between(start: float | None, end: float | None) -> float | None:
    return None if start is None or end is None else end - start
