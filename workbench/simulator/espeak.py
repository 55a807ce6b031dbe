"""Real words from espeak-ng, where it is installed."""

import asyncio
import re
import shutil
from contextlib import suppress

from workbench.simulator.pcm import SAMPLE_RATE

_PROGRAM = "espeak-ng"
_PATIENCE_SECONDS = 10.0
_WORDS_PER_MINUTE = 165
# Voices of ours and the nearest of theirs.
_VOICES = {
    "autumn": "en-us+f1",
    "diana": "en-us+f2",
    "hannah": "en-us+f4",
    "austin": "en-us+m1",
    "daniel": "en-gb+m3",
    "troy": "en-us+m7",
    "abdullah": "ar+m1",
    "fahad": "ar+m3",
    "sultan": "ar+m7",
    "lulwa": "ar+f1",
    "noura": "ar+f2",
    "aisha": "ar+f4",
}
# What espeak would read as phonemes.
_PHONEMES = re.compile(r"\[\[|\]\]")


async def speak(text: str, voice: str, speed: float) -> bytes | None:
    """Mono 16 bit samples of a text; None where espeak-ng is absent or does not do it."""
    program = shutil.which(_PROGRAM)
    if program is None:
        return None
    pace = str(round(_WORDS_PER_MINUTE * speed))
    process = await asyncio.create_subprocess_exec(
        *(program, "--stdin", "--stdout", "-v", _VOICES[voice], "-s", pace),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
    )
    try:
        spoken = _PHONEMES.sub(" ", text).encode()
        async with asyncio.timeout(_PATIENCE_SECONDS):
            wav, _ = await process.communicate(spoken)
    except TimeoutError:
        return None
    finally:
        if process.returncode is None:
            with suppress(ProcessLookupError):
                process.kill()
            await process.wait()
    return await asyncio.to_thread(_resampled, wav)


def _resampled(wav: bytes) -> bytes | None:
    """The samples at our rate; its WAV has no true length, so what follows the mark is taken."""
    import numpy as np

    mark = wav.find(b"data", 12)
    if mark < 0:
        return None
    rate = int.from_bytes(wav[24:28], "little")
    body = wav[mark + 8 :]
    samples = np.frombuffer(body[: len(body) // 2 * 2], dtype="<i2").astype(np.float64)
    if not rate or not len(samples):
        return None
    wanted = np.arange(int(len(samples) * SAMPLE_RATE / rate)) * (rate / SAMPLE_RATE)
    pcm: bytes = np.interp(wanted, np.arange(len(samples)), samples).astype("<i2").tobytes()
    return pcm
