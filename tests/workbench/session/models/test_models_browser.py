"""Looking through the models."""

from dataclasses import dataclass

from client import ConnectionError, GroqClient, Model  # noqa: A004 - the client's
from client.testing import FakeResponse, FakeTransport
from workbench.session.choices import Choices
from workbench.session.measurements import Measurements
from workbench.session.models.browser import MOST_MARKED, ModelBrowser
from workbench.session.models.catalogue import ModelCatalogue
from workbench.session.models.rows import ModelRow, rows_of
from workbench.session.models.sorting import Sort
from workbench.session.service import Service
from workbench.session.status import ServiceStatus

SERVICE = Service(name="api.groq.com", simulated=False, key_source="GROQ_API_KEY")
DATA = [
    *({"id": f"m{number}", "output_modalities": ["text"]} for number in range(8)),
    {"id": "whisper", "output_modalities": ["transcription"]},
    {"id": "gone", "output_modalities": ["text"], "active": False},
]


@dataclass
class Chat:
    model: str = "m1"


class Visit:
    """A browser on a service that answers like this."""

    def __init__(self, *answers: FakeResponse | Exception) -> None:
        given = answers or (FakeResponse.json({"data": DATA}),)
        groq = GroqClient(transport=FakeTransport(*given), api_key="gsk_test", retry=None)
        self.chat, self.choices = Chat(), Choices()
        self.browser = ModelBrowser(
            ModelCatalogue(groq, wall_time=lambda: 100.0),
            Measurements(SERVICE),
            ServiceStatus(),
            chat=self.chat,
            choices=self.choices,
            now=groq.now,
        )

    def row(self, name: str) -> ModelRow:
        found = [match.row for match in self.browser.view.matches if match.row.id == name]
        return found[0]

    @property
    def shown(self) -> list[str]:
        return [match.row.id for match in self.browser.view.matches]


async def test_what_is_listed_is_shown_with_its_date_and_what_is_in_use() -> None:
    visit = Visit()
    assert not visit.browser.fresh

    await visit.browser.refresh()

    view = visit.browser.view
    assert visit.browser.fresh
    assert (len(view.matches), len(view.rows)) == (10, 10)
    assert view.list_state.at == 100.0
    assert not view.list_state.asking
    assert view.list_state.problem is None
    assert (view.chat_model, view.transcription_model) == ("m1", "whisper-large-v3-turbo")


async def test_a_service_that_does_not_answer_is_told_and_costs_no_row() -> None:
    visit = Visit(FakeResponse.json({"data": DATA}), ConnectionError("down"))

    await visit.browser.refresh()
    await visit.browser.refresh()

    view = visit.browser.view
    assert len(view.matches) == 10
    assert view.list_state.problem is not None
    assert view.list_state.problem.title == "The service cannot be reached"


async def test_typing_narrows_and_names_the_one_that_is_likely_meant() -> None:
    visit = Visit()
    await visit.browser.refresh()

    visit.browser.type("m3")

    assert visit.shown == ["m3"]
    assert visit.browser.view.best == "m3"
    visit.browser.show_all()
    assert (len(visit.shown), visit.browser.view.best) == (10, None)


async def test_ordering_by_the_same_column_again_turns_it_round() -> None:
    visit = Visit()
    await visit.browser.refresh()

    visit.browser.sort_by("model")
    assert visit.shown[0] == "whisper"
    visit.browser.sort_by("speed")
    assert visit.browser.view.sort == Sort(column="speed", descending=True)


def test_the_order_goes_along_the_columns_in_view_and_round_the_ends() -> None:
    browser = Visit().browser

    browser.sort_along(("model", "can", "speed"), 1)
    browser.sort_along(("model", "can", "speed"), 1)
    assert browser.sort == Sort(column="speed", descending=True)
    browser.sort_along(("model", "can", "speed"), 1)
    assert browser.sort == Sort()
    browser.sort = Sort.by("owner")
    browser.sort_along(("model", "can"), -1)
    assert browser.sort.column == "can"


async def test_two_to_six_models_may_be_marked_that_answer_in_text() -> None:
    visit = Visit()
    await visit.browser.refresh()

    assert [visit.browser.mark(visit.row(f"m{n}")) for n in range(MOST_MARKED)] == [""] * 6
    assert "At most 6" in visit.browser.mark(visit.row("m7"))
    assert "answer in text" in visit.browser.mark(visit.row("whisper"))
    assert visit.browser.mark(visit.row("m0")) == ""
    assert visit.browser.view.marked == ("m1", "m2", "m3", "m4", "m5")
    visit.browser.unmark_all()
    assert visit.browser.marked == ()


async def test_a_model_is_taken_for_what_it_gives_and_for_nothing_else() -> None:
    visit = Visit()
    await visit.browser.refresh()

    assert visit.browser.use_for_chat(visit.row("m5")) == ""
    assert visit.browser.use_for_transcription(visit.row("whisper")) == ""
    assert (visit.chat.model, visit.choices.transcription_model) == ("m5", "whisper")

    assert "does not answer in text" in visit.browser.use_for_chat(visit.row("whisper"))
    assert "not active" in visit.browser.use_for_chat(visit.row("gone"))
    assert "speech into text" in visit.browser.use_for_transcription(visit.row("m1"))
    assert (visit.chat.model, visit.choices.transcription_model) == ("m5", "whisper")


def test_a_row_is_made_of_the_model_itself() -> None:
    model = Model(id="a")

    assert rows_of([model], lambda _: None)[0].model is model
