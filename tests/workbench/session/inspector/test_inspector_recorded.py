"""Recorded exchanges, put together again as conversations."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from client import GroqClient, RecordedExchange, RecordingTransport
from client.testing import (
    FakeClock,
    FakeResponse,
    FakeTransport,
    chunk,
    finish_chunk,
    reasoning_chunk,
    text_chunk,
)
from tests.inspecting import (
    CALL,
    TRAINS,
    WEATHER,
    NotedRuns,
    call_chunk,
    calling,
    session_over,
    told,
    toolbox,
)
from workbench.adapters.har_files import load
from workbench.session.inspector.recorded import NothingRecordedError, branches_of, tools_of
from workbench.session.inspector.session import InspectorSession
from workbench.session.inspector.settings import InspectorSettings
from workbench.session.inspector.timeline import Branch

WIRE = Path(__file__).parents[5] / "shared" / "wire"
recordings = pytest.mark.skipif(not WIRE.is_dir(), reason="the recorded exchanges are not here")
LISBON = {"city": "Lisbon", "unit": "celsius"}
ASKED = [{"role": "user", "content": "How is Lisbon?"}]
CALLED = {
    "role": "assistant",
    "tool_calls": [
        {
            "id": "call_0",
            "type": "function",
            "function": {"name": "get_weather", "arguments": json.dumps(LISBON)},
        }
    ],
}
RESULT = {"role": "tool", "tool_call_id": "call_0", "content": '{"sky": "clear"}'}
USAGE = {"prompt_tokens": 12, "completion_tokens": 4, "completion_time": 0.004}


def exchange(
    messages: list[object], *chunks: object, number: int = 0, **how: object
) -> RecordedExchange:
    """A streamed reply, an event each 10 ms from 100 ms on."""
    events = [f"data: {json.dumps(each)}\n\n".encode() for each in chunks]
    if how.pop("done", True):
        events.append(b"data: [DONE]\n\n")
    body = {
        "model": "openai/gpt-oss-20b",
        "messages": messages,
        "tools": [WEATHER.definition, TRAINS.definition],
        "temperature": 0.5,
        "stream": True,
    }
    return RecordedExchange(
        method="POST",
        url="https://api.groq.com/openai/v1/chat/completions",
        started_at=0.0,
        number=number,
        request_body=json.dumps(body).encode(),
        status=200,
        headers={"content-type": "text/event-stream", "x-request-id": f"req_{number}"},
        body=b"".join(events),
        chunks=[(0.1 + 0.01 * place, len(event)) for place, event in enumerate(events)],
        headers_at=0.09,
        ended_at=0.1 + 0.01 * len(events),
    )


def first() -> RecordedExchange:
    return exchange(
        [*ASKED],
        reasoning_chunk("Weather."),
        call_chunk("get_weather", json.dumps(LISBON)),
        finish_chunk("tool_calls", USAGE),
    )


def second() -> RecordedExchange:
    messages = [*ASKED, CALLED, RESULT]
    return exchange(messages, text_chunk("Clear."), finish_chunk("stop", USAGE), number=1)


def only(branches: tuple[Branch, ...]) -> Branch:
    assert len(branches) == 1
    return branches[0]


def test_exchanges_of_one_conversation_become_one_branch() -> None:
    branch = only(branches_of([second(), first()], name="talk.har"))
    called, answered = branch.rounds
    assert (called.number, called.reply.reasoning) == (1, "Weather.")
    call = called.calls[0]
    assert (call.check.value, call.check.valid) == (LISBON, True)
    assert call.result is not None
    assert (call.result.text, call.result.origin) == ('{"sky": "clear"}', "recorded")
    assert answered.reply.text == "Clear."
    assert [message["role"] for message in answered.request.new_messages] == ["assistant", "tool"]
    assert (branch.title, branch.recorded) == ("How is Lisbon?", "talk.har")
    assert called.request.options == {"temperature": 0.5}


def test_an_attempt_that_failed_is_no_part_of_the_conversation_that_went_on() -> None:
    error = {"error": {"message": "No such model.", "code": "model_not_found"}}
    failed = replace(
        exchange([*ASKED], number=0), status=404, body=json.dumps(error).encode(), chunks=()
    )
    went_on = branches_of(
        [failed, replace(first(), number=1), replace(second(), number=2)], name="x"
    )
    assert [len(branch.rounds) for branch in went_on] == [1, 2]
    assert went_on[0].rounds[0].reply.error_code == "model_not_found"
    assert went_on[1].rounds[0].reply.reasoning == "Weather."


def test_the_times_of_a_recording_are_those_it_was_recorded_with() -> None:
    latency = only(branches_of([first()], name="x")).rounds[0].reply.latency
    assert latency is not None
    assert latency.time_to_first_token == pytest.approx(0.1)
    assert latency.time_to_first_content == pytest.approx(0.11)
    assert latency.completion_tokens == 4


def test_rounds_whose_own_exchange_is_missing_are_told_by_the_next_request() -> None:
    branch = only(branches_of([second()], name="x"))
    called, _ = branch.rounds
    assert called.calls[0].name == "get_weather"
    assert called.calls[0].result is not None
    assert called.reply.latency is None, "nobody measured it"


def test_conversations_that_have_nothing_to_do_with_each_other_stay_apart() -> None:
    other = exchange(
        [{"role": "user", "content": "Else?"}], text_chunk("Else."), finish_chunk(), number=5
    )
    branches = branches_of([first(), other, second()], name="x")
    assert [branch.title for branch in branches] == ["How is Lisbon?", "Else?"]
    assert [len(branch.rounds) for branch in branches] == [2, 1]


def test_a_reply_that_broke_off_has_no_call_that_could_run() -> None:
    cut = exchange([*ASKED], call_chunk("get_weather", json.dumps(LISBON)), done=False)
    asked = only(branches_of([cut], name="x")).rounds[0]
    assert (asked.reply.state, asked.calls[0].state) == ("stopped", "unusable")


def test_an_error_in_the_middle_of_a_stream_is_kept_with_what_the_model_wrote() -> None:
    error = {"error": {"message": "No.", "code": "tool_use_failed", "failed_generation": "{"}}
    reply = (
        only(branches_of([exchange([*ASKED], text_chunk("I "), error)], name="x")).rounds[0].reply
    )
    assert (reply.state, reply.text) == ("failed", "I ")
    assert (reply.error_code, reply.failed_generation) == ("tool_use_failed", "{")


def test_an_event_that_is_no_chunk_is_passed_over() -> None:
    odd = exchange([*ASKED], chunk({"content": 4}), text_chunk("Fine."), finish_chunk())
    assert only(branches_of([odd], name="x")).rounds[0].reply.text == "Fine."


def test_a_recording_without_a_chat_says_so() -> None:
    models = RecordedExchange(method="GET", url="https://x/openai/v1/models", started_at=0.0)
    with pytest.raises(NothingRecordedError, match="its only one is a chat"):
        branches_of([models], name="list.har")
    with pytest.raises(NothingRecordedError):
        branches_of([], name="empty.har")


def test_a_recorded_branch_can_be_gone_on_from() -> None:
    session, _, _ = session_over()
    branches = branches_of([first(), second()], name="x")
    session.branches.load(branches)
    assert session.phase == "answered"
    session.branches.fork(branches[0].points[2])
    assert session.phase == "calls"
    assert [tool.name for tool in tools_of(branches)] == ["get_weather", "find_trains"]
    assert not any(tool.runnable for tool in tools_of(branches))


@recordings
def test_every_recorded_tool_exchange_can_be_looked_at() -> None:
    seen = 0
    for branch in branches_of(load(WIRE), name="wire"):
        for asked in branch.rounds:
            for call in asked.calls:
                seen += 1
                assert call.tool is not None
                assert call.arguments
    assert seen >= 28


@recordings
def test_a_recorded_conversation_of_five_tools_is_one_branch() -> None:
    name = "rig-agent-tool-sessions-sequential-complex-tool-calls-nonstreaming-5"
    branch = only(branches_of(load(WIRE / name), name=name))
    assert [asked.calls[0].name for asked in branch.rounds[:5]] == [
        "ping_empty",
        "inspect_manifest",
        "join_labels",
        "optional_nullable_probe",
        "escape_echo",
    ]
    assert all(call.check.valid for asked in branch.rounds for call in asked.calls)


@recordings
def test_a_refused_call_is_followed_by_the_one_that_was_right() -> None:
    name = "pydantic-ai-tool-use-failed-error"
    folders = [folder for folder in sorted(WIRE.iterdir()) if folder.name[:-2] == name]
    exchanges = [each for folder in folders for each in load(folder)]
    branch = only(branches_of(exchanges, name=name))
    refused, right, _ = branch.rounds
    assert refused.reply.error_code == "tool_use_failed"
    assert refused.calls[0].check.summary.startswith("$.name is missing")
    assert right.calls[0].check.valid


async def test_a_conversation_that_was_recorded_here_comes_back_as_it_was(tmp_path: Path) -> None:
    file = tmp_path / "talk.har"
    answers = FakeTransport(
        calling(("get_weather", LISBON)),
        FakeResponse.stream(text_chunk("Clear."), finish_chunk("stop", USAGE)),
    )
    clock = FakeClock()
    transport = RecordingTransport(answers, file, clock=clock)
    async with GroqClient(transport=transport, clock=clock, api_key="gsk_test") as groq:
        session = InspectorSession(
            groq,
            toolbox=toolbox(),
            settings=InspectorSettings(model="openai/gpt-oss-20b"),
            runners={"python": NotedRuns()},
        )
        await told(session.ask("How is Lisbon?"))
        await session.calls.run(CALL, session.calls.approval(CALL))
        await told(session.send_results())
    recorded = only(branches_of(load(file), name=file.name)).rounds
    for was, comes_back in zip(session.branches.current.rounds, recorded, strict=True):
        assert comes_back.request.messages == was.request.messages
        assert comes_back.request.added == was.request.added
        assert comes_back.reply.text == was.reply.text
        assert [call.arguments for call in comes_back.calls] == [c.arguments for c in was.calls]
        assert [call.result.sent for call in comes_back.calls if call.result] == [
            call.result.sent for call in was.calls if call.result
        ]
