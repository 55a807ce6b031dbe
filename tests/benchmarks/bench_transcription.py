"""Hours of sound made ready to be sent: how fast, and in how much memory.

The recogniser is none: what is measured is reading, finding speech, cutting and FLAC.

Run: bench_transcription.py [--minutes 60]
"""

import argparse
import asyncio
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import soundfile

sys.path.insert(0, str(Path(__file__).parents[2]))

from figures import Table

from workbench.adapters.sound_decoder import SoundDecoder
from workbench.session.transcription.plan import plan_of

KINDS = {
    "WAV 16 kHz mono": ("wav", 16_000, 1, {}),
    "FLAC 16 kHz mono": ("flac", 16_000, 1, {}),
    "MP3 44.1 kHz stereo": ("mp3", 44_100, 2, {}),
    "Ogg Vorbis 48 kHz mono": ("ogg", 48_000, 1, {"format": "OGG", "subtype": "VORBIS"}),
}
PIECE_SECONDS = 300.0


def make(path: Path, rate: int, channels: int, minutes: float, **form: str) -> None:
    """Write half a minute of something like speech again and again."""
    rng = np.random.default_rng(1)
    loudness = np.interp(np.arange(30 * rate), np.arange(0, 30 * rate, rate // 4), rng.random(120))
    samples = 0.2 * rng.normal(0, 1, 30 * rate) * np.where(loudness > 0.3, loudness, 0.001)
    block = np.repeat(samples[:, None], channels, axis=1)
    with soundfile.SoundFile(path, "w", rate, channels, **form) as file:
        for _ in range(round(minutes * 2)):
            file.write(block)


def megabytes(decoder: SoundDecoder) -> str:
    """The most that the decoder's process ever had."""
    assert decoder._process is not None
    lines = Path(f"/proc/{decoder._process.pid}/status").read_text().splitlines()
    return f"{int(next(x for x in lines if x.startswith('VmHWM')).split()[1]) / 1024:.0f}"


async def measure(table: Table, name: str, path: Path, minutes: float) -> None:
    """Scan and convert a file, and write what that took."""
    decoder = SoundDecoder(detector="energy")
    await decoder.open(path)
    begun = time.perf_counter()
    scan = await decoder.scan(path, progress=lambda _: None)
    scanned = time.perf_counter()
    plan = plan_of(scan, gate=False, piece_seconds=PIECE_SECONDS)
    assert plan is not None
    size = 0
    for part in plan.parts:
        async with decoder.piece(path, part.spans) as piece:
            size += piece.size
    ended = time.perf_counter()
    table.row(
        name,
        f"{minutes * 60 / (scanned - begun):,.0f}",
        f"{minutes * 60 / (ended - scanned):,.0f}",
        len(plan.parts),
        f"{size / 1e6:.0f}",
        megabytes(decoder),
    )
    await decoder.aclose()


async def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=60)
    minutes = parser.parse_args().minutes
    table = Table(
        f"{minutes:g} minutes of sound; times faster than it plays",
        "kind of file",
        "scan",
        "convert",
        "parts",
        "MB sent",
        "peak MB",
    )
    with tempfile.TemporaryDirectory() as folder:
        for name, (extension, rate, channels, form) in KINDS.items():
            path = Path(folder) / f"talk.{extension}"
            make(path, rate, channels, minutes, **form)
            await measure(table, name, path, minutes)
            path.unlink()


if __name__ == "__main__":
    asyncio.run(main())
