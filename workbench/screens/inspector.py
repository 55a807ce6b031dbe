"""The inspector: the only place where what its session tells changes its widgets."""

from collections.abc import Sequence
from dataclasses import replace
from typing import ClassVar

from textual import events, on
from textual.binding import BindingType
from textual.worker import Worker, WorkerState

from workbench.commands.command import Command, bindings
from workbench.commands.everywhere import EVERYWHERE
from workbench.commands.failures import FAILURES
from workbench.commands.inspector import EVERY_STEP, INSPECTOR, ON_THE_TIMELINE
from workbench.commands.repeat import REPEAT
from workbench.commands.tools import TOOLS
from workbench.commands.wire import WIRE
from workbench.neutralise import neutralise_line
from workbench.panes.inspector.settings import SettingsPane
from workbench.panes.inspector.timeline import Timeline
from workbench.panes.inspector.updates import BranchUpdated, StepRefused
from workbench.panes.inspector.view import ViewPlace
from workbench.places import PlaceName
from workbench.ports import PromptHistory
from workbench.screens.help import Section
from workbench.screens.inspecting.desk import REPLY, TOOL, InspectorDesk, next_point
from workbench.screens.inspecting.steps import Steps
from workbench.screens.workspace import Surroundings
from workbench.session.inspector.calls import StepRefusedError
from workbench.session.inspector.session import InspectorSession
from workbench.session.inspector.timeline import Point
from workbench.widgets.prompt import Prompt


