"""Failed generations opened up: recorded ones, simulated ones, and every kind of break."""

import json
from pathlib import Path

import pytest

from client import ChatReply, GroqClient, GroqError, HttpTransport, RecordedExchange, user
from workbench.adapters.har_files import load
from workbench.session.failures.diagnosis import Diagnosis, diagnose
from workbench.session.failures.failed import FailedGeneration, failed_generation
from workbench.session.failures.finding import find_json
from workbench.session.failures.moves import moves, with_model
from workbench.session.failures.repaired import repaired_exchange
from workbench.session.wire.log import WireLog
from workbench.session.wire.sending import edited
from workbench.simulator import Simulator, SimulatorSettings

WEATHER = {
    "type": "function",
    "function": {
        "name": "get_weather",
        "parameters": {
            "type": "object",
            "properties": {"city": {"type": "string"}, "days": {"type": "integer"}},
            "required": ["city"],
            "additionalProperties": False,
        },
    },
}
SCHEMA = {"type": "object", "properties": {"n": {"type": "integer"}}, "required": ["n"]}


def call(generated: str, **request: object) -> Diagnosis:
    body = {"model": "m", "messages": [{"role": "user", "content": "x"}], "tools": [WEATHER]}
    return diagnose(
        FailedGeneration(
            code="tool_use_failed",
            said="Failed to call a function.",
            generated=generated,
            request={**body, **request},
        )
    )


def answer(generated: str, said: str = "Failed to generate JSON.", **request: object) -> Diagnosis:
    wanted = {"type": "json_schema", "json_schema": {"name": "n", "schema": SCHEMA}}
    body = {"model": "m", "messages": [], "response_format": wanted}
    return diagnose(
        FailedGeneration(
            code="json_validate_failed", said=said, generated=generated, request={**body, **request}
        )
    )


def test_the_recorded_refusal_is_opened_up(wire: Path) -> None:
    (exchange,) = load(wire / "pydantic-ai-tool-use-failed-error-0")
    failed = failed_generation(exchange)
    assert failed is not None
    diagnosis = diagnose(failed)

    assert diagnosis.cause == "schema"
    assert diagnosis.tool == "get_something_by_name"
    assert diagnosis.repaired == '{"foo": "bar"}'
    assert {(spot.path, spot.rule) for spot in diagnosis.spots} == {
        ("$.name", "required"),
        ("$.foo", "additionalProperties"),
    }
    foo = next(spot for spot in diagnosis.spots if spot.path == "$.foo")
    assert (foo.line, foo.column) == (2, 10)
    assert [move.kind for move in moves(diagnosis)] == ["tell", "cooler", "again", "model"]


def test_the_recorded_break_in_a_stream_keeps_what_was_said(wire: Path) -> None:
    (exchange,) = load(wire / "pydantic-ai-tool-use-failed-error-streaming-with-text-0")
    failed = failed_generation(exchange)
    assert failed is not None
    diagnosis = diagnose(failed)

    assert failed.in_stream
    assert failed.streamed == "maybe"
    assert failed.reasoning.startswith("The user says:")
    assert diagnosis.cause == "no call"
    assert diagnosis.title.endswith("answered in words: maybe")
    assert [move.kind for move in moves(diagnosis)] == ["free", "tell", "cooler", "again", "model"]


def test_no_other_recording_is_taken_for_a_failed_generation(wire: Path) -> None:
    found = [exchange for exchange in load(wire) if failed_generation(exchange) is not None]

    assert len(found) == 2


@pytest.mark.parametrize(
    "generated",
    [
        '<function=get_weather>{"city": "Lisbon"}</function>',
        '<function=get_weather{"city": "Lisbon"}</function>',
        '<|python_tag|>{"name": "get_weather", "parameters": {"city": "Lisbon"}}',
        '```json\n{"name": "get_weather", "arguments": {"city": "Lisbon"}}\n```',
        'get_weather({"city": "Lisbon"})',
        "[{'name': 'get_weather', 'arguments': {'city': 'Lisbon'}}]",
        'I will call it: {"function": {"name": "get_weather", "arguments": {"city": "Lisbon"}}}',
        '{"name": "get_weather", "arguments": "{\\"city\\": \\"Lisbon\\"}"}',
        '{"name": "get_weather", "arguments": {"city": "Lisbon"',
    ],
)
def test_a_call_is_found_and_repaired_in_whatever_dress(generated: str) -> None:
    diagnosis = call(generated)

    assert (diagnosis.tool, diagnosis.repaired) == ("get_weather", '{"city": "Lisbon"}')
    assert diagnosis.fits
    first = moves(diagnosis)[0]
    assert first.kind == "continue"
    recorded = RecordedExchange(
        method="POST", url="https://x/openai/v1/chat/completions", started_at=1.0, status=400
    )
    repaired = repaired_exchange(diagnosis, recorded)
    reply = ChatReply.model_validate_json(repaired.body)
    assert [(made.name, made.arguments) for made in reply.tool_calls] == [
        ("get_weather", '{"city": "Lisbon"}')
    ]


