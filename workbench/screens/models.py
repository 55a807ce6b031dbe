"""The models: the only place where what is known of them changes widgets."""

from collections.abc import Callable, Sequence
from typing import ClassVar, Final

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType

from workbench.commands.command import Command, bindings
from workbench.commands.models import LEGEND, MODELS, OFFERS, TABLE
from workbench.messages import LimitsUpdated, ModelsChanged
from workbench.panes.models import ModelsPane
from workbench.places import PlaceName
from workbench.screens.help import Section
from workbench.screens.workspace import Surroundings, Workspace
from workbench.session.measurements import Measurements
from workbench.session.models import ModelCatalogue
from workbench.session.models.browser import ModelBrowser
from workbench.session.models.capabilities import CapabilityName
from workbench.session.models.catalogue import answers_in_text, transcribes
from workbench.session.models.rows import ModelRow
from workbench.visits import WorkspaceWanted
from workbench.widgets.models.filters import CapabilityBar
from workbench.widgets.models.table import ModelTable

_REFRESH: Final = "refresh"
_TALL: Final = 32
"""Lines from which the details have room below the table unasked."""


class ModelsScreen(Workspace):
    """All models: what they can do, what they cost, how fast they were here."""

    PLACE: ClassVar[PlaceName] = "models"
    OFFERS: ClassVar[tuple[Command, ...]] = OFFERS
    CSS_PATH: ClassVar = ["../models.tcss"]
    BINDINGS: ClassVar[list[BindingType]] = list(bindings(MODELS))

    def __init__(
        self,
        surroundings: Surroundings,
        *,
        browser: ModelBrowser,
        catalogue: ModelCatalogue,
        measurements: Measurements,
    ) -> None:
        super().__init__(surroundings)
        self.browser = browser
        self._catalogue = catalogue
        self._measurements = measurements
        self._leave: list[Callable[[], None]] = []

    def compose_body(self) -> ComposeResult:
        """The table and what belongs to it."""
        yield ModelsPane(id="models-pane")

    @property
    def help_sections(self) -> Sequence[Section]:
        """The keys and the signs of the table."""
        return (("In the table", TABLE), ("Signs", LEGEND))

    @property
    def row(self) -> ModelRow | None:
        """The row under the cursor."""
        model = self._pane.table.model
        return self.browser.row(model) if model is not None else None

    @property
    def _pane(self) -> ModelsPane:
        return self.query_one(ModelsPane)

    def on_mount(self) -> None:
        """Begin with what is known, and ask for what is not."""
        self._pane.details_open = self.app.size.height >= _TALL
        self._leave = [
            self._catalogue.subscribe(self._hear),
            self._measurements.subscribe(lambda _: self._hear()),
        ]
        self._pane.take_focus()
        self._refresh(only_if_stale=True)

    def on_unmount(self) -> None:
        """Listen no more."""
        for leave in self._leave:
            leave()

    def on_screen_resume(self) -> None:
        """Show what was measured and chosen elsewhere."""
        self._show()

    def on_descendant_focus(self) -> None:
        """Offer other keys while a filter is typed."""
        self._offer_keys()

    def on_descendant_blur(self) -> None:
        """And these again."""
        self._offer_keys()

    def _hear(self) -> None:
        self.post_message(ModelsChanged())

    @property
    def race_models(self) -> tuple[str, ...]:
        """The marked models."""
        return self.browser.marked

    def _show(self) -> None:
        self._pane.show(self.browser.view)
        self.status_bar.show_latency(self.surroundings.latency())
        self._show_details()
        self._offer_keys()

    def _offer_keys(self) -> None:
        """Offer what can be done: with the filter while it is typed, else with a model."""
        if self._pane.typing:
            self.offer({"leave_filter", "show_all", "toggle_details"})
            return
        row = self.row
        offered = {"filter", "order(1)", "turn_round", "refresh_list", "toggle_details"}
        if row is not None and answers_in_text(row.model):
            offered |= {"use_for_chat", "mark"}
        if row is not None and transcribes(row.model):
            offered |= {"use_for_transcription"}
        if not self.browser.filter.empty:
            offered |= {"show_all"}
        if len(self.browser.marked) > 1:
            offered |= {"race"}
        self.offer(offered)

    def _show_details(self) -> None:
        if self._pane.details_open:
            model = self._pane.table.model
            self._pane.show_details(self.browser.details(model) if model else None)

    def _refresh(self, *, only_if_stale: bool = False) -> None:
        if not (only_if_stale and self.browser.fresh):
            self.browser.begin_asking()
        self.run_worker(self._load(only_if_stale), name=_REFRESH, group=_REFRESH, exclusive=True)

    async def _load(self, only_if_stale: bool) -> None:
        await self.browser.load()
        self.post_message(ModelsChanged())
        if not (only_if_stale and self.browser.fresh):
            await self.browser.refresh()
            self.post_message(ModelsChanged())

    # -- what happened ----------------------------------------------------------------------

    @on(ModelsChanged)
    def _models_changed(self, event: ModelsChanged) -> None:
        event.stop()
        if self.is_current:
            self._show()

    @on(LimitsUpdated)
    def _details_limits_updated(self, event: LimitsUpdated) -> None:
        if self.is_current and event.model == self._pane.table.model:
            self._show_details()

    @on(ModelTable.Pointed)
    def _pointed(self, event: ModelTable.Pointed) -> None:
        event.stop()
        self._show_details()
        self._offer_keys()

    @on(ModelTable.Chosen)
    def _chosen(self, event: ModelTable.Chosen) -> None:
        event.stop()
        self.action_use_for_chat()

    @on(ModelTable.SortWanted)
    def _sort_wanted(self, event: ModelTable.SortWanted) -> None:
        event.stop()
        self.browser.sort_by(event.column)
        self._show()

    @on(ModelTable.SortMoved)
    def _sort_moved(self, event: ModelTable.SortMoved) -> None:
        event.stop()
        self.browser.sort_along(event.columns, event.step)
        self._show()

    @on(CapabilityBar.Toggled)
    def _capability_toggled(self, event: CapabilityBar.Toggled) -> None:
        event.stop()
        self.action_only(event.capability)

    @on(ModelsPane.Typed)
    def _typed(self, event: ModelsPane.Typed) -> None:
        event.stop()
        self.browser.type(event.text)
        self._show()

    # -- commands ---------------------------------------------------------------------------

    def action_use_for_chat(self) -> None:
        """Send the next question to the model under the cursor, and go to the chat."""
        row = self.row
        if row is None:
            return
        if problem := self.browser.use_for_chat(row):
            self.say(problem, problem=True)
            return
        self.show_model()
        self._show()
        self.post_message(WorkspaceWanted("chat"))

    def action_use_for_transcription(self) -> None:
        """Send the next recording to the model under the cursor."""
        row = self.row
        if row is None:
            return
        if problem := self.browser.use_for_transcription(row):
            self.say(problem, problem=True)
            return
        self._show()
        self.say(f"{row.id} transcribes from now on.")

    def action_mark(self) -> None:
        """Mark the model under the cursor, or take its mark away."""
        row = self.row
        if row is None:
            return
        if problem := self.browser.mark(row):
            self.say(problem, problem=True)
        self._show()

    def action_unmark_all(self) -> None:
        """Take all marks away."""
        self.browser.unmark_all()
        self._show()

    def action_copy_id(self) -> None:
        """Copy the id of the model under the cursor."""
        self.copy(self._pane.table.model or "", "the model's id")

    def action_filter(self) -> None:
        """Let the person type what to filter by."""
        self._pane.take_words()

    def action_leave_filter(self) -> None:
        """Go to the table; the filter stays."""
        self._pane.take_focus()

    def action_only(self, capability: CapabilityName) -> None:
        """Show only models that can do this, or the others too again."""
        self.browser.toggle(capability)
        self._show()

    def action_show_all(self) -> None:
        """Filter nothing."""
        self.browser.show_all()
        self._pane.take_focus()
        self._show()

    def action_order(self, step: int) -> None:
        """Order by a column further on."""
        self._pane.table.action_sort(step)

    def action_turn_round(self) -> None:
        """Turn the order round."""
        self.browser.sort_by(self.browser.sort.column)
        self._show()

    def action_refresh_list(self) -> None:
        """Ask the service for its models."""
        self._refresh()
        self._show()

    def action_toggle_details(self) -> None:
        """Open the details, or close them."""
        self._pane.details_open = not self._pane.details_open
        self._show_details()
        if not self._pane.details_open:
            self._pane.take_focus()
