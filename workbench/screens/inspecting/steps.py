"""What a person does with a step: the dialogs it takes, and what follows from them."""

import asyncio
import json
from collections.abc import Callable
from functools import partial
from pathlib import Path

from textual.content import Content

from client import GroqError, RecordedExchange
from workbench.neutralise import neutralise_line, write_out
from workbench.screens.inspecting.approval import ApprovalScreen, Decision
from workbench.screens.inspecting.desk import InspectorDesk
from workbench.screens.inspecting.editor import EditorScreen
from workbench.screens.inspecting.puppet_choice import PuppetChosen, PuppetScreen
from workbench.screens.model_choice import ModelChoiceScreen
from workbench.screens.wire.ask_path import AskPathScreen
from workbench.session.chat import ChatSession
from workbench.session.inspector.calls import Approval, StepRefusedError
from workbench.session.inspector.check import check
from workbench.session.inspector.messages import text_of
from workbench.session.inspector.puppets import puppets
from workbench.session.inspector.recorded import NothingRecordedError, branches_of, tools_of
from workbench.session.inspector.selection import Selection
from workbench.session.inspector.session import InspectorSession
from workbench.session.inspector.timeline import Branch, Call, Point
from workbench.session.models import ModelCatalogue
from workbench.session.tools.tool import Tool, ToolSource

_CALL_FIRST = "Choose a call on the timeline first."
_LARGEST_EDITED = 200_000