def test_a_wrong_type_is_found_at_its_line_and_column() -> None:
    diagnosis = call('{"name": "get_weather",\n "arguments": {"city": "Lisbon", "days": "3"}}')

    (spot,) = diagnosis.spots
    assert (spot.path, spot.rule, spot.line, spot.column) == ("$.days", "type", 2, 42)
    assert not diagnosis.fits
    told = moves(diagnosis)[0]
    assert told.kind == "tell"
    assert "$.days" in str(told.body)


def test_an_unknown_tool_is_named_with_its_like() -> None:
    diagnosis = call('{"name": "get_wether", "arguments": {}}')

    assert diagnosis.cause == "unknown tool"
    assert "Was 'get_weather' meant?" in diagnosis.title
    assert diagnosis.spots[-1].column == 11


def test_a_cut_answer_asks_for_more_tokens() -> None:
    diagnosis = answer('{"n": 1, "more": "unfinis', max_completion_tokens=50)

    assert diagnosis.cause == "cut off"
    longer = next(move for move in moves(diagnosis) if move.kind == "longer")
    assert longer.body is not None
    assert longer.body["max_completion_tokens"] == 100


def test_tokens_that_ran_out_are_told_without_a_text() -> None:
    diagnosis = answer("max completion tokens reached before generating a valid document")

    assert diagnosis.cause == "cut off"
    assert diagnosis.repaired is None


def test_a_repaired_answer_is_taken_when_it_fits() -> None:
    fits, wrong = answer("{'n': 1,}"), answer("{'n': 'one'}")

    assert moves(fits)[0].kind == "take"
    assert fits.repaired == '{"n": 1}'
    assert "take" not in [move.kind for move in moves(wrong)]
    assert {spot.rule for spot in wrong.spots} == {"JSON", "type"}


def test_nothing_to_see_is_said() -> None:
    assert answer("").cause == "nothing"
    assert "does not say" in answer("").title
    assert [move.kind for move in moves(answer(""))] == ["cooler", "again", "model"]


def test_the_temperature_goes_down_and_the_request_stays_as_it_was() -> None:
    diagnosis = call("{", temperature=0.1)
    cooler = next(move for move in moves(diagnosis) if move.kind == "cooler")

    assert cooler.body is not None
    assert cooler.body["temperature"] == 0
    assert diagnosis.failed.request["temperature"] == 0.1
    frozen = call("{", temperature=0)
    assert "cooler" not in [move.kind for move in moves(frozen)]
    assert with_model(cooler.body, "other")["model"] == "other"


def test_every_move_is_a_request_that_can_be_sent() -> None:
    for diagnosis in (call("{'name': 'get_weather', 'arguments': [1]}"), answer("{'n': 1}")):
        for move in moves(diagnosis):
            if move.body is not None:
                assert edited(json.dumps(move.body))


def test_prose_alone_holds_no_json() -> None:
    assert find_json("I would rather not.").start is None


async def test_a_service_that_breaks_a_stream_is_understood() -> None:
    settings = SimulatorSettings(
        speed=200.0, seed=1, plan="developer", fault="error-event=tool_use_failed"
    )
    log = WireLog()
    async with Simulator(settings) as simulator:
        transport = log.tap(HttpTransport.to(simulator.base_url))
        async with GroqClient(
            base_url=simulator.base_url, api_key="gsk_x", transport=transport
        ) as groq:
            log.follow(groq)
            stream = groq.chat.stream(
                model="openai/gpt-oss-20b", messages=[user("Weather in Lisbon?")], tools=[WEATHER]
            )
            with pytest.raises(GroqError):
                await stream.reply()
    failed = failed_generation(log.exchanges[0].last)

    assert failed is not None
    assert failed.in_stream
    assert diagnose(failed).title
    assert "cooler" in [move.kind for move in moves(diagnose(failed))]
