"""Turn a sentence into values of your own classes.

python tests/examples/json_schema.py "Lunch with Ada and Grace on Friday at noon, in the park"
"""

import asyncio
import sys

import pydantic

from client import GroqClient, JSONValidateFailedError, system, user

MODEL = "openai/gpt-oss-20b"


class Appointment(pydantic.BaseModel):
    """What the model is to find; strict schemas want every field, and no others."""

    model_config = pydantic.ConfigDict(extra="forbid")

    title: str
    people: list[str]
    weekday: str
    place: str | None


async def main(sentence: str) -> None:
    schema = {"name": "appointment", "strict": True, "schema": Appointment.model_json_schema()}
    async with GroqClient() as groq:
        try:
            reply = await groq.chat.create(
                model=MODEL,
                messages=[system("Extract the appointment."), user(sentence)],
                response_format={"type": "json_schema", "json_schema": schema},
                temperature=0,
            )
        except JSONValidateFailedError as error:
            sys.exit(f"The model did not manage: {error.failed_generation}")
    found = Appointment.model_validate_json(reply.text)
    print(f"title    {found.title}")
    print(f"people   {', '.join(found.people)}")
    print(f"weekday  {found.weekday}")
    print(f"place    {found.place or '-'}")


if __name__ == "__main__":
    asyncio.run(main(" ".join(sys.argv[1:]) or "Lunch with Ada and Grace on Friday, in the park"))
