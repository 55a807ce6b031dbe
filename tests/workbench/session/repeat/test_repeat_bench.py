"""Repeating: over models and seeds, several at once, counted fairly."""

import asyncio
import json
from contextlib import aclosing

import pytest

from client import GroqClient, Request
from client.testing import FakeResponse, FakeTransport, Stall, chunk, finish_chunk, settle
from workbench.session.repeat.bench import RepeatBench, RunResult
from workbench.session.repeat.checks import parse_checks
from workbench.session.repeat.plan import PlanError, RepeatPlan, parse_models, parse_seeds
from workbench.session.repeat.statistics import apart, share
from workbench.session.repeat.summary import summaries, variations
from workbench.simulator import Simulator, SimulatorSettings

TOOL = {
    "type": "function",
    "function": {
        "name": "get_weather",
        "parameters": {
            "type": "object",
            "properties": {"city": {"type": "string"}},
            "required": ["city"],
            "additionalProperties": False,
        },
    },
}
REQUEST = {
    "model": "m",
    "messages": [{"role": "user", "content": "Weather in Lisbon?"}],
    "tools": [TOOL],
    "stream": True,
}


def calling(city: str) -> FakeResponse:
    function = {"name": "get_weather", "arguments": json.dumps({"city": city})}
    call = {"id": "c", "type": "function", "function": function, "index": 0}
    return FakeResponse.stream(chunk({"tool_calls": [call]}), finish_chunk("tool_calls"))


def client(*answers: object) -> tuple[GroqClient, FakeTransport]:
    transport = FakeTransport(*answers)  # type: ignore[arg-type]
    groq = GroqClient(
        transport=transport, api_key="gsk_x", retry=None, rate_limit=None, circuit_breaker=None
    )
    return groq, transport


async def results_of(groq: GroqClient, plan: RepeatPlan) -> list[RunResult]:
    return [result async for result in RepeatBench(groq).run(plan)]


async def test_every_model_is_asked_with_every_seed_so_many_times() -> None:
    groq, transport = client(calling("Lisbon"))
    plan = RepeatPlan(request=REQUEST, models=("a", "b"), times=2, seeds=(1, 2), at_once=3)

    results = await results_of(groq, plan)

    asked = sorted((body["model"], body["seed"]) for body in map(json.loads, transport.bodies))
    assert asked == sorted([(m, s) for m in ("a", "b") for s in (1, 2)] * 2)
    assert sorted(result.run.number for result in results) == list(range(1, 9))
    assert REQUEST["model"] == "m"


async def test_no_more_are_under_way_than_allowed() -> None:
    gate = asyncio.Event()

    def answer(_: Request) -> FakeResponse:
        return FakeResponse.stream(Stall(gate), finish_chunk())

    groq, transport = client(answer)
    asking = asyncio.create_task(
        results_of(groq, RepeatPlan(request=REQUEST, models=("m",), times=9, at_once=3))
    )
    await settle()
    assert len(transport.requests) == 3
    gate.set()
    await asking
    assert len(transport.requests) == 9


async def test_leaving_stops_every_request_at_once() -> None:
    responses: list[FakeResponse] = []

    def answer(_: Request) -> FakeResponse:
        if len(responses) == 0:
            responses.append(calling("Lisbon"))
        else:
            responses.append(FakeResponse.stream(Stall(), done=False))
        return responses[-1]

    groq, transport = client(answer)
    plan = RepeatPlan(request=REQUEST, models=("m",), times=50, at_once=4)
    async with aclosing(RepeatBench(groq).run(plan)) as running:  # type: ignore[type-var]
        async for _ in running:
            break
    assert all(response.closed for response in responses)
    assert len(transport.requests) < 50


