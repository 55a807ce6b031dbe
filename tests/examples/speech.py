"""Say a sentence into a WAV file: speech.py FILE TEXT."""

import asyncio
import sys

from client import GroqClient, GroqError


async def main(file: str, text: str) -> None:
    """Speak one sentence."""
    async with GroqClient() as groq:
        speech = await groq.audio.speak(
            model="canopylabs/orpheus-v1-english", voice="hannah", input=text, to=file
        )
    print(f"{speech.duration or 0:.1f} s at {speech.sample_rate} Hz in {speech.path}")


if __name__ == "__main__":
    try:
        asyncio.run(main(sys.argv[1], " ".join(sys.argv[2:])))
    except GroqError as error:
        sys.exit(str(error))