class InspectorScreen(InspectorDesk):
    """Tool calls, step by step; nothing runs and nothing is sent unasked."""

    PLACE: ClassVar[PlaceName] = "inspector"
    OFFERS: ClassVar[tuple[Command, ...]] = (
        *INSPECTOR,
        *TOOLS,
        *WIRE,
        *FAILURES,
        *REPEAT,
        *EVERYWHERE,
    )
    CSS_PATH: ClassVar = ["../inspector.tcss", "../wire.tcss"]
    BINDINGS: ClassVar[list[BindingType]] = list(bindings(INSPECTOR))

    def __init__(
        self,
        surroundings: Surroundings,
        *,
        session: InspectorSession,
        steps: Steps,
        history: PromptHistory,
        views: Sequence[ViewPlace],
    ) -> None:
        super().__init__(surroundings, session=session, history=history, views=views)
        self._steps = steps

    @property
    def help_sections(self) -> Sequence[Section]:
        """The keys of the timeline."""
        return (("On the timeline", ON_THE_TIMELINE),)

    @on(Timeline.Pointed)
    def _pointed(self, event: Timeline.Pointed) -> None:
        event.stop()
        self.following = event.point == next_point(self.session.branches.current)
        self.show_branch(event.point)

    @on(Timeline.Opened)
    def _opened(self, event: Timeline.Opened) -> None:
        event.stop()
        self.point = event.point
        if event.point.kind == "call" and self.session.phase == "calls":
            self._approve_next()
        else:
            self.take_page()

    # -- what the session tells -------------------------------------------------------------

    @on(BranchUpdated)
    def _branch_updated(self, event: BranchUpdated) -> None:
        event.stop()
        if event.branch.number == self.session.branches.current.number:
            self.show_branch()

    @on(StepRefused)
    def _refused(self, event: StepRefused) -> None:
        event.stop()
        self.say(neutralise_line(event.reason), problem=True)
        self.show_branch()

    @on(Worker.StateChanged)
    def _worker_changed(self, event: Worker.StateChanged) -> None:
        if event.worker.group in (REPLY, TOOL) and not event.worker.is_running:
            self.show_branch()
            if event.worker.group == REPLY and event.state is WorkerState.SUCCESS:
                self._look_at_calls()

    def _look_at_calls(self) -> None:
        """Calls wait: let the keys go where they are, unless something is being typed."""
        if self.session.phase == "calls" and not self.prompt.text and not self.place.wide:
            self.timeline.take_focus()

    # -- asking -----------------------------------------------------------------------------

    @on(Prompt.Submitted)
    def _submitted(self, event: Prompt.Submitted) -> None:
        event.stop()
        self._use_chosen_model()
        try:
            updates = self.session.ask(event.text)
        except StepRefusedError as error:
            self.prompt.load_text(event.text)
            self.say(str(error), problem=True)
        else:
            self.follow(updates)

    @on(Prompt.Refused)
    def _not_ready(self, event: Prompt.Refused) -> None:
        event.stop()
        arriving = self.session.phase == "arriving"
        self.say(
            "Still answering: Esc stops it. Your draft stays."
            if arriving
            else "Calls wait for you: run, answer or deny each of them first. Your draft stays."
        )

    def _use_chosen_model(self) -> None:
        self.session.settings = replace(self.session.settings, model=self.surroundings.model())

    def action_go_on_step(self) -> None:
        """Do what comes next: look at a waiting call, or send the results."""
        match self.session.phase:
            case "calls":
                self._approve_next()
            case "results" | "limit":
                self.send_results()
            case "arriving":
                self.say("The reply is still arriving: Esc stops it.")
            case "failed":
                self.action_ask_again()
            case _:
                self.prompt.focus()

    def _approve_next(self) -> None:
        """Show the call that is looked at if it waits, else the first one that does."""
        last = self.session.branches.current.last
        waiting = [
            Point(round=last.number, kind="call", call=index)
            for index, call in enumerate(last.calls if last else ())
            if call.state in ("pending", "unusable") and last is not None
        ]
        looked_at = self.point
        same = [at for at in waiting if looked_at and at.call == looked_at.call]
        if waiting:
            self._steps.approve(self, (same or waiting)[0])
        else:
            self.say("A tool is still running: Esc ends it.")

    def send_results(self) -> None:
        """Send what the calls gave."""
        self._use_chosen_model()
        try:
            self.follow(self.session.send_results())
        except StepRefusedError as error:
            self.say(str(error), problem=True)

    def action_ask_again(self) -> None:
        """Send the last request once more."""
        self._use_chosen_model()
        try:
            self.follow(self.session.ask_again())
        except StepRefusedError as error:
            self.say(str(error), problem=True)

    def action_stop(self) -> None:
        """Stop the reply, then a tool; without either, go back to the prompt."""
        for group in (REPLY, TOOL):
            running = [w for w in self.workers if w.group == group and w.is_running]
            if running:
                self.workers.cancel_group(self, group)
                return
        if self.query_one(SettingsPane).display:
            self.action_toggle_settings()
        elif self.place.wide:
            self.call_next(self.open_view, "step")
        else:
            self.prompt.focus()

    def action_begin(self) -> None:
        """Begin a new conversation; the others stay."""
        self.session.branches.begin()
        self.following = True
        self.show_branch()
        self.prompt.focus()

    def action_branch_on(self, step: int) -> None:
        """Look at another branch."""
        if len(self.session.branches.all) == 1:
            self.say("There is one branch: f makes another, from any step.")
            return
        self.session.branches.look_on(step)
        self.following = True
        self.show_branch()

    # -- calls ------------------------------------------------------------------------------

    def action_approve(self) -> None:
        """Look at all of a call, then run it or not."""
        if self.session.phase == "calls":
            self._approve_next()
        else:
            self.say("No call waits here.")

    def action_deny(self) -> None:
        """Do not run a call."""
        self._steps.deny(self, self.point)

    def action_deny_because(self) -> None:
        """Do not run a call, and tell the model why."""
        self._steps.deny_because(self, self.point)

    def action_edit(self) -> None:
        """Edit the arguments of a call, or its result."""
        self._steps.edit(self, self.point)

    def action_puppet(self) -> None:
        """Type a result in the tool's place."""
        self._steps.puppet(self, self.point)

    def action_fork(self) -> None:
        """Go on from here on a branch of its own."""
        self._steps.fork(self, self.point)

    def action_copy_step(self) -> None:
        """Copy what is selected."""
        self.copy(*self._steps.text_of(self.selection))

    def action_load(self) -> None:
        """Open recorded exchanges."""
        self._steps.load(self)

    # -- settings ---------------------------------------------------------------------------

    def action_choose_model(self) -> None:
        """Choose the model of the next request."""
        self._steps.choose_model(self)

    def action_toggle_settings(self) -> None:
        """Open the side panel, or close it."""
        panel = self.query_one(SettingsPane)
        panel.display = not panel.display
        self.query_one("#inspector-right").display = not panel.display
        if panel.display:
            panel.take_focus()
        else:
            self.prompt.focus()

    @on(SettingsPane.Changed)
    def _settings_changed(self, event: SettingsPane.Changed) -> None:
        event.stop()
        self.session.settings = event.settings
        self.show_settings()

    # -- keys -------------------------------------------------------------------------------

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Letters of the timeline mean nothing while another view has all the room."""
        if self.place.wide and any(name.partition("(")[0] == action for name in EVERY_STEP):
            return False
        return super().check_action(action, parameters)

    def on_descendant_focus(self, event: events.DescendantFocus) -> None:
        """Offer the keys that work where one is now."""
        event.stop()
        self.offer_keys()

    def offer_keys(self) -> None:
        """Show the keys that work now."""
        if not self.is_mounted:
            return
        session, branch = self.session, self.session.branches.current
        offered = {"view_on(1)", *self.place.offers}
        if self.place.wide:
            self.offer(offered)
            return
        if self.query_one(SettingsPane).display:
            self.offer({"toggle_settings"})
            return
        busy = [w for w in self.workers if w.group in (REPLY, TOOL) and w.is_running]
        if busy:
            offered.add("stop")
        typing = self.prompt.has_focus
        if typing and not busy:
            offered |= {"send", "toggle_settings", "choose_model"}
        if session.phase in ("calls", "results", "failed"):
            offered.add("go_on_step")
        if not typing:
            offered |= self._steps.offered(session, self.point)
            offered.add("load")
            if branch.rounds:
                offered |= {"copy_step", "begin"}
            if len(session.branches.all) > 1:
                offered.add("branch_on(1)")
        self.offer(offered)

    def action_send(self) -> None:
        """Send what is typed."""
        self.prompt.submit()
