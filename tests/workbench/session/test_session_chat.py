"""A conversation without a screen."""

import asyncio
import json
from collections.abc import AsyncIterator

import pytest

from client import GroqClient
from client.testing import (
    FakeClock,
    FakeResponse,
    FakeTransport,
    Stall,
    chunk,
    finish_chunk,
    reasoning_chunk,
    settle,
    text_chunk,
)
from workbench.session.chat import (
    AnswerCompleted,
    AnswerFailed,
    AnswerStopped,
    ChatParameters,
    ChatSession,
    ChatUpdate,
    QuestionAsked,
    ReasoningArrived,
    TextArrived,
    ToolCallArrived,
)
from workbench.session.models import ModelCatalogue

MODEL = "openai/gpt-oss-20b"
USAGE = {
    "queue_time": 0.01,
    "prompt_tokens": 20,
    "prompt_time": 0.002,
    "completion_tokens": 3,
    "completion_time": 0.003,
    "total_tokens": 23,
    "total_time": 0.005,
}


def session_over(*answers: FakeResponse | Exception) -> tuple[ChatSession, FakeTransport]:
    transport = FakeTransport(*answers)
    groq = GroqClient(transport=transport, clock=FakeClock(), api_key="gsk_test")
    return ChatSession(groq, model=MODEL), transport


def body(transport: FakeTransport, number: int = -1) -> dict[str, object]:
    return dict(json.loads(transport.requests[number].body or b"{}"))


async def all_of(updates: AsyncIterator[ChatUpdate]) -> list[ChatUpdate]:
    return [update async for update in updates]


async def test_an_answer_is_told_piece_by_piece_and_its_outcome_comes_last() -> None:
    answer = FakeResponse.stream(
        reasoning_chunk("Hm."), text_chunk("Hel"), text_chunk("lo"), finish_chunk(usage=USAGE)
    )
    session, _ = session_over(answer)

    updates = await all_of(session.ask("Hi"))

    kinds = [type(update) for update in updates]
    assert kinds == [QuestionAsked, ReasoningArrived, TextArrived, TextArrived, AnswerCompleted]
    outcome = updates[-1]
    assert isinstance(outcome, AnswerCompleted)
    assert outcome.message.text == "Hello"
    assert outcome.message.reasoning == "Hm."
    assert outcome.latency.completion_tokens == 3
    assert outcome.latency.server_tokens_per_second == pytest.approx(1000)
    assert session.turns[-1].outcome is outcome


async def test_the_conversation_so_far_is_sent_with_the_next_question() -> None:
    session, transport = session_over(FakeResponse.stream(text_chunk("4"), finish_chunk()))
    session.parameters = ChatParameters(system_prompt="Be brief.", temperature=0.0)

    await all_of(session.ask("2 + 2?"))
    await all_of(session.ask("And doubled?"))

    sent = body(transport)
    assert sent["messages"] == [
        {"role": "system", "content": "Be brief."},
        {"role": "user", "content": "2 + 2?"},
        {"role": "assistant", "content": "4"},
        {"role": "user", "content": "And doubled?"},
    ]
    assert sent["temperature"] == 0.0
    assert "top_p" not in sent


async def test_regenerating_asks_the_same_question_without_the_old_answer() -> None:
    session, transport = session_over(FakeResponse.stream(text_chunk("a"), finish_chunk()))
    await all_of(session.ask("Say something"))

    await all_of(session.regenerate())

    assert body(transport, 0) == body(transport, 1)
    assert len(session.turns) == 1


async def test_stopping_closes_the_connection_and_keeps_the_partial() -> None:
    answer = FakeResponse.stream(text_chunk("Once upon"), Stall(), text_chunk("never"))
    session, _ = session_over(answer)
    task = asyncio.create_task(all_of(session.ask("A story")))
    await settle()

    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task

    outcome = session.turns[-1].outcome
    assert isinstance(outcome, AnswerStopped)
    assert outcome.message.text == "Once upon"
    assert answer.closed


async def test_a_stopped_answer_stays_part_of_the_conversation() -> None:
    stopped = FakeResponse.stream(text_chunk("Once upon"), Stall())
    session, transport = session_over(
        stopped, FakeResponse.stream(text_chunk("a time"), finish_chunk())
    )
    task = asyncio.create_task(all_of(session.ask("A story")))
    await settle()
    task.cancel()
    await asyncio.wait([task])

    await all_of(session.ask("Go on"))

    messages = body(transport)["messages"]
    assert isinstance(messages, list)
    assert [message["content"] for message in messages] == ["A story", "Once upon", "Go on"]


