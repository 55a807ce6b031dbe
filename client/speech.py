"""Speech as the service sends it: whole, or as it arrives."""

from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing
from dataclasses import dataclass, field
from os import PathLike, fspath
from pathlib import Path
from typing import Final

from client.download import download
from client.entered import Entered
from client.errors import ProtocolError, StreamError
from client.exchange import Exchange
from client.ports import Disk
from client.timing import Timing
from client.types.audio import SpeechFile
from client.types.rate_limits import RateLimits
from client.wav import LONGEST_HEADER, WavHeader, repaired, repairs

SOUND: Final = (
    *("audio/wav", "audio/x-wav", "audio/wave", "audio/vnd.wave", "audio/mpeg", "audio/flac"),
    "application/octet-stream",
)
"""The content types that an answer with sound may have."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Speech:
    """Speech in memory, as a WAV file whose header tells the truth.

    Attributes:
        data: the file.
        sample_rate: in Hz; with ``channels`` and ``duration`` (seconds) ``None`` where the service
            sent something other than PCM in WAV.
        timing: when it was sent and received.
        rate_limits: what the answer's headers reported.

    """

    data: bytes = field(repr=False)
    sample_rate: int | None = None
    channels: int | None = None
    duration: float | None = None
    timing: Timing = field(default_factory=Timing, repr=False, compare=False)
    rate_limits: RateLimits | None = field(default=None, repr=False, compare=False)
    _disk: Disk | None = field(default=None, repr=False, compare=False)

    async def save(self, path: str | PathLike[str]) -> Path:
        """Write it to a file, whole or not at all; one that is there is replaced.

        Raises:
            ValidationError: it cannot be written there.

        """
        if self._disk is None:
            raise ValueError("This speech was made by hand: write its data yourself.")
        target = Path(fspath(path))
        async with self._disk.writer(target) as file:
            await file.write(self.data)
        return target


def speech_of(data: bytes, exchange: Exchange, disk: Disk) -> Speech:
    """The speech in the body of an answer, its header repaired."""
    header = WavHeader.parse(data)
    return Speech(
        data=repaired(data),
        sample_rate=header.sample_rate if header else None,
        channels=header.channels if header else None,
        duration=header.duration(len(data)) if header else None,
        timing=exchange.timing,
        rate_limits=exchange.rate_limits,
        _disk=disk,
    )


async def save_speech(exchange: Exchange, path: Path, disk: Disk) -> SpeechFile:
    """Write an answer to a file as it arrives; the header is repaired at the end."""
    beginning, size = bytearray(), 0
    async with disk.writer(path) as file:
        async with aclosing(download(exchange, *SOUND)) as pieces:
            async for piece in pieces:
                beginning += piece[: LONGEST_HEADER - len(beginning)]
                size += len(piece)
                await file.write(piece)
        header = WavHeader.parse(bytes(beginning))
        for at, change in repairs(header, size) if header else ():
            await file.write(change, at)
    return SpeechFile(
        path=path,
        size=size,
        sample_rate=header.sample_rate if header else None,
        channels=header.channels if header else None,
        duration=header.duration(size) if header else None,
    )


class SpeechStream(Entered):
    """Speech on its way, to be played while it arrives: iterate it for samples.

        async with groq.audio.stream_speech(model=..., voice=..., input="...") as speech:
            player.open(rate=speech.sample_rate, channels=speech.channels)
            async for samples in speech:
                player.write(samples)

    The samples are what follows the WAV header, ``bits`` each, little-endian; a piece holds whole
    frames. Leaving early closes the connection.

    Raises, from ``async with`` or iteration:
        APIError: the service refused the request.
        TransportError: it was not reached, or broke off.
        ProtocolError: the answer is not PCM in WAV.
    """

    def __init__(self, exchange: Exchange) -> None:
        self._exchange = exchange
        self._pieces: AsyncGenerator[bytes, None] | None = None
        self._header: WavHeader | None = None
        self._pending = b""
        self._left: int | None = None  # bytes of sound to come, None for all there are

    @property
    def sample_rate(self) -> int:
        """In Hz; known once it was entered."""
        return self._known.sample_rate

    @property
    def channels(self) -> int:
        """How many sound at once."""
        return self._known.channels

    @property
    def bits(self) -> int:
        """Of one sample."""
        return self._known.bits

    @property
    def timing(self) -> Timing:
        """When it was sent and received."""
        return self._exchange.timing

    async def __aiter__(self) -> AsyncIterator[bytes]:
        try:
            pieces = await self._open()
            if samples := self._frames(b""):
                yield samples
            async for piece in pieces:
                if samples := self._frames(piece):
                    yield samples
        finally:
            if not self._entered:
                await self.aclose()

    async def aclose(self) -> None:
        """Stop, and close the connection unless all was read."""
        if self._pieces is not None:
            await self._pieces.aclose()

    @property
    def _known(self) -> WavHeader:
        if self._header is None:
            raise StreamError("The form of the sound is known once the stream was entered.")
        return self._header

    async def _open(self) -> AsyncGenerator[bytes, None]:
        if self._pieces is not None:
            return self._pieces
        pieces = self._pieces = download(self._exchange, *SOUND)
        try:
            async for piece in pieces:
                self._pending += piece
                header = WavHeader.parse(self._pending)
                if header is not None or len(self._pending) > LONGEST_HEADER:
                    break
            header = WavHeader.parse(self._pending)
            if header is None:
                raise ProtocolError("The answer is not PCM in WAV, so it cannot be played so.")
        except BaseException:
            await pieces.aclose()
            raise
        self._header = header
        self._pending = self._pending[header.offset :]
        placeholder = header.stated_size == 0 or header.stated_size >= 0x7FFF_0000
        self._left = None if placeholder else header.stated_size
        return pieces

    def _frames(self, piece: bytes) -> bytes:
        """The whole frames so far that were not handed over yet, without what follows the sound."""
        data = self._pending + piece
        if self._left is not None:
            data = data[: self._left]
        whole = len(data) - len(data) % self._known.frame_size
        self._pending = data[whole:]
        if self._left is not None:
            self._left -= whole
        return data[:whole]
