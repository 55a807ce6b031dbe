"""What the inspector's screen is made of: the timeline, the views, and what is looked at."""

from collections.abc import AsyncGenerator, Callable, Sequence
from dataclasses import asdict
from typing import Final

from textual import on
from textual.app import ComposeResult
from textual.containers import VerticalGroup

from workbench.neutralise import neutralise_line
from workbench.panes.inspector.settings import SettingsPane
from workbench.panes.inspector.timeline import Timeline
from workbench.panes.inspector.updates import BranchUpdated, Latest, StepRefused
from workbench.panes.inspector.view import InspectorView, ViewPlace
from workbench.panes.wire.pane import RepeatWanted, TimelineWanted
from workbench.ports import PromptHistory
from workbench.screens.workspace import Surroundings, Workspace
from workbench.session.chat import ChatParameters
from workbench.session.inspector.calls import Approval, StepRefusedError
from workbench.session.inspector.recorded import NothingRecordedError, branches_of, tools_of
from workbench.session.inspector.selection import Selection
from workbench.session.inspector.session import InspectorSession
from workbench.session.inspector.timeline import Branch, Point
from workbench.session.ongoing import Sign
from workbench.session.tools.tool import ToolSource
from workbench.widgets.ground import GroundContainer, GroundHorizontal, GroundVertical
from workbench.widgets.prompt import Prompt
from workbench.widgets.title_bar import TitleBar
from workbench.widgets.view_tabs import ViewTabs

REPLY: Final = "reply"
TOOL: Final = "tool"
"""The workers' groups."""


