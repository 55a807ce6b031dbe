"""Runs a plan: several requests at once, within the rate limits, until all have ended.

The client waits for the limits of each model. Closing the generator stops every request at once.
"""

import asyncio
from collections.abc import AsyncGenerator
from dataclasses import dataclass

from client import ChatReply, GroqClient, GroqError
from workbench.session.problems import problem_of
from workbench.session.repeat.answer import Answer, answer_of
from workbench.session.repeat.plan import RepeatPlan, Run
from workbench.session.wire.sending import send_chat

_PATIENCE = 600.0
"""Seconds that one request may wait for its limits: a bench is in no hurry."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RunResult:
    """What came of one asking.

    Attributes:
        answer: ``None`` when there was none.
        verdicts: for each check "" when it passed, or else why not; empty without an answer.
        problem: why there was no answer, "" when there was one.
        time_to_first_token, duration: seconds, measured here; ``None`` unknown.
        tokens: of the completion, as the service counts them; ``None`` unknown.

    """

    run: Run
    answer: Answer | None = None
    verdicts: tuple[str, ...] = ()
    problem: str = ""
    time_to_first_token: float | None = None
    duration: float | None = None
    tokens: int | None = None

    @property
    def passed(self) -> bool:
        """Whether it was answered and every check passed."""
        return self.answer is not None and not any(self.verdicts)


class RepeatBench:
    """Asks the same again and again."""

    def __init__(self, groq: GroqClient) -> None:
        self._groq = groq

    async def run(self, plan: RepeatPlan) -> AsyncGenerator[RunResult, None]:
        """Run it, and yield each result as it comes; never raises for what a service does."""
        results: asyncio.Queue[RunResult] = asyncio.Queue()
        waiting = iter(list(plan.runs()))

        async def work() -> None:
            for run in waiting:
                results.put_nowait(await self._ask(plan, run))

        workers = [
            asyncio.create_task(work(), name=f"repeat-{number}")
            for number in range(min(plan.at_once, plan.total))
        ]
        try:
            for _ in range(plan.total):
                yield await results.get()
        finally:
            for worker in workers:
                worker.cancel()
            await asyncio.gather(*workers, return_exceptions=True)

    async def _ask(self, plan: RepeatPlan, run: Run) -> RunResult:
        body = run.body(plan.request)
        try:
            reply = await send_chat(self._groq, body, max_wait=_PATIENCE)
        except GroqError as error:
            return RunResult(run=run, problem=problem_of(error, now=self._groq.now()).title)
        return await asyncio.to_thread(_judged, plan, run, reply, body)


def _judged(plan: RepeatPlan, run: Run, reply: ChatReply, body: dict[str, object]) -> RunResult:
    """The result of a reply; in a thread, for a person's expressions may take their time."""
    answer = answer_of(reply, body)
    timing = reply.timing
    return RunResult(
        run=run,
        answer=answer,
        verdicts=tuple(check.judge(answer) for check in plan.checks),
        time_to_first_token=timing.time_to_first_token,
        duration=timing.duration,
        tokens=reply.usage.completion_tokens,
    )
