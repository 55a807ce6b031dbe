"""Print an answer as it arrives, then how fast it was.

python tests/examples/streaming.py "Explain recursion"
"""

import asyncio
import sys

from client import GroqClient, StreamError, user

MODEL = "openai/gpt-oss-20b"


async def main(question: str) -> None:
    async with GroqClient() as groq:
        stream = groq.chat.stream(model=MODEL, messages=[user(question)])
        try:
            async for chunk in stream:
                print(chunk.text, end="", flush=True)
        except StreamError as error:
            print(f"\nbroken off: {error}")

        timing, usage = stream.timing, stream.usage
        print()
        if timing.time_to_first_token is not None and timing.duration is not None:
            print(f"first token    {timing.time_to_first_token * 1000:8.1f} ms")
            print(f"whole answer   {timing.duration * 1000:8.1f} ms")
        if speed := timing.tokens_per_second(usage.completion_tokens):
            print(f"as it arrived  {speed:8.1f} tokens/s")
        if usage.tokens_per_second:
            print(f"Groq's clock   {usage.tokens_per_second:8.1f} tokens/s")


if __name__ == "__main__":
    asyncio.run(main(" ".join(sys.argv[1:]) or "Explain recursion with an example in Python."))
