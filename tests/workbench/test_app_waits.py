"""Waits before a request is sent, as a person sees and ends them."""

from client import RetryPolicy
from tests.stage import LIMITS, Stage, refusal
from workbench.session.chat import AnswerStopped

FULL = "Rate limit reached on tokens per minute (TPM): Limit 8000, Used 7000, Requested 2000."


def limited_once() -> Stage:
    answer = refusal(429, FULL, code="rate_limit_exceeded", headers={"retry-after": "6", **LIMITS})
    stage = Stage(answer, retry=RetryPolicy())
    stage.play(answer, stage.streamed("Here."))
    return stage


async def test_a_wait_counts_down_says_why_and_then_the_answer_comes() -> None:
    stage = limited_once()
    async with stage.open() as actor:
        await actor.ask("hi")
        await actor.until(lambda: "Asking again, 2 of 3" in actor.conversation)
        assert "Esc stops waiting" in actor.conversation
        assert len(stage.requests) == 1

        await stage.clock.advance(9)
        await actor.answered()

        assert len(stage.requests) == 2
        assert "Here." in actor.conversation
        assert "Asking again" not in actor.conversation


async def test_escape_ends_a_wait_and_nothing_more_is_sent() -> None:
    stage = limited_once()
    async with stage.open() as actor:
        await actor.ask("hi")
        await actor.until(lambda: "Asking again" in actor.conversation)

        await actor.press("escape")
        await actor.answered()
        await stage.clock.advance(60)

        assert len(stage.requests) == 1
        assert "Asking again" not in actor.conversation
        assert isinstance(stage.chat.turns[-1].outcome, AnswerStopped)
