"""Whatever a person does, in any order: only what was approved runs, only what was sent goes."""

import json

from hypothesis import given, settings
from hypothesis import strategies as st

from client.testing import FakeResponse, chunk, finish_chunk, text_chunk
from tests.inspecting import NotedRuns, call_chunk, session_over, told
from workbench.session.inspector.calls import Approval, StepRefusedError
from workbench.session.inspector.puppets import puppets
from workbench.session.inspector.session import MOST_ROUNDS, InspectorSession
from workbench.session.inspector.timeline import Point
from workbench.tool_runs import ToolOutcome

LISBON = json.dumps({"city": "Lisbon", "unit": "celsius"})
REPLIES = st.sampled_from(["answer", "call", "two calls", "faulty call", "cut call", "refusal"])
STEPS = st.sampled_from(
    [
        "ask",
        "send",
        "again",
        "run",
        "deny",
        "answer",
        "edit",
        "edit result",
        "fork",
        "look",
        "begin",
    ]
)


def reply(kind: str) -> FakeResponse:
    match kind:
        case "answer":
            return FakeResponse.stream(text_chunk("Clear."), finish_chunk())
        case "two calls":
            calls = [call_chunk("get_weather", LISBON, index=index) for index in (0, 1)]
            return FakeResponse.stream(*calls, finish_chunk("tool_calls"))
        case "cut call":
            return FakeResponse.stream(call_chunk("get_weather", LISBON), done=False)
        case "refusal":
            error = {"message": "No.", "code": "tool_use_failed", "failed_generation": "{"}
            return FakeResponse.stream(chunk({"content": "I"}), {"error": error}, done=False)
    arguments = LISBON if kind == "call" else '{"town": 4'
    return FakeResponse.stream(call_chunk("get_weather", arguments), finish_chunk("tool_calls"))


@settings(max_examples=80, deadline=None)
@given(
    replies=st.lists(REPLIES, min_size=12, max_size=12),
    steps=st.lists(st.tuples(STEPS, st.integers(0, 40)), max_size=40),
)
async def test_nothing_happens_unasked(replies: list[str], steps: list[tuple[str, int]]) -> None:
    runs = NotedRuns(*(ToolOutcome(ending="returned", text="{}") for _ in range(99)))
    session, transport, _ = session_over(*map(reply, replies), runs=runs)
    sent, ran, refusals = 0, 0, list[str]()
    for step, number in steps:
        if len(transport.requests) == len(replies):
            break
        before = [(branch.number, branch) for branch in session.branches.all]
        try:
            if step in ("ask", "send", "again"):
                updates = {
                    "ask": lambda: session.ask("How is Lisbon?"),
                    "send": session.send_results,
                    "again": session.ask_again,
                }[step]()
                sent += 1
                await told(updates)
            elif step == "run":
                at = point(session, number)
                await session.calls.run(at, session.calls.approval(at))
                ran += 1
            else:
                change(session, step, number)
        except StepRefusedError as error:
            refusals.append(str(error))
        assert len(transport.requests) == sent
        assert len(runs.runs) == ran
        others = [was for number, was in before if number != session.branches.current.number]
        assert all(session.branches.get(was.number) == was for was in others), "what was, stays"
        for branch in session.branches.all:
            assert [asked.number for asked in branch.rounds] == [*range(1, len(branch.rounds) + 1)]
            for asked in branch.rounds[:-1]:
                assert asked.answered or not any(call.state == "pending" for call in asked.calls)
    assert all(run.arguments == LISBON for run in runs.runs)
    assert all(refusal.endswith(".") for refusal in refusals), "a refusal is a sentence"


def point(session: InspectorSession, number: int) -> Point:
    points = session.branches.current.points
    return points[number % len(points)] if points else Point(round=1, kind="call", call=0)


def change(session: InspectorSession, step: str, number: int) -> None:
    at = point(session, number)
    match step:
        case "deny":
            session.calls.deny(at)
        case "answer":
            session.calls.answer(at, puppets("x")[number % 5].result())
        case "edit":
            session.calls.edit_arguments(at, [LISBON, "{", LISBON][number % 3])
        case "edit result":
            session.calls.edit_result(at, "else")
        case "fork" if session.branches.current.rounds:
            session.branches.fork(at)
        case "look":
            session.branches.look_on(number)
        case "begin":
            session.branches.begin()


async def test_no_approval_is_good_for_a_call_that_was_not_shown() -> None:
    session, _, runs = session_over(reply("two calls"))
    await told(session.ask("How is Lisbon?"))
    for arguments in ("{}", "", LISBON + " "):
        approval = session.calls.approval(Point(round=1, kind="call", call=0))
        forged = Approval(fingerprint=approval.fingerprint, arguments=arguments)
        try:
            await session.calls.run(Point(round=1, kind="call", call=0), forged)
        except StepRefusedError:
            continue
        raise AssertionError("it ran")
    assert not runs.runs
    assert MOST_ROUNDS == 8
