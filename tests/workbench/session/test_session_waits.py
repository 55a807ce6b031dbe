"""What the client waits for, told to whoever shows it."""

from client import (
    AdmissionDelayed,
    AttemptStarted,
    ExchangeCancelled,
    RetryScheduled,
    ServerError,
)
from workbench.session.waits import Wait, Waits

DELAYED = AdmissionDelayed(
    exchange=1,
    at=100.0,
    model="openai/gpt-oss-20b",
    reason="tokens per minute",
    dimension="TPM",
    seconds=6.0,
    position=2,
)
RETRY = RetryScheduled(
    exchange=1,
    at=100.0,
    attempt=2,
    attempts=3,
    delay=0.5,
    reason="the service is over capacity",
    error=ServerError("over capacity", status=503),
)


def listening() -> tuple[Waits, list[Wait | None]]:
    waits, told = Waits(), list[Wait | None]()
    waits.subscribe(told.append)
    return waits, told


def test_a_wait_for_a_limit_says_which_and_until_when() -> None:
    waits, told = listening()

    waits(DELAYED)

    (wait,) = told
    assert wait is not None
    assert wait.title == "Waiting for the rate limit"
    assert "tokens per minute" in wait.reason
    assert "1 before it" in wait.reason
    assert wait.until == 106.0


def test_a_retry_says_why_and_which_attempt_it_will_be() -> None:
    waits, told = listening()

    waits(RETRY)

    (wait,) = told
    assert wait is not None
    assert wait.title == "Asking again, 2 of 3"
    assert wait.reason == "The service is over capacity."
    assert wait.until == 100.5


def test_the_end_of_a_wait_is_told_once() -> None:
    waits, told = listening()
    waits(RETRY)

    waits(AttemptStarted(exchange=1, at=100.5, attempt=2, waited=0.5))
    waits(ExchangeCancelled(exchange=1, at=101.0))

    assert told[1:] == [None]


def test_other_requests_end_no_wait_that_is_not_theirs() -> None:
    waits, told = listening()
    waits(RETRY)

    waits(AttemptStarted(exchange=2, at=100.1, attempt=2, waited=0.5))

    assert len(told) == 1


def test_nobody_is_told_any_more_after_unsubscribing() -> None:
    waits, told = Waits(), list[Wait | None]()
    waits.subscribe(told.append)()

    waits(RETRY)

    assert not told
