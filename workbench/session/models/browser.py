"""Looking through the models: what is shown, in which order, and what was marked."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final, Protocol

from client import GroqError, Model, RateLimits
from workbench.measurement import Series
from workbench.session.choices import Choices
from workbench.session.measurements import Measurements
from workbench.session.models.capabilities import CapabilityName
from workbench.session.models.catalogue import ModelCatalogue, answers_in_text, transcribes
from workbench.session.models.filtering import Filter, Match, best, match_rows
from workbench.session.models.rows import ModelRow, rows_of
from workbench.session.models.sorting import ColumnName, Sort, sort_rows
from workbench.session.problems import Problem, problem_of
from workbench.session.status import ServiceStatus

MOST_MARKED: Final = 6
"""Models that may be marked at a time: so many columns a race has."""


class AsksModel(Protocol):
    """Whatever asks a model, such as the chat's session."""

    model: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ListState:
    """How the list came to be.

    Attributes:
        at: when the service said so, Unix seconds; ``None`` while there is no list.
        age: seconds since then.
        recalled: whether it is of an earlier run.
        asking: whether the service is being asked just now.
        problem: why the service's answer did not come; ``None`` when it did.

    """

    at: float | None = None
    age: float | None = None
    recalled: bool = False
    asking: bool = False
    problem: Problem | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class BrowserView:
    """What there is to see.

    Attributes:
        matches: the rows that are meant, in their order.
        rows: all of them, in the service's order.
        best: the id most likely meant by what is typed; ``None`` when nothing is typed.
        chat_model: the id that the next question goes to.
        transcription_model: the id that the next recording goes to.
        series: where the measured figures come from.
        note: why they are not kept, "" while they are.

    """

    matches: tuple[Match, ...]
    rows: tuple[ModelRow, ...]
    best: str | None
    filter: Filter
    sort: Sort
    marked: tuple[str, ...]
    chat_model: str
    transcription_model: str
    list_state: ListState
    series: Series
    note: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelDetails:
    """Everything about one model.

    Attributes:
        limits: as last seen in this run, ``None`` before its first answer.
        limits_age: seconds since then.
        series: where the measured figures come from.

    """

    row: ModelRow
    limits: RateLimits | None
    limits_age: float
    series: Series


class ModelBrowser:
    """What one does among the models; ``view`` says how it looks afterwards."""

    def __init__(
        self,
        catalogue: ModelCatalogue,
        measurements: Measurements,
        status: ServiceStatus,
        *,
        chat: AsksModel,
        choices: Choices,
        now: Callable[[], float],
    ) -> None:
        self.filter = Filter()
        self.sort = Sort()
        self.marked: tuple[str, ...] = ()
        self._catalogue = catalogue
        self._measurements = measurements
        self._status = status
        self._chat = chat
        self._choices = choices
        self._now = now
        self._asking = False
        self._problem: Problem | None = None
        self._rows: tuple[ModelRow, ...] = ()
        self._rows_of: tuple[tuple[Model, ...], int] = ((), 0)

    @property
    def rows(self) -> tuple[ModelRow, ...]:
        """All models, in the service's order; the same object until something else is known."""
        models, changes = self._catalogue.models, self._measurements.changes
        if self._rows_of[0] is not models or self._rows_of[1] != changes:
            self._rows_of = models, changes
            self._rows = rows_of(models, self._measurements.figures)
        return self._rows

    @property
    def view(self) -> BrowserView:
        """Everything as it is now."""
        rows = self.rows
        matches = match_rows(sort_rows(rows, self.sort), self.filter)
        meant = best(matches) if self.filter.words else None
        return BrowserView(
            matches=matches,
            rows=rows,
            best=meant.row.id if meant else None,
            filter=self.filter,
            sort=self.sort,
            marked=self.marked,
            chat_model=self._chat.model,
            transcription_model=self._choices.transcription_model,
            list_state=ListState(
                at=self._catalogue.listed_at,
                age=self._catalogue.age,
                recalled=self._catalogue.recalled,
                asking=self._asking,
                problem=self._problem,
            ),
            series=self._measurements.series,
            note=self._measurements.note,
        )

    def row(self, model: str) -> ModelRow | None:
        """The row of a model, ``None`` when it is not listed."""
        return next((row for row in self.rows if row.id == model), None)

    def details(self, model: str) -> ModelDetails | None:
        """Everything about a model, ``None`` when it is not listed."""
        row = self.row(model)
        if row is None:
            return None
        limits = self._status.rate_limits(model)
        return ModelDetails(
            row=row,
            limits=limits,
            limits_age=max(0.0, self._now() - limits.received_at) if limits else 0.0,
            series=self._measurements.series,
        )

    async def load(self) -> None:
        """Bring back what earlier runs listed and measured."""
        await self._catalogue.recall()
        await self._measurements.load()

    # -- the list ---------------------------------------------------------------------------

    @property
    def fresh(self) -> bool:
        """Whether the service said in this run which models there are."""
        return self._catalogue.listed_at is not None and not self._catalogue.recalled

    async def refresh(self) -> None:
        """Ask the service for its models. Never raises GroqError: ``view`` says what went wrong."""
        self._asking = True
        try:
            await self._catalogue.refresh()
            self._problem = None
        except GroqError as error:
            self._problem = problem_of(error, now=self._now())
        finally:
            self._asking = False

    def begin_asking(self) -> None:
        """Say already that the service will be asked."""
        self._asking = True

    # -- filter and order -------------------------------------------------------------------

    def type(self, text: str) -> None:
        """Show the models that are meant by this."""
        self.filter = replace(self.filter, text=text)

    def toggle(self, capability: CapabilityName) -> None:
        """Show only models that can do this, or also the others again."""
        self.filter = self.filter.toggled(capability)

    def show_all(self) -> None:
        """Filter nothing."""
        self.filter = Filter()

    def sort_by(self, column: ColumnName) -> None:
        """Order by a column; by the same one again, the other way round."""
        self.sort = self.sort.reversed if column == self.sort.column else Sort.by(column)

    def sort_along(self, columns: tuple[ColumnName, ...], step: int) -> None:
        """Order by the column ``step`` further among these, round the ends."""
        now = self.sort.column
        at = columns.index(now) if now in columns else 0
        self.sort = Sort.by(columns[(at + step) % len(columns)])

    # -- marks and choices ------------------------------------------------------------------

    def mark(self, row: ModelRow) -> str:
        """Mark a model or take its mark away. Gives what is wrong with that, "" when nothing is."""
        if row.id in self.marked:
            self.marked = tuple(one for one in self.marked if one != row.id)
        elif not answers_in_text(row.model):
            return "Only models that answer in text can race."
        elif len(self.marked) >= MOST_MARKED:
            return f"At most {MOST_MARKED} models race. Take a mark away first."
        else:
            self.marked = (*self.marked, row.id)
        return ""

    def unmark_all(self) -> None:
        """Take all marks away."""
        self.marked = ()

    def use_for_chat(self, row: ModelRow) -> str:
        """Send the next question to it. Gives what is wrong with that, "" when nothing is."""
        if row.model.active is False:
            return f"The service says that {row.id} is not active."
        if not answers_in_text(row.model):
            return f"{row.id} does not answer in text."
        self._chat.model = row.id
        return ""

    def use_for_transcription(self, row: ModelRow) -> str:
        """Send the next recording to it. Gives what is wrong with that, "" when nothing is."""
        if row.model.active is False:
            return f"The service says that {row.id} is not active."
        if not transcribes(row.model):
            return f"{row.id} does not turn speech into text."
        self._choices.transcription_model = row.id
        return ""
