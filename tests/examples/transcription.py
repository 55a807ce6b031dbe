"""Write down what is said in a file, with subtitles: transcription.py AUDIO [FOLDER]."""

import asyncio
import sys
from pathlib import Path

from client import GroqClient, GroqError, to_srt, to_webvtt


def show(sent: int, total: int | None) -> None:
    """How far the upload is."""
    if total:
        print(f"\rsent {100 * sent // total} %", end="", file=sys.stderr)


async def main(audio: Path, folder: Path) -> None:
    """Transcribe one file."""
    async with GroqClient() as groq:
        said = await groq.audio.transcribe(
            file=audio,
            model="whisper-large-v3-turbo",
            timestamp_granularities=["word", "segment"],
            progress=show,
        )
        limits = groq.rate_limits("whisper-large-v3-turbo")
    (folder / f"{audio.stem}.srt").write_text(to_srt(said), encoding="utf-8")
    (folder / f"{audio.stem}.vtt").write_text(to_webvtt(said), encoding="utf-8")
    print(f"\n{said.text.strip()}")
    print(f"{said.duration or 0:.1f} s of {said.language}")
    if limits and limits.audio_seconds:
        print(f"{limits.audio_seconds.remaining:,} seconds of audio left this hour")


if __name__ == "__main__":
    try:
        asyncio.run(main(Path(sys.argv[1]), Path(*sys.argv[2:3])))
    except GroqError as error:
        sys.exit(str(error))
