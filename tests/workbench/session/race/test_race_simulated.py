"""A race against the simulator's own process, whose models have documented speeds."""

from collections.abc import AsyncIterator

import pytest

from client import GroqClient
from workbench.adapters.simulator_process import SimulatorProcess
from workbench.session.race.race import Race
from workbench.session.race.results import SPEED, TOTAL, samples
from workbench.session.race.setup import RaceSetup
from workbench.session.race.verdict import Verdict, verdict
from workbench.session.stopwatch import Stopwatch
from workbench.session.waterfall import waterfall

# documented: 1,000, 500 and 1,000 tokens per second
FAST, SLOW, TWIN = "openai/gpt-oss-20b", "openai/gpt-oss-120b", "openai/gpt-oss-safeguard-20b"
PACE = 0.4
"""Slower than documented, so that a busy machine keeps up."""


@pytest.fixture
async def groq() -> AsyncIterator[GroqClient]:
    with SimulatorProcess([f"--speed={PACE}"]) as simulator:
        async with GroqClient(base_url=simulator.base_url, api_key="gsk_demo") as client:
            yield client


async def raced(groq: GroqClient, *models: str, rounds: int) -> Race:
    setup = RaceSetup(
        models=models,
        prompt="Write a merge sort in Python and explain it",
        rounds=rounds,
        max_completion_tokens=90,
    )
    race = Race(groq, setup)
    async for _ in race.run():
        pass
    return race


async def test_order_and_size_of_documented_speeds_come_out(groq: GroqClient) -> None:
    race = await raced(groq, SLOW, FAST, rounds=5)

    found: Verdict = verdict(race.results, SPEED, 2)
    assert [result.end for result in race.results] == ["completed"] * 10
    assert found.leader == 1
    assert found.clear
    assert 1.6 < found.comparisons[0].ratio < 2.4
    slow, fast = (spread.median for spread in found.spreads if spread is not None)
    assert slow == pytest.approx(500 * PACE, rel=0.15)
    assert fast == pytest.approx(1000 * PACE, rel=0.2)
    # the whole answer, of as many tokens, tells the same
    assert verdict(race.results, TOTAL, 2).leader == 1
    # all lanes of a round start in the same instant
    assert all(result.sent_after is not None for result in race.results)
    assert max(result.sent_after or 0.0 for result in race.results) < 0.1


async def test_the_service_s_own_figures_are_its_documented_speeds(groq: GroqClient) -> None:
    race = await raced(groq, SLOW, FAST, rounds=1)

    said = {result.model: result.latency.server_tokens_per_second for result in race.results}
    assert said[SLOW] == pytest.approx(500 * PACE, rel=0.1)
    assert said[FAST] == pytest.approx(1000 * PACE, rel=0.1)


async def test_two_models_of_the_same_speed_are_within_the_noise(groq: GroqClient) -> None:
    race = await raced(groq, FAST, TWIN, rounds=4)

    one, two = samples(race.results, SPEED, 2)
    assert len(one) == len(two) == 4
    (comparison,) = verdict(race.results, SPEED, 2).comparisons
    assert comparison.ratio < 1.1


async def test_a_lane_s_waterfall_adds_up_to_what_was_measured(groq: GroqClient) -> None:
    watch = Stopwatch(groq.now)
    groq.observe(watch)
    race = await raced(groq, SLOW, FAST, rounds=1)

    exchange = race.exchange(0)
    assert exchange is not None
    times = watch.get(exchange)
    assert times is not None
    found = waterfall(times)
    lanes = {lane.name: lane for lane in found.lanes}
    assert not found.warnings
    assert lanes["connection"].note == "reused"
    said = sum(lanes[name].seconds or 0.0 for name in ("queue", "prompt", "completion"))
    rest = lanes["network, rest"].seconds
    assert rest is not None
    assert times.last_token is not None
    assert times.written is not None
    assert said + rest == pytest.approx(times.last_token - times.written, abs=0.002)
    assert rest < 0.2