async def test_a_refused_question_is_told_as_a_problem_and_not_sent_again_with_the_next() -> None:
    refused = FakeResponse.json(
        {"error": {"message": "Invalid API Key", "code": "invalid_api_key"}}, status=401
    )
    session, transport = session_over(
        refused, FakeResponse.stream(text_chunk("ok"), finish_chunk())
    )

    *_, outcome = await all_of(session.ask("First"))
    await all_of(session.ask("Second"))

    assert isinstance(outcome, AnswerFailed)
    assert outcome.problem.title == "The API key was not accepted"
    assert outcome.problem.kept
    assert body(transport)["messages"] == [{"role": "user", "content": "Second"}]


async def test_a_cut_stream_keeps_what_had_arrived() -> None:
    session, _ = session_over(FakeResponse.stream(text_chunk("Half an ans"), done=False))

    *_, outcome = await all_of(session.ask("Whole?"))

    assert isinstance(outcome, AnswerFailed)
    assert outcome.message.text == "Half an ans"
    assert outcome.problem.retryable
    assert "kept" in outcome.problem.kept


async def test_a_tool_call_is_shown_once_the_answer_is_whole_and_never_answered_here() -> None:
    call = {
        "id": "fc_1",
        "type": "function",
        "function": {"name": "weather", "arguments": '{"city":"Oslo"}'},
        "index": 0,
    }
    session, transport = session_over(
        FakeResponse.stream(chunk({"tool_calls": [call]}), finish_chunk("tool_calls"))
    )
    tool = {"type": "function", "function": {"name": "weather"}}
    session.parameters = ChatParameters(tools=(tool,))

    updates = await all_of(session.ask("Weather in Oslo?"))
    await all_of(session.ask("Well?"))

    calls = [update.call for update in updates if isinstance(update, ToolCallArrived)]
    assert [(one.name, one.parse_arguments()) for one in calls] == [("weather", {"city": "Oslo"})]
    assert body(transport)["tools"] == [tool]
    assert body(transport)["messages"] == [{"role": "user", "content": "Well?"}]


async def test_a_bad_parameter_is_a_problem_and_nothing_is_sent() -> None:
    session, transport = session_over(FakeResponse.stream(finish_chunk()))
    session.parameters = ChatParameters(temperature=9.0)

    *_, outcome = await all_of(session.ask("Hi"))

    assert isinstance(outcome, AnswerFailed)
    assert "temperature" in outcome.problem.explanation
    assert not transport.requests


async def test_reasoning_is_asked_for_parsed_where_it_would_come_as_raw_tags() -> None:
    models = {"data": [{"id": "qwen/qwen3.8-27b", "supported_features": ["reasoning"]}]}
    transport = FakeTransport(
        FakeResponse.json(models), FakeResponse.stream(text_chunk("x"), finish_chunk())
    )
    groq = GroqClient(transport=transport, api_key="gsk_test")
    catalogue = ModelCatalogue(groq)
    await catalogue.refresh()

    await all_of(ChatSession(groq, model="qwen/qwen3.8-27b", models=catalogue).ask("Hi"))
    await all_of(ChatSession(groq, model="unknown/model", models=catalogue).ask("Hi"))

    assert body(transport, 1)["reasoning_format"] == "parsed"
    assert "reasoning_format" not in body(transport, 2)


async def test_the_figures_can_be_read_while_the_answer_arrives() -> None:
    clock = FakeClock()
    groq = GroqClient(
        transport=FakeTransport(FakeResponse.stream(text_chunk("a"), text_chunk("b"), Stall())),
        clock=clock,
        api_key="gsk_test",
    )
    session = ChatSession(groq, model=MODEL)
    assert session.latency is None
    task = asyncio.create_task(all_of(session.ask("Hi")))
    await settle()

    latency = session.latency
    task.cancel()
    await asyncio.wait([task])

    assert latency is not None
    assert latency.time_to_first_token == 0.0
    assert latency.tokens_estimated
    assert latency.completion_tokens is None