async def test_what_fails_is_counted_apart_from_what_is_wrong() -> None:
    refused = FakeResponse.json({"error": {"message": "no"}}, status=500)
    groq, _ = client(calling("Lisbon"), refused, calling("Porto"), calling("Lisbon"))
    checks = parse_checks('called get_weather {"city": "Lisbon"}\nschema')
    plan = RepeatPlan(request=REQUEST, models=("m",), times=4, at_once=1, checks=checks)

    (summary,) = summaries(await results_of(groq, plan), plan.models, checks)

    assert (summary.answered, summary.unanswered) == (3, 1)
    assert summary.problems == (("The service failed", 1),)
    assert (summary.all_checks.passed, summary.all_checks.total) == (2, 3)
    city, schema = summary.checks
    assert (city.share.passed, city.reasons) == (2, (('city is "Porto"', 1),))
    assert schema.share.passed == 3


async def test_answers_are_compared_field_by_field() -> None:
    prose = FakeResponse.stream(chunk({"content": "It is sunny."}), finish_chunk())
    groq, _ = client(calling("Lisbon"), calling("Lisboa"), calling("Lisbon"), prose)
    plan = RepeatPlan(request=REQUEST, models=("m",), times=4, at_once=1)

    found = {each.path: each for each in variations(await results_of(groq, plan))}

    city = found["$.calls[0].arguments.city"]
    assert city.values == (('"Lisbon"', 2), ('"Lisboa"', 1))
    assert city.absent == 1
    assert found["$.answer"].values == (('"It is sunny."', 1),)


async def test_answers_that_are_alike_differ_nowhere() -> None:
    groq, _ = client(calling("Lisbon"))
    plan = RepeatPlan(request=REQUEST, models=("m",), times=3)

    assert variations(await results_of(groq, plan)) == ()


async def test_a_real_service_is_asked_within_its_limits() -> None:
    async with (
        Simulator(SimulatorSettings(speed=200.0, seed=1, plan="developer")) as simulator,
        GroqClient(base_url=simulator.base_url, api_key="gsk_x") as groq,
    ):
        checks = parse_checks("called get_weather\nschema")
        plan = RepeatPlan(
            request=REQUEST,
            models=("openai/gpt-oss-20b", "openai/gpt-oss-120b"),
            times=3,
            seeds=(7, 8),
            checks=checks,
        )
        results = await results_of(groq, plan)

    assert len(results) == 12
    for summary in summaries(results, plan.models, checks):
        assert summary.answered == 6
        assert summary.all_checks.rate == 1.0
        assert summary.first_token is not None


def test_the_interval_is_wilsons() -> None:
    # E. B. Wilson's interval for 8 of 10, as any table has it
    found = share(8, 10)
    assert (round(found.low, 4), round(found.high, 4)) == (0.4902, 0.9433)
    assert (share(0, 10).low, round(share(0, 10).high, 4)) == (0.0, 0.2775)
    assert (round(share(10, 10).low, 4), share(10, 10).high) == (0.7225, 1.0)
    assert (share(0, 0).low, share(0, 0).high, share(0, 0).rate) == (0.0, 1.0, None)


def test_few_trials_tell_nothing_apart() -> None:
    assert not apart(share(3, 3), share(1, 3))
    assert apart(share(95, 100), share(50, 100))


def test_what_a_person_types_becomes_models_and_seeds() -> None:
    assert parse_models("a, b  a\nc") == ("a", "b", "c")
    assert parse_seeds("1, 3-5 3") == (1, 3, 4, 5)
    assert parse_seeds(" ") == ()
    for wrong in ("x", "3-", "1-5000", "-1"):
        with pytest.raises(PlanError):
            parse_seeds(wrong)


@pytest.mark.parametrize(
    "wrong",
    [
        {"models": ()},
        {"times": 0},
        {"at_once": 0},
        {"at_once": 99},
        {"times": 999, "seeds": (1, 2)},
    ],
)
def test_a_plan_that_cannot_be_run_says_why(wrong: dict[str, object]) -> None:
    with pytest.raises(PlanError):
        RepeatPlan(**{"request": REQUEST, "models": ("m",), **wrong})  # type: ignore[arg-type]
