"""Whole recordings at once: exchanges out of a HAR file, and into one. Blocks on the disk."""

from collections.abc import Iterable
from contextlib import closing
from pathlib import Path

from client.adapters.har.exchange import RecordedExchange
from client.adapters.har.file import HarFile, read_entries
from client.adapters.har.reading import decode_entry
from client.adapters.har.writing import encode_entry
from client.errors import ValidationError


def read_recording(path: Path) -> tuple[RecordedExchange, ...]:
    """The exchanges of a recording in their order, ours or another tool's.

    Raises:
        ValidationError: it cannot be read, or is no recording.

    """
    exchanges = [decode_entry(entry) for entry in read_entries(path)]
    return tuple(sorted(exchanges, key=lambda exchange: (exchange.started_at, exchange.number)))


def write_recording(
    path: Path, exchanges: Iterable[RecordedExchange], *, overwrite: bool = False
) -> None:
    """A recording of these exchanges, as they are: take out what is secret before.

    Only its owner may read the file.

    Raises:
        ValidationError: the file is there already, or cannot be written.

    """
    with closing(HarFile(path, overwrite=overwrite)) as file:
        for exchange in exchanges:
            try:
                file.append(encode_entry(exchange))
            except OSError as error:
                reason = error.strerror or type(error).__name__
                raise ValidationError(f"{path} cannot be written: {reason}.") from None
