"""The bench: the only place where what it finds changes its pane."""

import asyncio
from contextlib import aclosing
from typing import Final

from textual import on
from textual.app import ComposeResult
from textual.widget import Widget
from textual.worker import Worker, WorkerState

from client import GroqClient
from workbench.neutralise import neutralise_line
from workbench.panes.inspector.view import InspectorView
from workbench.panes.repeat.pane import RepeatPane
from workbench.screens.confirm import ConfirmScreen
from workbench.session.failures.diagnosis import schema_of, tools_of
from workbench.session.inspector.selection import Selection
from workbench.session.repeat.bench import RepeatBench, RunResult
from workbench.session.repeat.checks import CheckError, parse_checks
from workbench.session.repeat.plan import PlanError, RepeatPlan, parse_models, parse_seeds
from workbench.session.repeat.summary import summaries, variations
from workbench.session.wire.asked import asked
from workbench.session.wire.exchange import WireExchange
from workbench.widgets.figures import plural

_RUN: Final = "repeat"
_PAUSE: Final = 0.15
"""Seconds between two looks at what was found."""
_UNASKED: Final = 20
"""Requests that are sent without asking first."""


class RepeatView(InspectorView):
    """Repeats a request and counts."""

    def __init__(self, groq: GroqClient) -> None:
        super().__init__(id="repeat")
        self._groq = groq
        self._request: dict[str, object] | None = None
        self._plan: RepeatPlan | None = None
        self._results: list[RunResult] = []

    def compose(self) -> ComposeResult:
        """The pane."""
        yield RepeatPane(id="repeat-pane")

    def show(self, selection: Selection) -> None:
        """Take the request that is selected on the timeline, where none was chosen."""
        found = selection.round
        if self._request is None and found is not None and self.query(RepeatPane):
            request = found.request
            body: dict[str, object] = {
                "model": request.model,
                "messages": [dict(message) for message in request.messages],
                **request.options,
            }
            if request.tools:
                body["tools"] = [tool.definition for tool in request.tools]
            self._take(body, origin=f"round {found.number} of the timeline")

    def take(self, thing: object) -> None:
        """Repeat the request of an exchange."""
        if not isinstance(thing, WireExchange):
            return
        exchange = thing
        ask = asked(exchange.last)
        if ask.kind != "chat" or ask.body is None:
            self._pane.show_state("Only chat requests can be repeated.", problem=True)
            return
        self._take(ask.body, origin=f"#{exchange.id} on the wire")

    def take_focus(self) -> None:
        """Take the keys."""
        self._pane.take_focus()

    @property
    def doer(self) -> Widget:
        """The pane has the keys."""
        return self._pane

    @property
    def _pane(self) -> RepeatPane:
        return self.query_one(RepeatPane)

    def _take(self, body: dict[str, object], *, origin: str) -> None:
        self._request = body
        messages, tools = body.get("messages"), tools_of(body)
        parts = [
            plural(len(messages), "message") if isinstance(messages, list) else "",
            plural(len(tools), "tool") if tools else "",
            "a schema" if schema_of(body) is not None else "",
        ]
        said = " · ".join(filter(None, parts))
        self._pane.show_request(f"{origin}: {said}")
        self._pane.suggest(models=str(body.get("model") or ""), checks=_suggested(body))

    # -- running ----------------------------------------------------------------------------

    @on(RepeatPane.Started)
    def _started(self, event: RepeatPane.Started) -> None:
        event.stop()
        if self._under_way:
            self._pane.show_state("It runs already: Esc stops it.", problem=True)
            return
        try:
            plan = self._planned(event)
        except (PlanError, CheckError) as error:
            self._pane.show_state(neutralise_line(str(error)), problem=True)
            return
        if plan.total <= _UNASKED:
            self._run(plan)
            return
        self.app.push_screen(
            ConfirmScreen(
                f"Send {plan.total:,} requests?",
                "They count against the rate limits, and cost what requests cost.",
                yes="send them",
                no="send none",
            ),
            lambda wanted: self._run(plan) if wanted else None,
        )

    def _planned(self, event: RepeatPane.Started) -> RepeatPlan:
        """The plan that was typed. Raises PlanError, CheckError."""
        if self._request is None:
            raise PlanError("There is nothing to repeat: press b at an exchange on the wire.")
        return RepeatPlan(
            request=self._request,
            models=parse_models(event.models),
            times=_whole("Times", event.times),
            seeds=parse_seeds(event.seeds),
            at_once=_whole("At once", event.at_once),
            checks=parse_checks(event.checks),
        )

    def _run(self, plan: RepeatPlan) -> None:
        self._plan, self._results = plan, []
        self._show(begun=True)
        self.run_worker(self._follow(plan), name=_RUN, group=_RUN, exclusive=True)

    async def _follow(self, plan: RepeatPlan) -> None:
        loop = asyncio.get_running_loop()
        shown = 0.0
        async with aclosing(RepeatBench(self._groq).run(plan)) as results:
            async for result in results:
                self._results.append(result)
                if loop.time() - shown >= _PAUSE:
                    shown = loop.time()
                    self._show()

    @on(RepeatPane.Stopped)
    def _stopped(self, event: RepeatPane.Stopped) -> None:
        event.stop()
        self.workers.cancel_group(self, _RUN)

    @property
    def _under_way(self) -> bool:
        return any(worker.group == _RUN and worker.is_running for worker in self.workers)

    @on(Worker.StateChanged)
    def _worker_changed(self, event: Worker.StateChanged) -> None:
        if event.worker.group == _RUN and event.state in (
            WorkerState.SUCCESS,
            WorkerState.CANCELLED,
            WorkerState.ERROR,
        ):
            event.stop()
            self._show()

    def _show(self, *, begun: bool = False) -> None:
        plan, results = self._plan, self._results
        if plan is None:
            return
        self._pane.show_results(
            summaries(results, plan.models, plan.checks), variations(results), begun=begun
        )
        done, total = len(results), plan.total
        failed = sum(result.answer is None for result in results)
        apart = f" · {failed} without an answer, counted apart" if failed else ""
        if begun or (self._under_way and done < total):
            said = f"{done:,} of {total:,} · Esc stops, and keeps what has come"
        elif done < total:
            said = f"Stopped after {done:,} of {total:,} · ^R runs it again"
        else:
            said = f"{done:,} of {total:,} · ^R runs it again"
        self._pane.show_state(said + apart)


def _whole(name: str, typed: str) -> int:
    """Raises PlanError."""
    if not typed.strip().isdecimal() or len(typed.strip()) > 6:
        raise PlanError(f"{name}: a whole number is wanted.")
    return int(typed)


def _suggested(body: dict[str, object]) -> str:
    """Checks that fit a request, to begin with."""
    tools = tools_of(body)
    if tools:
        return f"called {next(iter(tools))}\nschema"
    return "schema" if schema_of(body) is not None else ""
