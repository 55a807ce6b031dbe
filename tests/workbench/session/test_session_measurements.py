"""What is measured of each model."""

from collections.abc import Iterator

import pytest

from client import (
    ConnectionError,  # noqa: A004 - the client's
    GroqClient,
    Request,
    StreamInterruptedError,
    user,
)
from client.testing import FakeClock, FakeResponse, FakeTransport, finish_chunk, text_chunk
from workbench.measurement import Measurement, Series
from workbench.session.measurements import KEPT, Measurements, Median, ModelFigures
from workbench.session.service import Service

REAL = Service(name="api.groq.com", simulated=False, key_source="GROQ_API_KEY")
SIMULATED = Service(name="SIMULATED", simulated=True, key_source="none needed")
REPLAY = Service(name="REPLAY", simulated=False, replayed=True, key_source="none needed")
USAGE = {
    "queue_time": 0.01,
    "prompt_tokens": 20,
    "prompt_time": 0.004,
    "completion_tokens": 101,
    "completion_time": 0.2,
}


class MemoryStore:
    """Measurements of earlier runs."""

    def __init__(self, *earlier: Measurement) -> None:
        self.note = ""
        self.earlier = earlier
        self.added: list[tuple[Series, Measurement]] = []

    async def load(self, series: Series) -> tuple[Measurement, ...]:
        return self.earlier

    def add(self, series: Series, measurement: Measurement) -> None:
        self.added.append((series, measurement))


class Play:
    """A client whose answers take 0.1 s to begin and 0.5 s from the first token to the last."""

    def __init__(self, measurements: Measurements, *answers: FakeResponse | Exception) -> None:
        self.clock = FakeClock()
        transport = FakeTransport(*(answers or (self.answer,)))
        self.groq = GroqClient(
            transport=transport,
            clock=self.clock,
            observe=measurements,
            api_key="gsk_test",
            retry=None,
        )

    def answer(self, _: Request) -> FakeResponse:
        return FakeResponse(
            headers={"content-type": "text/event-stream"}, body=self._body(dict(USAGE))
        )

    def _body(self, usage: dict[str, object]) -> Iterator[bytes]:
        whole = FakeResponse.stream(text_chunk("a"), text_chunk("b"), finish_chunk("stop", usage))
        for wait, part in zip((0.1, 0.5, 0.0, 0.0), whole.body, strict=True):
            self.clock._now += wait
            assert isinstance(part, bytes)
            yield part

    async def ask(self, model: str = "a") -> None:
        await self.groq.chat.stream(model=model, messages=[user("Hi")]).reply()


def measurements(
    service: Service = REAL, store: MemoryStore | None = None, at: float = 100.0
) -> Measurements:
    return Measurements(service, store=store, wall_time=lambda: at)


def test_a_median_says_of_how_many_and_how_far_they_lie_apart() -> None:
    found = Median.of([0.3, None, 0.1, 0.2, 0.5, 0.4])

    assert found == Median(value=0.3, count=5, low=0.2, high=0.4)
    assert Median.of([7.0]) == Median(value=7.0, count=1, low=7.0, high=7.0)
    assert Median.of([None, None]) is None


def test_nothing_measured_is_no_figures_and_not_zeros() -> None:
    assert ModelFigures.of(()) is None
    assert measurements().figures("a") is None


async def test_a_completed_answer_is_measured_under_the_model_that_was_asked() -> None:
    kept = measurements(at=1234.0)
    heard: list[Measurement] = []
    kept.subscribe(heard.append)

    await Play(kept).ask("openai/gpt-oss-20b")

    figures = kept.figures("openai/gpt-oss-20b")
    assert figures is not None
    assert figures.time_to_first_token is not None
    assert figures.time_to_first_token.value == pytest.approx(0.1)
    assert figures.tokens_per_second is not None
    assert figures.tokens_per_second.value == pytest.approx(100 / 0.5)
    assert figures.server_tokens_per_second is not None
    assert figures.server_tokens_per_second.value == pytest.approx(101 / 0.2)
    assert figures.queue_time == Median(value=0.01, count=1, low=0.01, high=0.01)
    assert (figures.answers, figures.until) == (1, 1234.0)
    assert kept.history("openai/gpt-oss-20b") == tuple(heard)
    assert kept.models == ("openai/gpt-oss-20b",)


async def test_an_answer_that_broke_off_is_not_measured() -> None:
    kept = measurements()
    play = Play(kept, FakeResponse.stream(text_chunk("a"), ConnectionError("cut"), done=False))

    with pytest.raises(StreamInterruptedError):
        await play.ask()

    assert kept.models == ()
    assert not kept._asked


async def test_what_is_not_a_chat_leaves_no_trace() -> None:
    kept = measurements()
    play = Play(kept, FakeResponse.json({"text": "Hello."}))

    await play.groq.audio.transcribe(file=b"RIFF", filename="a.wav", model="whisper-large-v3")

    assert kept.models == ()
    assert not kept._asked


async def test_a_handful_of_tokens_says_nothing_of_the_speed() -> None:
    usage = {**USAGE, "completion_tokens": 3}
    kept = measurements()

    await Play(kept, FakeResponse.stream(text_chunk("a"), finish_chunk("stop", usage))).ask()

    figures = kept.figures("a")
    assert figures is not None
    assert figures.time_to_first_token is not None
    assert figures.tokens_per_second is None
    assert figures.server_tokens_per_second is None


async def test_what_is_measured_goes_to_the_store_under_its_own_series() -> None:
    store = MemoryStore()
    live, simulated = measurements(REAL, store), measurements(SIMULATED, store)

    await Play(live).ask("a")
    await Play(simulated).ask("a")

    assert [series for series, _ in store.added] == [
        Series(service="api.groq.com", origin="live"),
        Series(service="SIMULATED", origin="simulated"),
    ]


async def test_the_figures_of_a_replay_are_another_days_and_not_stored() -> None:
    store = MemoryStore(Measurement(model="a", at=1.0, duration=9.0))
    kept = measurements(REPLAY, store)

    await kept.load()
    await Play(kept).ask("a")

    assert store.added == []
    assert kept.series.origin == "replayed"
    assert len(kept.history("a")) == 1


async def test_what_was_measured_while_the_store_was_read_stays() -> None:
    kept = measurements(store=MemoryStore(Measurement(model="a", at=1.0, duration=2.0)))

    await Play(kept).ask("a")
    await kept.load()

    assert [one.at for one in kept.history("a")] == [1.0, 100.0]
    figures = kept.figures("a")
    assert figures is not None
    assert figures.duration is not None
    assert figures.duration.count == 2


async def test_what_the_store_has_already_of_this_run_is_not_counted_twice() -> None:
    store = MemoryStore()
    kept = measurements(store=store)

    await Play(kept).ask("a")
    store.earlier = tuple(measurement for _, measurement in store.added)
    await kept.load()

    assert len(kept.history("a")) == 1


async def test_no_more_is_kept_than_the_newest_of_each_model() -> None:
    earlier = [Measurement(model="a", at=float(number)) for number in range(KEPT + 20)]
    kept = measurements(store=MemoryStore(*earlier))

    await kept.load()

    assert [one.at for one in kept.history("a")] == [float(n) for n in range(20, KEPT + 20)]


def test_without_a_store_there_is_nothing_to_complain_of() -> None:
    assert measurements().note == ""
