"""Answers read aloud from the chat, as a person hears and sees it."""

import asyncio
from collections.abc import AsyncGenerator

import pytest

from tests.stage import Actor, Stage
from workbench.session.problems import Problem
from workbench.session.speaking import PartSpoken, SpeakingBegan, SpeakingEnded, SpeakingUpdate


class FakeSpeaking:
    """Says what the test makes it say."""

    def __init__(self) -> None:
        self.texts: list[str] = []
        self.updates: asyncio.Queue[SpeakingUpdate] = asyncio.Queue()
        self.silent = 0

    async def speak(self, markdown: str) -> AsyncGenerator[SpeakingUpdate, None]:
        self.texts.append(markdown)
        try:
            while True:
                update = await self.updates.get()
                yield update
                if isinstance(update, SpeakingEnded):
                    return
        finally:
            self.silent += 1

    def tell(self, *updates: SpeakingUpdate) -> None:
        for update in updates:
            self.updates.put_nowait(update)


@pytest.fixture
def speaking() -> FakeSpeaking:
    return FakeSpeaking()


@pytest.fixture
def stage(speaking: FakeSpeaking) -> Stage:
    stage = Stage()
    stage.play(stage.streamed("The sky ", "is blue."))
    stage.app.chat_screen._read_aloud._speaking = lambda: speaking  # type: ignore[assignment, return-value]
    return stage


async def answered(actor: Actor) -> None:
    await actor.ask("why")
    await actor.answered()


async def test_the_last_answer_is_read_and_every_workspace_says_so(
    stage: Stage, speaking: FakeSpeaking
) -> None:
    async with stage.open(size=(120, 30)) as actor:
        await answered(actor)
        await actor.press("ctrl+l")
        speaking.tell(SpeakingBegan(parts=("The sky", "is blue.")))
        await actor.until(lambda: "♪ …" in actor.title)
        speaking.tell(PartSpoken(number=2, text="is blue."))
        await actor.until(lambda: "♪ 2/2" in actor.title)
        speaking.tell(SpeakingEnded(reason="spoken", heard=2))
        await actor.until(lambda: "♪" not in actor.title)
        assert speaking.texts == ["The sky is blue."]


async def test_the_same_key_makes_it_silent(stage: Stage, speaking: FakeSpeaking) -> None:
    async with stage.open(size=(120, 30)) as actor:
        await answered(actor)
        await actor.press("ctrl+l")
        speaking.tell(SpeakingBegan(parts=("The sky is blue.",)))
        await actor.until(lambda: "♪" in actor.title)
        await actor.press("ctrl+l")
        await actor.until(lambda: "♪" not in actor.title)
        assert speaking.silent == 1
        await actor.press("ctrl+l")
        await actor.until(lambda: len(speaking.texts) == 2)


async def test_before_the_first_answer_there_is_nothing_to_read(
    stage: Stage, speaking: FakeSpeaking
) -> None:
    async with stage.open() as actor:
        await actor.press("ctrl+l")
        assert "There is no answer to read yet." in actor.screen
        assert speaking.texts == []


async def test_what_cannot_be_heard_says_which_command_helps(
    stage: Stage, speaking: FakeSpeaking
) -> None:
    problem = Problem(title="No sound library here", explanation="PortAudio is not installed.")
    async with stage.open(size=(120, 30)) as actor:
        await answered(actor)
        await actor.press("ctrl+l")
        speaking.tell(
            SpeakingEnded(
                reason="failed", heard=0, problem=problem, command="apt install libportaudio2"
            )
        )
        await actor.until(lambda: "apt install libportaudio2" in actor.screen)
        assert "♪" not in actor.title


async def test_an_answer_of_code_alone_has_nothing_to_say(
    stage: Stage, speaking: FakeSpeaking
) -> None:
    async with stage.open(size=(120, 30)) as actor:
        await answered(actor)
        await actor.press("ctrl+l")
        speaking.tell(SpeakingEnded(reason="nothing", heard=0))
        await actor.until(lambda: "nothing to read aloud" in actor.screen)
