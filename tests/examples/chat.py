"""Talk with a model, or ask it one question.

python tests/examples/chat.py "Why is the sky blue?"
python tests/examples/chat.py                          # goes on until an empty line
"""

import asyncio
import sys

from client import GroqClient, GroqError, MessageLike, system, user

MODEL = "openai/gpt-oss-20b"


async def main(question: str) -> None:
    conversation: list[MessageLike] = [system("Answer in a few sentences.")]
    async with GroqClient() as groq:
        while text := question or (await asyncio.to_thread(input, "> ")).strip():
            conversation.append(user(text))
            try:
                reply = await groq.chat.create(model=MODEL, messages=conversation)
            except GroqError as error:
                print(f"{type(error).__name__}: {error}")
                conversation.pop()  # as if it had not been asked
            else:
                print(reply.text)
                print(f"({reply.usage.total_tokens} tokens in {reply.timing.duration:.2f} s)")
                conversation.append(reply.message)
            if question:
                return


if __name__ == "__main__":
    asyncio.run(main(" ".join(sys.argv[1:])))
