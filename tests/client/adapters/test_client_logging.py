"""Events as log records, and keys out of every record."""

import io
import json
import logging
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from client import (
    ConnectionError,  # noqa: A004 - ours
    GroqClient,
    GroqError,
    LoggingObserver,
    RedactingFilter,
    user,
)
from client.events import AdmissionDelayed, AttemptStarted, CircuitChanged, RetryScheduled
from client.testing import (
    FakeClock,
    FakeResponse,
    FakeTransport,
    finish_chunk,
    reasoning_chunk,
    text_chunk,
)

MODEL = "openai/gpt-oss-20b"
KEY = "gsk_Zt9mQ4xLw82VbN7cRfKe"
USAGE = {"prompt_tokens": 7, "completion_tokens": 3, "queue_time": 0.5}
LIMITS = {
    "x-request-id": "req_1",
    "x-ratelimit-limit-tokens": "8000",
    "x-ratelimit-remaining-tokens": "7000",
}


class Records(logging.Handler):
    def __init__(self) -> None:
        super().__init__()
        self.records: list[logging.LogRecord] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.records.append(record)

    def all(self) -> list[dict[str, Any]]:
        standard = vars(logging.makeLogRecord({})).keys() | {"message"}
        return [
            {name: value for name, value in vars(record).items() if name not in standard}
            for record in self.records
        ]


@pytest.fixture
def records() -> Iterator[Records]:
    logger = logging.getLogger("groq")
    handler, level = Records(), logger.level
    logger.addHandler(handler)
    logger.setLevel(logging.DEBUG)
    yield handler
    logger.removeHandler(handler)
    logger.setLevel(level)


async def ask(observer: LoggingObserver, *answers: Any, stream: bool = True) -> None:
    async with GroqClient(
        transport=FakeTransport(*answers),
        clock=FakeClock(),
        api_key=KEY,
        retry=None,
        circuit_breaker=None,
        rate_limit=None,
        observe=observer,
    ) as groq:
        question = {"model": MODEL, "messages": [user("My secret question")]}
        try:
            if stream:
                await groq.chat.stream(**question).reply()  # type: ignore[arg-type]
            else:
                await groq.models.list()
        except GroqError:
            pass


async def test_a_reply_is_told_in_structured_records(records: Records) -> None:
    answer = FakeResponse.stream(
        reasoning_chunk("secret thought"),
        text_chunk("secret answer"),
        finish_chunk(usage=USAGE),
        headers=LIMITS,
    )
    await ask(LoggingObserver(), answer)

    sent, headers, completed = records.all()
    assert (sent["event"], sent["exchange"], sent["model"]) == ("request_sent", 1, MODEL)
    assert sent["streaming"] is True
    assert headers["event"] == "headers_received"
    assert headers["status"] == 200
    assert headers["remaining_tokens"] == 7000
    assert completed["event"] == "reply_completed"
    assert completed["prompt_tokens"] == 7
    assert completed["completion_tokens"] == 3
    assert completed["finish_reason"] == "stop"
    assert completed["chunks"] == 3
    assert completed["duration"] == completed["time_to_first_token"] == 0
    assert [record.levelname for record in records.records] == ["DEBUG", "DEBUG", "INFO"]
    assert records.records[2].getMessage() == (
        "reply_completed exchange=1 model=openai/gpt-oss-20b duration=0.000"
    )
    assert "secret" not in json.dumps(records.all())


async def test_what_was_said_is_logged_only_when_asked_for(records: Records) -> None:
    answer = FakeResponse.stream(
        reasoning_chunk("thought"), text_chunk("answer"), finish_chunk(usage=USAGE)
    )
    await ask(LoggingObserver(content=True), answer)

    sent, _, completed = records.all()
    assert "My secret question" in sent["request_body"]
    assert (completed["text"], completed["reasoning"]) == ("answer", "thought")
    assert KEY not in json.dumps(records.all())


@pytest.mark.parametrize(
    ("answer", "facts"),
    [
        (
            FakeResponse.json(
                {"error": {"message": "Too fast, org_01jx5kq8f3e9vbn2m4t6r8w0yz.", "code": "rate"}},
                status=429,
                headers={"retry-after": "2"},
            ),
            {
                "error_type": "RateLimitError",
                "error_code": "rate",
                "status": 429,
                "retry_after": 2.0,
                "retryable": True,
            },
        ),
        (
            FakeResponse.json({"error": {"message": "My secret question"}}, status=400),
            {"error_type": "BadRequestError", "status": 400, "retryable": False},
        ),
        (
            FakeResponse.stream(
                b'event: error\ndata: {"error":{"message":"secret","code":"tool_use_failed"}}\n\n'
            ),
            {"error_type": "StreamError", "error_code": "tool_use_failed", "retryable": False},
        ),
        (ConnectionError("No way."), {"error_type": "ConnectionError", "error": "No way."}),
    ],
)
async def test_an_error_is_a_warning_that_quotes_nothing(
    records: Records, answer: Any, facts: dict[str, Any]
) -> None:
    await ask(LoggingObserver(), answer)

    failed = records.all()[-1]
    assert failed["event"] == "exchange_failed"
    assert facts.items() <= failed.items()
    assert records.records[-1].levelno == logging.WARNING
    assert "secret" not in json.dumps(records.all())
    assert "org_01" not in json.dumps(records.all())


