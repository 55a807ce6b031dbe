"""Ask many questions at once, and watch what the client waits for.

python tests/examples/retries.py 50

To see it wait: groq-workbench simulate --fault "503; rate=0.3", and set GROQ_BASE_URL.
"""

import asyncio
import sys

from client import (
    AdmissionDelayed,
    AttemptStarted,
    CircuitChanged,
    ClientEvent,
    GroqClient,
    GroqError,
    RateLimitPolicy,
    RetryPolicy,
    RetryScheduled,
    user,
)

MODEL = "openai/gpt-oss-20b"


def show(event: ClientEvent) -> None:
    match event:
        case AdmissionDelayed():
            told = f"number {event.position} in line for {event.reason}, {event.seconds:.1f} s"
        case RetryScheduled():
            told = f"{event.reason}, attempt {event.attempt} in {event.delay:.1f} s"
        case AttemptStarted():
            told = f"goes out, after {event.waited:.1f} s of waiting"
        case CircuitChanged():
            told = f"the circuit of {event.host} is {event.state}"
        case _:
            return
    print(f"#{event.exchange}: {told}")


async def main(count: int) -> None:
    async with GroqClient(
        retry=RetryPolicy(attempts=6, patience=120),
        rate_limit=RateLimitPolicy(patience=None),  # as long as it takes
        observe=show,
    ) as groq:

        async def ask(number: int) -> bool:
            question = user(f"What is {number} times {number}?")
            try:
                await groq.chat.create(model=MODEL, messages=[question], max_completion_tokens=200)
            except GroqError as error:
                print(f"{number}: {type(error).__name__}: {error}")
                return False
            return True

        answered = await asyncio.gather(*(ask(number) for number in range(count)))
        print(f"{sum(answered)} of {count} answered")
        limits = groq.rate_limits(MODEL)
        if limits is not None:
            print(f"{limits.tokens_left(groq.now()):.0f} tokens left this minute")


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1]) if len(sys.argv) > 1 else 20))
