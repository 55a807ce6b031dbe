"""Ask many prompts at half the price: batches.py PROMPTS REPLIES, one prompt a line.

The batch goes on when this is stopped: started again with the id that it prints, it waits on.
"""

import asyncio
import json
import sys
from pathlib import Path

from client import Batch, GroqClient, GroqError, batch_line, user

EVERY = 5.0


def show(batch: Batch) -> None:
    """How far the batch is."""
    print(f"{batch.id}: {batch.status}, {batch.finished} answered", file=sys.stderr)


async def start(groq: GroqClient, prompts: Path) -> str:
    """Hand in the prompts; they are read line by line."""
    with prompts.open(encoding="utf-8") as lines:
        file = await groq.files.upload(
            batch_line(str(number), model="openai/gpt-oss-20b", messages=[user(prompt.strip())])
            for number, prompt in enumerate(lines, start=1)
        )
    return (await groq.batches.create(input_file_id=file.id)).id


async def main(prompts: str, replies: Path) -> None:
    """Hand in prompts, or take the id of a batch; write the replies as they are read."""
    async with GroqClient() as groq:
        is_id = prompts.startswith("batch_")
        batch_id = prompts if is_id else await start(groq, Path(prompts))
        batch = await groq.batches.wait(batch_id, every=EVERY, on_progress=show)
        failed = 0
        with replies.open("w", encoding="utf-8") as file:
            async for result in groq.batches.results(batch):
                failed += not result.ok
                said = result.reply.text if result.ok else None
                line = {"id": result.custom_id, "text": said, "problem": result.problem}
                file.write(json.dumps(line, ensure_ascii=False) + "\n")
    print(f"{batch.status}: {batch.finished - failed} replies, {failed} failed")
    for problem in batch.problems:
        print(problem)


if __name__ == "__main__":
    try:
        asyncio.run(main(sys.argv[1], Path(sys.argv[2])))
    except GroqError as error:
        sys.exit(str(error))