def test_waits_and_repetitions_are_told(records: Records) -> None:
    observer = LoggingObserver()
    error = ConnectionError("No way.")
    for event in (
        RetryScheduled(
            exchange=4, at=1.0, attempt=2, attempts=3, delay=0.5, reason="network", error=error
        ),
        AttemptStarted(exchange=4, at=1.5, attempt=2, waited=0.5),
        AdmissionDelayed(
            exchange=5,
            at=2.0,
            model=MODEL,
            reason="tokens per minute",
            dimension="TPM",
            seconds=6.0,
            position=1,
        ),
        CircuitChanged(
            exchange=5, at=3.0, host="host", family="chat", state="open", retry_after=5.0
        ),
    ):
        observer(event)

    retry, attempt, delayed, circuit = records.all()
    assert (retry["attempt"], retry["delay"], retry["error_type"]) == (2, 0.5, "ConnectionError")
    assert (attempt["event"], attempt["waited"]) == ("attempt_started", 0.5)
    assert (delayed["limit"], delayed["delay"], delayed["position"]) == ("TPM", 6.0, 1)
    assert (circuit["circuit"], circuit["retry_after"]) == ("open", 5.0)


async def test_a_logger_that_does_not_listen_costs_no_record(records: Records) -> None:
    logging.getLogger("groq").setLevel(logging.ERROR)

    await ask(LoggingObserver(), FakeResponse.stream(text_chunk("x"), finish_chunk()))

    assert records.records == []


async def test_a_list_is_told_and_its_exchange_forgotten_in_time(records: Records) -> None:
    observer = LoggingObserver()
    await ask(observer, FakeResponse.json({"object": "list", "data": []}), stream=False)
    (sent,) = observer._sent.values()
    for number in range(2, 2000):
        observer(replace(sent, exchange=number))

    assert records.all()[2]["event"] == "body_received"
    assert records.all()[2]["body_bytes"] == len('{"object": "list", "data": []}')
    assert len(observer._sent) == 1024


def lines_of(*secrets: str) -> tuple[logging.Logger, io.StringIO]:
    out = io.StringIO()
    handler = logging.StreamHandler(out)
    handler.setFormatter(logging.Formatter("%(message)s %(token)s", defaults={"token": ""}))
    handler.addFilter(RedactingFilter(secrets))
    logger = logging.Logger("foreign", level=logging.DEBUG)  # noqa: LOG001 - of this test alone
    logger.addHandler(handler)
    return logger, out


@pytest.mark.parametrize(
    ("message", "arguments"),
    [
        (f"key {KEY}", ()),
        ("headers %s", ({"authorization": f"Bearer {KEY}"},)),
        ("%s and %s", (1, KEY)),
        ("%(name)s", ({"name": KEY},)),
        ("%s%s", (KEY[:10], KEY[10:])),
        ("%r", ([f"x{KEY}"],)),
        ("%d broken", (KEY,)),
    ],
)
def test_a_key_in_a_foreign_record_is_masked(message: str, arguments: tuple[Any, ...]) -> None:
    logger, out = lines_of(KEY)

    logger.info(message, *arguments)

    assert "REDACTED" in out.getvalue()
    assert KEY not in out.getvalue()


def test_a_key_in_a_traceback_an_extra_field_or_the_stack_is_masked() -> None:
    logger, out = lines_of(KEY)
    kept = Records()
    logger.addHandler(kept)

    try:
        try:
            raise ValueError(f"bad {KEY}")
        except ValueError as error:
            raise RuntimeError("outer") from error
    except RuntimeError:
        logger.exception("It failed", extra={"token": KEY}, stack_info=True)

    said = out.getvalue()
    assert "ValueError: bad REDACTED" in said
    assert "RuntimeError: outer" in said
    assert KEY not in said
    assert KEY not in repr(vars(kept.records[0]))


def test_a_record_without_a_secret_stays_as_it_was() -> None:
    logger, out = lines_of(KEY)
    kept = Records()
    logger.addHandler(kept)

    logger.info("%s of %d", "three", 4)

    assert out.getvalue() == "three of 4 \n"
    assert kept.records[0].args == ("three", 4)
