"""Ask about a picture: a file, or an https address that the service fetches.

python tests/examples/vision.py photo.jpg "What is written on the sign?"
"""

import asyncio
import base64
import mimetypes
import sys
from pathlib import Path

from client import GroqClient, image, user

MODEL = "qwen/qwen3.8-27b"


def as_url(picture: str) -> str:
    if picture.startswith("https://"):
        return picture
    kind = mimetypes.guess_type(picture)[0] or "image/png"
    return f"data:{kind};base64,{base64.b64encode(Path(picture).read_bytes()).decode()}"


async def main(picture: str, question: str) -> None:
    messages = [user(question, image(as_url(picture)))]
    async with GroqClient() as groq, groq.chat.stream(model=MODEL, messages=messages) as stream:
        async for chunk in stream:
            print(chunk.text, end="", flush=True)
    print(f"\n({stream.usage.prompt_tokens} tokens for the question and the picture)")


if __name__ == "__main__":
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    asyncio.run(main(sys.argv[1], " ".join(sys.argv[2:]) or "What is in this picture?"))
