"""The process that reads sound files: `python -m workbench.sound.worker [DETECTOR]`.

Decoders print on the terminal that a screen is drawn on, and a broken file may end them: so they
run apart. Standard input: a line of JSON for each request. Standard output: frames, each a letter,
the size of what follows in four bytes, and that: `P` progress in seconds, `B` bytes, `D` the answer
and `E` an error, both JSON. It ends with its input.
"""

import contextlib
import json
import os
import struct
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any, BinaryIO, Final

from workbench.sound.flac import write_flac
from workbench.sound.opening import open_sound
from workbench.sound.reading import SoundReader
from workbench.sound.scanning import scan_of
from workbench.sound.sound_file import SoundError, SoundFile
from workbench.sound.speech import speech_detector

_HEAD: Final = struct.Struct("<cI")
_PIECE_BYTES: Final = 256 * 1024
_NICENESS: Final = 5

# A request is JSON of our own making; so is an answer.
Request = Mapping[str, Any]
Answer = Mapping[str, Any]


class Worker:
    """Answers one request after the other, and keeps the last file open for the next."""

    def __init__(self, answers: BinaryIO, *, detector: str = "") -> None:
        self._answers = answers
        self._detector = detector
        self._reader: SoundReader | None = None

    def answer(self, request: Request) -> None:
        """Do what is asked and tell how it went."""
        kinds: dict[str, Callable[[Request], Answer]] = {
            "open": self._open,
            "scan": self._scan,
            "piece": self._piece,
        }
        try:
            self._put(b"D", json.dumps(kinds[request["do"]](request)).encode())
        except SoundError as error:
            self._fail(str(error), error.advice)
        except OSError as error:
            self._fail(f"The sound could not be converted: {error.strerror or error}.")
        except MemoryError:
            self._fail("There is not enough memory to read this file.")

    def _open(self, request: Request) -> Answer:
        described = asdict(open_sound(Path(request["path"])))
        return {**described, "path": str(described["path"])}

    def _scan(self, request: Request) -> Answer:
        scan = scan_of(
            self._reader_of(request),
            speech_detector(self._detector),
            progress=lambda seconds: self._put(b"P", json.dumps(seconds).encode()),
        )
        self._put(b"B", scan.levels.tobytes())
        self._put(b"B", scan.speech.tobytes())
        return {"duration": scan.duration, "detector": scan.detector, "damaged": scan.damaged}

    def _piece(self, request: Request) -> Answer:
        reader = self._reader_of(request)
        with tempfile.TemporaryFile() as file:
            seconds = write_flac(
                file,
                (block for start, end in request["spans"] for block in reader.blocks(start, end)),
            )
            file.seek(0)
            for part in _parts(file):
                self._put(b"B", part)
        return {"seconds": seconds}

    def _reader_of(self, request: Request) -> SoundReader:
        path = Path(request["path"])
        if self._reader is None or self._reader.file.path != path or request["do"] == "scan":
            self._reader = SoundReader(_readable(open_sound(path)))
        return self._reader

    def _fail(self, message: str, advice: str = "") -> None:
        self._put(b"E", json.dumps({"message": message, "advice": advice}).encode())

    def _put(self, kind: bytes, data: bytes) -> None:
        self._answers.write(_HEAD.pack(kind, len(data)) + data)
        self._answers.flush()


def _readable(file: SoundFile) -> SoundFile:
    if file.decoder is None:
        raise SoundError(f"{file.path.name} is {file.format}.", file.missing)
    return file


def _parts(file: BinaryIO) -> Iterator[bytes]:
    while part := file.read(_PIECE_BYTES):
        yield part


def main() -> None:
    """Answer until the input ends."""
    answers = os.fdopen(os.dup(1), "wb")
    # Libraries may print; the answers are no place for it.
    os.dup2(2, 1)
    with contextlib.suppress(AttributeError, OSError):
        os.nice(_NICENESS)
    worker = Worker(answers, detector="".join(sys.argv[1:2]))
    while line := sys.stdin.buffer.readline():
        worker.answer(json.loads(line))


if __name__ == "__main__":
    main()
