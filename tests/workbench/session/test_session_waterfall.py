"""Where the time of a request went."""

from typing import Any

import pytest

from client import ConnectionReady, Usage
from workbench.session.stopwatch import ExchangeTimes
from workbench.session.waterfall import Lane, Painting, Waterfall, waterfall


def fresh(at: float = 100.032) -> ConnectionReady:
    return ConnectionReady(exchange=7, at=at, reused=False, name_lookup=0.002, tcp=0.01, tls=0.018)


def times(**changes: Any) -> ExchangeTimes:
    fields: dict[str, Any] = {
        "exchange": 7,
        "method": "POST",
        "path": "/openai/v1/chat/completions",
        "model": "openai/gpt-oss-20b",
        "streaming": True,
        "began": 100.0,
        "sent": 100.0,
        "connection": fresh(),
        "written": 100.033,
        "headers": 100.12,
        "status": 200,
        "first_event": 100.12,
        "first_content": 100.121,
        "last_token": 100.521,
        "last_event": 100.522,
        "end": 100.523,
        "outcome": "completed",
        "usage": Usage(queue_time=0.02, prompt_time=0.004, completion_time=0.41),
        "parsed_first": 0.0002,
        "parsing": 0.012,
    }
    return ExchangeTimes(**{**fields, **changes})


def lane(found: Waterfall, name: str) -> Lane:
    return next(one for one in found.lanes if one.name == name)


def start(found: Waterfall, name: str) -> float:
    return lane(found, name).spans[0][0]


def end(found: Waterfall, name: str) -> float:
    return lane(found, name).spans[-1][1]


def test_a_new_connection_is_name_lookup_connect_and_tls_in_their_order() -> None:
    found = waterfall(times())

    seconds = [lane(found, name).seconds for name in ("name lookup", "connect", "TLS")]
    assert seconds == pytest.approx([0.002, 0.01, 0.018])
    assert start(found, "name lookup") == pytest.approx(0.002)
    assert start(found, "connect") == end(found, "name lookup")
    assert end(found, "TLS") == end(found, "connection") == pytest.approx(0.032)
    assert lane(found, "connection").note == "new"


def test_a_kept_connection_says_reused() -> None:
    kept = ConnectionReady(exchange=7, at=100.001, reused=True)
    found = waterfall(times(connection=kept))

    assert lane(found, "connection").note == "reused"
    assert lane(found, "connection").seconds == pytest.approx(0.001)
    assert not [one for one in found.lanes if one.name == "TLS"]


def test_without_word_of_the_connection_it_is_unknown() -> None:
    found = waterfall(times(connection=None, written=None))

    assert lane(found, "connection").note == "unknown"
    assert lane(found, "send").note == "unknown"
    assert start(found, "first token") == 0.0


def test_the_measured_phases_follow_each_other_to_the_end() -> None:
    found = waterfall(times())

    assert lane(found, "send").seconds == pytest.approx(0.001)
    assert lane(found, "first token").seconds == pytest.approx(0.088)
    assert lane(found, "answer").seconds == pytest.approx(0.4)
    assert end(found, "end") == pytest.approx(0.523)
    assert found.length == pytest.approx(0.523)
    assert found.first_token == pytest.approx(0.121)


def test_reasoning_is_a_lane_of_its_own() -> None:
    found = waterfall(times(first_reasoning=100.121, first_content=100.4))

    assert end(found, "reasoning") == pytest.approx(0.4)
    assert start(found, "answer") == pytest.approx(0.4)


def test_an_answer_of_reasoning_alone_has_no_answer_lane() -> None:
    found = waterfall(times(first_reasoning=100.121, first_content=None))

    assert end(found, "reasoning") == pytest.approx(0.521)
    assert not [one for one in found.lanes if one.name == "answer"]


def test_the_service_s_word_is_apart_and_its_place_assumed() -> None:
    found = waterfall(times())

    assert [one.name for one in found.of("service")] == ["queue", "prompt", "completion"]
    assert not any(one.placed for one in found.of("service"))
    rest = lane(found, "network, rest")
    assert rest.seconds == pytest.approx(0.521 - 0.033 - 0.434)
    assert rest.spans[0][0] == pytest.approx(0.033)
    assert rest.spans[0][1] == start(found, "queue") == pytest.approx(0.033 + 0.054 / 2)
    assert rest.spans[1][1] == pytest.approx(0.521)
    assert end(found, "completion") == pytest.approx(0.521 - 0.054 / 2)


def test_a_sum_that_cannot_be_is_told_and_not_hidden() -> None:
    found = waterfall(times(usage=Usage(queue_time=0.1, prompt_time=0.0, completion_time=0.5)))

    rest = lane(found, "network, rest")
    assert rest.note == "impossible"
    assert rest.seconds == pytest.approx(-0.112)
    (warning,) = found.warnings
    assert warning == (
        "The service's times are 112.0 ms longer than the whole wait here: "
        "they cannot all be right."
    )
    assert end(found, "completion") > 0.523
    assert found.length == end(found, "completion")


def test_what_the_service_does_not_say_is_not_made_up() -> None:
    found = waterfall(times(usage=None))

    assert [one.note for one in found.of("service")] == ["not said"] * 3
    assert lane(found, "network, rest").note == "unknown"


def test_our_own_part_is_parsing_and_painting() -> None:
    found = waterfall(times(), painting=Painting(first=0.012, last=0.02))

    parsing, painting = found.of("ours")
    assert (parsing.seconds, parsing.spread) == (0.012, True)
    assert painting.spans == ((pytest.approx(0.521), pytest.approx(0.541)),)
    assert found.length == pytest.approx(0.541)
    assert waterfall(times()).of("ours")[1].note == "unknown"


def test_an_answer_in_one_piece_has_headers_and_a_body() -> None:
    whole = times(
        streaming=False,
        first_event=None,
        first_content=None,
        last_token=None,
        last_event=100.52,
        headers=100.5,
        parsing=None,
        parsed_first=None,
    )
    found = waterfall(whole)

    assert end(found, "headers") == pytest.approx(0.5)
    assert lane(found, "body").seconds == pytest.approx(0.02)
    assert lane(found, "parsing").note == "unknown"
    assert lane(found, "network, rest").seconds == pytest.approx(0.523 - 0.033 - 0.434)


def test_a_refusal_has_no_token_and_says_why() -> None:
    refused = times(
        status=429,
        first_event=None,
        first_content=None,
        last_token=None,
        last_event=None,
        usage=None,
        parsing=None,
        outcome="failed",
        problem="Rate limit reached",
        end=100.13,
    )
    found = waterfall(refused)

    assert lane(found, "first token").note == "none came"
    assert found.remarks == ("It failed: Rate limit reached",)
    assert found.length == pytest.approx(0.13)


def test_a_repeated_request_says_what_it_waited_before() -> None:
    found = waterfall(times(began=92.0, waited=7.5, attempts=2))

    assert found.remarks == (
        "Before this it waited 7.50 s, for limits or to be sent again; this is attempt 2.",
    )
    assert found.length == pytest.approx(0.523)


def test_a_running_request_reaches_to_now() -> None:
    running = times(end=None, outcome="running", usage=None, last_token=100.3, last_event=100.3)

    assert waterfall(running, now=100.4).length == pytest.approx(0.4)
