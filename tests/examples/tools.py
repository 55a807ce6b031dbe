"""Let a model ask for the time in a city; a person approves each call.

python tests/examples/tools.py "What time is it in Tokyo?"
"""

import asyncio
import json
import sys
from datetime import datetime
from zoneinfo import ZoneInfo

from client import (
    Function,
    FunctionTool,
    GroqClient,
    MessageLike,
    ToolCall,
    ValidationError,
    tool,
    user,
)

MODEL = "openai/gpt-oss-120b"
ROUNDS = 8

LOCAL_TIME = FunctionTool(
    function=Function(
        name="local_time",
        description="The date and time in a time zone at this moment",
        parameters={
            "type": "object",
            "properties": {
                "zone": {"type": "string", "description": "IANA name, such as Asia/Tokyo"}
            },
            "required": ["zone"],
            "additionalProperties": False,
        },
    )
)


def local_time(zone: str) -> dict[str, str]:
    return {"zone": zone, "time": datetime.now(ZoneInfo(zone)).isoformat(timespec="minutes")}


async def run(call: ToolCall) -> str:
    """What the model is told of its call; a mistake of its own it can mend."""
    answer = await asyncio.to_thread(input, f"Run {call.name}({call.arguments})? [y/N] ")
    if answer.strip().lower() != "y":
        return "The user did not allow this call."
    try:
        if call.name != "local_time":
            return f"There is no tool {call.name}."
        return json.dumps(local_time(str(call.parse_arguments()["zone"])))
    except (ValidationError, KeyError, ValueError, OSError) as error:
        return f"The call failed: {error!r}"


async def main(question: str) -> None:
    messages: list[MessageLike] = [user(question)]
    async with GroqClient() as groq:
        for _ in range(ROUNDS):
            reply = await groq.chat.create(model=MODEL, messages=messages, tools=[LOCAL_TIME])
            messages.append(reply.message)
            if not reply.tool_calls:
                print(reply.text)
                return
            messages += [tool(await run(call), tool_call_id=call.id) for call in reply.tool_calls]
        print(f"No answer after {ROUNDS} rounds of calls.")


if __name__ == "__main__":
    asyncio.run(main(" ".join(sys.argv[1:]) or "What time is it in Tokyo?"))
