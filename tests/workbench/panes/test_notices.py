"""What a person reads of a failure and of an answer's end."""

import pytest

from client import AssistantMessage
from workbench.panes.notices import footer, notice, wait_of
from workbench.session.chat import AnswerCompleted, AnswerFailed, AnswerStopped
from workbench.session.latency import Latency
from workbench.session.problems import Problem

MEASURED = Latency(
    time_to_first_token=0.08, duration=1.24, tokens_per_second=1012.3, completion_tokens=1034
)
NOTHING = AssistantMessage()


def test_a_wait_is_counted_down_and_then_over() -> None:
    problem = Problem(title="Rate limit reached", explanation="Slow down.", retry_at=106.0)
    title, body = notice(problem, 100.5)
    assert title == "Rate limit reached · try again in 6s"
    assert "Ctrl+R asks again in 6s" in body
    title, body = notice(problem, 106.0)
    assert title == "Rate limit reached"
    assert "Ctrl+R asks again now" in body
    assert wait_of(problem, 200.0) == 0


def test_a_notice_says_what_happened_what_was_kept_and_which_key_to_press() -> None:
    problem = Problem(
        title="This model is not available",
        explanation="The model `x` does not exist.",
        kept="Your question is kept.",
        advice="Choose another model.",
        other_model=True,
        request_id="req_1",
    )
    _, body = notice(problem, 0.0)
    assert body.splitlines() == [
        "The model `x` does not exist.",
        "Your question is kept. Choose another model.",
        "Ctrl+O chooses another model · Ctrl+R asks again",
        "Request req_1",
    ]


@pytest.mark.parametrize(
    ("reason", "said"),
    [
        ("stop", "1,034 tokens · 1.24 s · 1,012 tok/s"),
        ("length", "1,034 tokens · 1.24 s · 1,012 tok/s · cut off: the maximum of tokens"),
        (None, "1,034 tokens · 1.24 s · 1,012 tok/s"),
    ],
)
def test_the_line_under_an_answer(reason: str | None, said: str) -> None:
    completed = AnswerCompleted(turn=1, message=NOTHING, finish_reason=reason, latency=MEASURED)
    assert footer(completed).startswith(said)


def test_what_is_unknown_is_not_said() -> None:
    assert footer(AnswerStopped(turn=1, message=NOTHING, latency=Latency())) == ""
    problem = Problem(title="x", explanation="y")
    failed = AnswerFailed(turn=1, message=NOTHING, problem=problem, latency=Latency())
    assert footer(failed) == "Incomplete"
