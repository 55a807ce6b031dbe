"""Record an answer with its timing, and play it again without key or network.

python tests/examples/replay.py record session.har "Explain recursion"
python tests/examples/replay.py play session.har "Explain recursion"
python tests/examples/replay.py play session.har "Explain recursion" 5     # five times as fast
"""

import asyncio
import sys

from client import GroqClient, UnrecordedRequestError, user

MODEL = "openai/gpt-oss-20b"


async def ask(groq: GroqClient, question: str) -> None:
    async with groq:
        stream = groq.chat.stream(model=MODEL, messages=[user(question)])
        async for chunk in stream:
            print(chunk.text, end="", flush=True)
        print(f"\n({len(stream.timing.chunks)} chunks in {stream.timing.duration:.3f} s)")


async def record(session: str, question: str) -> None:
    await ask(GroqClient.recording_to(session), question)
    print(f"recorded in {session}")


async def play(session: str, question: str, speed: float) -> None:
    try:
        await ask(GroqClient.replaying(session, speed=speed), question)
    except UnrecordedRequestError as error:
        sys.exit(f"{error}")


if __name__ == "__main__":
    match sys.argv[1:]:
        case ["record", file, question]:
            asyncio.run(record(file, question))
        case ["play", file, question, *speed]:
            asyncio.run(play(file, question, float(*speed or ("1",))))
        case _:
            sys.exit(__doc__)