class Steps:
    """Asks, then calls the session, and lets the screen show what came of it.

    Args:
        load: reads recorded exchanges from a file or a folder, on a thread; raises GroqError.

    """

    def __init__(
        self,
        *,
        chat: ChatSession,
        models: ModelCatalogue,
        load: Callable[[Path], tuple[RecordedExchange, ...]],
    ) -> None:
        self._chat = chat
        self._models = models
        self._load = load

    def offered(self, session: InspectorSession, point: Point | None) -> set[str]:
        """Which actions make sense at a place."""
        branch = session.branches.current
        if point is None or (asked := branch.round(point.round)) is None:
            return set()
        offered = {"fork"} if asked.reply.over else set()
        newest = asked is branch.last
        if newest and session.phase in ("answered", "failed"):
            offered.add("ask_again")
        if point.call < 0 or not newest or point.call >= len(asked.calls):
            return offered
        call = asked.calls[point.call]
        if call.state == "pending":
            offered |= {"approve", "deny", "edit", "puppet"}
        elif call.result is not None and point.kind == "result":
            offered.add("edit")
        return offered

    # -- calls ------------------------------------------------------------------------------

    def approve(self, screen: InspectorDesk, at: Point) -> None:
        """Show all of a call, and run it if that is what the person wants."""
        calls = screen.session.calls
        if reason := calls.why_not_run(at):
            screen.show_branch(at)
            screen.say(neutralise_line(reason), problem=True)
            return
        held = screen.session.toolbox.get(calls.get(at).name)
        assert held is not None  # noqa: S101 - or it could not be run
        screen.show_branch(at)
        shown = calls.approval(at)
        screen.app.push_screen(
            ApprovalScreen(calls.get(at), held.tool, folder=calls.folder(at)),
            partial(self._decided, screen, at, shown),
        )

    def _decided(
        self, screen: InspectorDesk, at: Point, shown: Approval, decision: Decision | None
    ) -> None:
        if decision == "run":
            screen.run_call(at, shown)
        elif decision == "deny":
            self.deny(screen, at)

    def deny(self, screen: InspectorDesk, at: Point | None) -> None:
        """Do not run a call."""
        if at is None or at.call < 0:
            screen.say(_CALL_FIRST)
            return
        try:
            screen.session.calls.deny(at)
        except StepRefusedError as error:
            screen.say(str(error), problem=True)
        screen.show_branch()

    def deny_because(self, screen: InspectorDesk, at: Point | None) -> None:
        """Do not run a call, and tell the model why."""
        if at is None or at.call < 0 or screen.session.calls.get(at).state != "pending":
            screen.say("Choose a call that waits on the timeline first.")
            return

        def denied(reason: str | None) -> None:
            if reason is not None:
                screen.session.calls.deny(at, " ".join(reason.split()))
                screen.show_branch()

        editor = EditorScreen("Why not?", "", about="the model is told", judge=_size, keep="deny")
        screen.app.push_screen(editor, denied)

    def edit(self, screen: InspectorDesk, at: Point | None) -> None:
        """Edit the arguments of a waiting call, or the result of an answered one."""
        if at is None or at.call < 0:
            screen.say(_CALL_FIRST)
            return
        call = screen.session.calls.get(at)
        if call.state == "pending":
            self._edit_arguments(screen, at, call)
        elif call.result is not None and at.round == len(screen.session.branches.current.rounds):
            self._edit_result(screen, at, call.result.sent)
        else:
            screen.say("This was sent already: f forks here, to change it.", problem=True)

    def _edit_arguments(self, screen: InspectorDesk, at: Point, call: Call) -> None:
        def kept(text: str | None) -> None:
            if text is not None:
                screen.session.calls.edit_arguments(at, text)
                screen.show_branch(at)

        screen.app.push_screen(
            EditorScreen(
                f"Arguments of {neutralise_line(call.name)}",
                _indented(call.current),
                about="what the tool is called with",
                judge=partial(_judged, tool=call.tool),
            ),
            kept,
        )

    def _edit_result(self, screen: InspectorDesk, at: Point, text: str) -> None:
        if len(text) > _LARGEST_EDITED:
            screen.say("This result is too large to be edited here: fork, and type another.")
            return

        def kept(edited: str | None) -> None:
            if edited is not None:
                screen.session.calls.edit_result(at, edited)
                screen.show_branch(at)

        screen.app.push_screen(
            EditorScreen("Result", text, about="what the model is told", judge=_size), kept
        )

    def puppet(self, screen: InspectorDesk, at: Point | None) -> None:
        """Give a result in a tool's place."""
        if at is None or at.call < 0:
            screen.say(_CALL_FIRST)
            return
        call = screen.session.calls.get(at)
        if call.state != "pending":
            screen.say("This call does not wait any more: f forks here.", problem=True)
            return
        screen.app.push_screen(
            PuppetScreen(call.name, puppets(call.name)), partial(self._puppet_chosen, screen, at)
        )

    def _puppet_chosen(self, screen: InspectorDesk, at: Point, chosen: PuppetChosen | None) -> None:
        if chosen is None:
            return
        puppet = chosen.puppet

        def give(text: str | None) -> None:
            if text is not None:
                screen.session.calls.answer(at, puppet.result(text))
                screen.show_branch()

        if chosen.edit:
            about = "what the model is told"
            editor = EditorScreen("Result", puppet.text, about=about, judge=_size, keep="give it")
            screen.app.push_screen(editor, give)
        else:
            give(puppet.text)

    # -- branches ---------------------------------------------------------------------------

    def fork(self, screen: InspectorDesk, at: Point | None) -> None:
        """Go back to a place, on a branch of its own."""
        if at is None:
            screen.say("There is nothing to go back to yet.")
            return
        asked = screen.session.branches.current.round(at.round)
        if asked is None or not asked.reply.over:
            screen.say("The reply is still arriving: Esc stops it.")
            return
        forked = screen.session.branches.fork(at)
        kept = at if at in forked.points else None
        screen.show_branch(kept)
        screen.begin_with(forked.draft)
        screen.say("A branch of its own. Nothing was sent; the other course is still there.")

    def text_of(self, selection: Selection) -> tuple[str, str]:
        """What is copied of a step, and what it is called."""
        asked, point, call = selection.round, selection.point, selection.call
        if asked is None or point is None:
            return "", "the step"
        if call is not None and point.kind == "result":
            return call.result.sent if call.result else "", "the result"
        if call is not None:
            return call.current, "the arguments"
        if point.kind == "reply":
            return asked.reply.text or asked.reply.failed_generation or "", "the answer"
        return "\n\n".join(
            text_of(message) for message in asked.request.new_messages
        ), "the request"

    def load(self, screen: InspectorDesk) -> None:
        """Ask for recorded exchanges, and show them as branches."""

        async def use(path: Path) -> str:
            try:
                recorded = await asyncio.to_thread(self._read, path)
            except (GroqError, NothingRecordedError) as error:
                return str(error)
            screen.session.branches.load(recorded)
            screen.session.toolbox.put(
                ToolSource(kind="recording", name=path.name), tools_of(recorded)
            )
            return ""

        def loaded(path: Path | None) -> None:
            if path is not None:
                screen.show_branch()
                screen.query_one("#timeline-rows").focus()

        hint = "A HAR file written by --record, or a folder of one exchange"
        screen.app.push_screen(
            AskPathScreen("Open recorded exchanges", hint, path="", do=use), loaded
        )

    def _read(self, path: Path) -> tuple[Branch, ...]:
        return branches_of(self._load(path), name=path.name)

    # -- models -----------------------------------------------------------------------------

    def choose_model(self, screen: InspectorDesk) -> None:
        """Choose the model, for the chat too."""

        def chosen(model: str | None) -> None:
            if model:
                self._chat.model = model
                screen.show_model()

        screen.app.push_screen(
            ModelChoiceScreen(self._models.chat_models, current=self._chat.model, speeds={}), chosen
        )


def _indented(text: str) -> str:
    """JSON as one edits it best, characters that cannot be seen written out; else the text."""
    try:
        return write_out(json.dumps(json.loads(text), ensure_ascii=False, indent=2))
    except (ValueError, RecursionError):
        return text


def _judged(text: str, *, tool: Tool | None) -> Content:
    found = check(text, tool)
    if found.valid:
        return Content.styled("✓ fits the schema", "$text-success")
    return Content.styled(f"✗ {neutralise_line(found.summary)}", "$text-error")


def _size(text: str) -> Content:
    tokens = -(-len(text) // 4)
    return Content.styled(f"{len(text):,} characters, ~{tokens:,} tokens", "$foreground 60%")