class InspectorDesk(Workspace):
    """A timeline on the left, a view of what is selected there on the right, the prompt below.

    Args:
        views: in the order of their tabs; each is made when it is first looked at.

    """

    def __init__(
        self,
        surroundings: Surroundings,
        *,
        session: InspectorSession,
        history: PromptHistory,
        views: Sequence[ViewPlace],
    ) -> None:
        super().__init__(surroundings)
        self.session = session
        self._history = history
        self._places = tuple(views)
        self._made: dict[str, InspectorView] = {}
        self.place = self._places[0]
        self.point: Point | None = None
        self.following = True
        self._leave_tools: Callable[[], None] | None = None

    def compose_body(self) -> ComposeResult:
        """The timeline beside the views, the prompt below."""
        with GroundVertical(id="inspector"):
            with GroundHorizontal(id="inspector-columns"):
                yield Timeline(id="timeline")
                with GroundVertical(id="inspector-right"):
                    yield ViewTabs([place.title for place in self._places], id="view-tabs")
                    yield GroundContainer(id="views")
                yield SettingsPane(self.session.settings, id="inspector-settings")
            with VerticalGroup(id="prompt-box"):
                yield Prompt(self._history, id="prompt")

    def on_mount(self) -> None:
        """Begin with the prompt and the first view."""
        self.query_one(SettingsPane).display = False
        self.call_next(self.open_view, self.place.name, focus=False)
        self.prompt.focus()
        self.show_branch()
        self._leave_tools = self.session.toolbox.subscribe(self.show_settings)
        self.show_settings()

    def on_unmount(self) -> None:
        """Hear of the toolbox no more."""
        if self._leave_tools is not None:
            self._leave_tools()

    def on_screen_resume(self) -> None:
        """Show what came while another workspace was in view."""
        if (view := self._made.get(self.place.name)) is not None:
            view.show(self.selection)

    @property
    def prompt(self) -> Prompt:
        """Where one asks."""
        return self.query_one(Prompt)

    @property
    def timeline(self) -> Timeline:
        """The steps."""
        return self.query_one(Timeline)

    @property
    def selection(self) -> Selection:
        """What is looked at."""
        branch = self.session.branches.current
        return Selection(branch=branch, point=self.point if branch.rounds else None)

    # -- views ------------------------------------------------------------------------------

    async def open_view(self, name: str, *, focus: bool = True) -> InspectorView:
        """Bring a view into sight, and make it first if it was never there."""
        self.place = next(place for place in self._places if place.name == name)
        view = self._made.get(name)
        if view is None:
            view = self._made[name] = self.place.make()
            await self.query_one("#views").mount(view)
        for other in self._made.values():
            other.display = other is view
        for part in ("#timeline", "#prompt-box"):
            self.query_one(part).display = not self.place.wide
        self.query_one(ViewTabs).current = self._places.index(self.place)
        view.show(self.selection)
        if focus and name == "step":
            # letters are commands on the timeline: only where a call waits are they wanted there
            waits = self.session.phase == "calls" and not self.prompt.text
            self.timeline.take_focus() if waits else self.prompt.focus()
        elif focus:
            view.call_after_refresh(view.take_focus)
        self.offer_keys()
        return view

    def take_page(self) -> None:
        """Let the arrows scroll what is selected."""
        self._made[self.place.name].take_focus()

    async def action_in_view(self, name: str, action: str) -> None:
        """Do something that a view does, in its sight."""
        view = await self.open_view(name)
        await view.doer.run_action(action)

    async def action_view_on(self, step: int) -> None:
        """Go to the next view, or the previous one, round the ends."""
        index = (self._places.index(self.place) + step) % len(self._places)
        await self.open_view(self._places[index].name)

    @on(ViewTabs.Chosen)
    async def _tab_chosen(self, event: ViewTabs.Chosen) -> None:
        event.stop()
        await self.open_view(self._places[event.index].name)

    @on(RepeatWanted)
    async def _repeat_wanted(self, event: RepeatWanted) -> None:
        event.stop()
        view = await self.open_view("repeat")
        view.take(event.exchange)

    @on(TimelineWanted)
    async def _timeline_wanted(self, event: TimelineWanted) -> None:
        event.stop()
        try:
            recorded = branches_of([event.exchange], name=event.name)
        except NothingRecordedError as error:
            self.say(neutralise_line(str(error)), problem=True)
            return
        box = self.session.toolbox
        self.session.branches.load(recorded)
        unknown = [tool for tool in tools_of(recorded) if box.get(tool.name) is None]
        box.put(ToolSource(kind="recording", name=event.name), unknown)
        await self.open_view("step", focus=False)
        self.timeline.take_focus()
        self.show_branch()

    # -- what is looked at ------------------------------------------------------------------

    def show_branch(self, at: Point | None = None) -> None:
        """Show the branch as it is now; ``at`` a place, or where it goes on."""
        session, branch = self.session, self.session.branches.current
        if at is not None:
            self.point = at
        elif self.following or self.point not in branch.points:
            self.point = next_point(branch)
        numbers = [each.number for each in session.branches.all]
        place = numbers.index(branch.number) + 1
        self.timeline.show(self.selection, place=place, of=len(numbers), phase=session.phase)
        if (view := self._made.get(self.place.name)) is not None:
            view.show(self.selection)
        last = branch.last
        self.status_bar.show_latency(last.reply.latency if last else None)
        self.prompt.ready = session.phase not in ("arriving", "calls")
        self.offer_keys()

    def show_settings(self) -> None:
        """Say in the title what goes along with the next request."""
        chosen, unset = asdict(self.session.settings.parameters), asdict(ChatParameters())
        different = sum(chosen[name] != unset[name] for name in unset)
        offered = len(self.session.toolbox.offered)
        self.query_one(TitleBar).show_parameters(different, tools=offered)

    # -- what goes on -----------------------------------------------------------------------

    def follow(self, updates: AsyncGenerator[Branch, None]) -> None:
        """Let a reply arrive, and show it."""
        self.following = True
        self.run_worker(self._post(updates), name=REPLY, group=REPLY)

    async def _post(self, updates: AsyncGenerator[Branch, None]) -> None:
        latest = Latest(lambda branch: self.post_message(BranchUpdated(branch)))
        try:
            async for branch in updates:
                latest.put(branch)
        finally:
            latest.flush()

    def run_call(self, at: Point, approval: Approval) -> None:
        """Run a call just as it was approved, and show it running."""
        ongoing, about = self.surroundings.ongoing, f"tool {at}"
        sign = Sign(text=f"▸ {neutralise_line(self.session.calls.get(at).name)[:24]}")
        self.following = True

        async def run() -> None:
            ongoing.show(about, sign)
            try:
                self.post_message(BranchUpdated(await self.session.calls.run(at, approval)))
            except StepRefusedError as error:
                self.post_message(StepRefused(str(error)))
            finally:
                ongoing.show(about, None)

        self.run_worker(run(), name=TOOL, group=TOOL)
        self.call_after_refresh(self.show_branch)

    def begin_with(self, draft: str) -> None:
        """Let a person change a prompt and send it."""
        if draft:
            self.prompt.load_text(draft)
            self.prompt.focus()

    def offer_keys(self) -> None:
        """Show the keys that work now."""


def next_point(branch: Branch) -> Point | None:
    """Where a branch goes on: its first waiting call, its last result, or its reply."""
    last = branch.last
    if last is None:
        return None
    for index, call in enumerate(last.calls):
        if call.result is None:
            return Point(round=last.number, kind="call", call=index)
    if last.calls:
        return Point(round=last.number, kind="result", call=len(last.calls) - 1)
    return Point(round=last.number, kind="reply")
