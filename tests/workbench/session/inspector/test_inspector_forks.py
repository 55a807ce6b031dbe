"""Going back to any place, on a branch of its own."""

import json

import pytest

from client.testing import FakeResponse, finish_chunk, text_chunk
from tests.inspecting import CALL, body, calling, session_over, told
from workbench.session.inspector.session import InspectorSession
from workbench.session.inspector.timeline import Point

LISBON = {"city": "Lisbon", "unit": "celsius"}


def answer(text: str) -> FakeResponse:
    return FakeResponse.stream(text_chunk(text), finish_chunk())


async def taken(*more: FakeResponse) -> tuple[InspectorSession, object, object]:
    session, transport, runs = session_over(
        calling(("get_weather", LISBON)), answer("Clear."), *more
    )
    await told(session.ask("How is Lisbon?"))
    await session.calls.run(CALL, session.calls.approval(CALL))
    await told(session.send_results())
    return session, transport, runs


async def test_a_fork_at_a_request_begins_with_its_prompt_and_sends_nothing() -> None:
    session, transport, _ = await taken(answer("Rainy."))
    forked = session.branches.fork(Point(round=1, kind="request"))
    assert (forked.draft, forked.rounds, forked.parent) == ("How is Lisbon?", (), 1)
    assert session.phase == "empty"
    assert len(transport.requests) == 2  # type: ignore[attr-defined]
    await told(session.ask("How is Porto?"))
    assert len(session.branches.get(1).rounds) == 2, "the first course is still there"


async def test_a_fork_at_a_call_lets_it_wait_again() -> None:
    session, transport, runs = await taken(answer("Rainy."))
    session.branches.fork(CALL)
    call = session.branches.current.rounds[0].calls[0]
    assert (call.state, call.result) == ("pending", None)
    session.calls.edit_arguments(CALL, json.dumps({**LISBON, "city": "Porto"}))
    await session.calls.run(CALL, session.calls.approval(CALL))
    await told(session.send_results())
    assert len(runs.runs) == 2  # type: ignore[attr-defined]
    assert "Porto" in json.dumps(body(transport)["messages"])  # type: ignore[arg-type]


async def test_a_fork_at_a_result_lets_it_be_changed_and_sent() -> None:
    session, transport, _ = await taken(answer("Rainy."))
    at = Point(round=1, kind="result", call=0)
    session.branches.fork(at)
    assert session.phase == "results"
    session.calls.edit_result(at, '{"sky": "rain"}')
    await told(session.send_results())
    assert session.branches.current.rounds[1].reply.text == "Rainy."
    messages = body(transport)["messages"]  # type: ignore[arg-type]
    assert isinstance(messages, list)
    assert messages[-1]["content"] == '{"sky": "rain"}'


@pytest.mark.parametrize("kind", ["request", "reply"])
async def test_a_fork_at_a_later_request_keeps_the_results_before_it(kind: str) -> None:
    session, transport, _ = await taken(answer("Rainy."))
    session.branches.fork(Point(round=2, kind=kind))  # type: ignore[arg-type]
    assert session.phase == "results"
    await told(session.send_results())
    assert body(transport, 1) == body(transport, 2)  # type: ignore[arg-type]


async def test_branches_are_gone_through_in_turn() -> None:
    session, _, _ = await taken()
    session.branches.fork(CALL)
    session.branches.begin()
    assert [branch.number for branch in session.branches.all] == [1, 2, 3]
    assert session.branches.look_on(1).number == 1
    assert session.branches.look_on(-1).number == 3
    assert session.branches.begin().number == 3, "an empty one is used again"


async def test_the_conversation_goes_on_after_an_answer() -> None:
    session, transport, _ = await taken(answer("Yes."))
    await told(session.ask("Is that good?"))
    roles = [m["role"] for m in body(transport)["messages"]]  # type: ignore[arg-type,union-attr]
    assert roles == ["user", "assistant", "tool", "assistant", "user"]
    last = session.branches.current.rounds[2]
    assert [message["role"] for message in last.request.new_messages] == ["assistant", "user"]
