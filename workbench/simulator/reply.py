"""A draft turned into the exact steps of an answer: formats, stops, limits. No I/O."""

from collections.abc import Iterator
from dataclasses import dataclass
from random import Random
from typing import Literal

from workbench.simulator import tokens, wire
from workbench.simulator.draft import Draft
from workbench.simulator.errors import APIError, bad_request
from workbench.simulator.model import Model
from workbench.simulator.request import ChatRequest
from workbench.simulator.wire import JSONObject

FinishReason = Literal["stop", "length", "tool_calls"]
Shown = Literal["none", "hidden", "raw", "parsed"]

# The marks around a gpt-oss answer: opening the analysis, and passing on to the final message.
_OPENING, _TURNING, _CALL_OVERHEAD = 2, 7, 6


@dataclass(frozen=True, slots=True, kw_only=True)
class ToolCall:
    """A call as the answer carries it."""

    id: str
    name: str
    arguments: str

    def as_json(self) -> JSONObject:
        """The object of a message; a stream adds its index."""
        return {
            "id": self.id,
            "type": "function",
            "function": {"name": self.name, "arguments": self.arguments},
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """Something generated at one go: usually one token. Silent steps take time and show nothing."""

    kind: Literal["silent", "reasoning", "content", "call"]
    text: str = ""
    tokens: int = 1
    call: ToolCall | None = None
    thought: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """The steps of an answer and how it ends; `failure` replaces the end when it cannot stand."""

    steps: tuple[Step, ...]
    finish_reason: FinishReason
    reasons: bool = False
    failure: APIError | None = None

    @property
    def content(self) -> str:
        """All text of the answer."""
        return "".join(step.text for step in self.steps if step.kind == "content")

    @property
    def reasoning(self) -> str:
        """All thoughts that are shown apart from the text."""
        return "".join(step.text for step in self.steps if step.kind == "reasoning")

    @property
    def calls(self) -> tuple[ToolCall, ...]:
        """The calls, in order."""
        return tuple(step.call for step in self.steps if step.call is not None)

    @property
    def completion_tokens(self) -> int:
        """Everything generated, shown or not."""
        return sum(step.tokens for step in self.steps)

    @property
    def reasoning_tokens(self) -> int:
        """How much of that was thinking."""
        return sum(step.tokens for step in self.steps if step.thought)


def reasoning_shown(request: ChatRequest, model: Model) -> Shown:
    """Whether the model thinks about this request, and in which form the thoughts come back.

    gpt-oss always thinks, apart from the text. The others think when an effort or a format is
    asked for, and put it into the text unless told otherwise or where that would spoil JSON.
    """
    if "reasoning" not in model.features:
        return "none"
    asked = request.reasoning_format
    if model.family == "gpt-oss":
        hidden = asked == "hidden" or request.include_reasoning is False
        return "hidden" if hidden else "parsed"
    if request.reasoning_effort == "none" or not _thinks(request, model):
        return "none"
    if request.include_reasoning is not None:
        return "parsed" if request.include_reasoning else "hidden"
    return asked or ("parsed" if request.may_call or request.json_mode else "raw")


def _thinks(request: ChatRequest, model: Model) -> bool:
    if not model.efforts or request.reasoning_effort in ("low", "medium", "high"):
        return True
    return request.reasoning_format is not None or request.include_reasoning is True


def compose(
    request: ChatRequest, model: Model, draft: Draft, *, room: int, random: Random
) -> Reply:
    """The answer to send; `room` is how many tokens the context window still holds."""
    limit = min(request.max_tokens or model.max_completion_tokens, room)
    shown = reasoning_shown(request, model)
    content, _ = _until_stop(draft.content, request.stop)
    if model.family == "prompt-guard":
        step = Step(kind="content", text=content, tokens=0)
        return Reply(steps=(step,), finish_reason="stop")
    kept: list[Step] = []
    spent = 0
    finish: FinishReason = "tool_calls" if draft.calls else "stop"
    for step in _steps(model, draft, content, shown, random):
        if spent + step.tokens > limit:
            finish = "length"
            kept += _rest(step, limit - spent)
            break
        spent += step.tokens
        kept.append(step)
    cut = finish == "length" and request.json_mode
    return Reply(
        steps=tuple(kept),
        finish_reason=finish,
        reasons=shown != "none",
        failure=_cut_json() if cut else None,
    )


def _rest(step: Step, room: int) -> list[Step]:
    """The part of a step that still fits: a half-made call takes its time and is not sent."""
    return [Step(kind="silent", tokens=room)] if room > 0 and step.tokens > 1 else []


def _cut_json() -> APIError:
    return bad_request(
        "Failed to generate JSON. Please adjust your prompt. See 'failed_generation' for more "
        "details.",
        code="json_validate_failed",
        failed_generation="max completion tokens reached before generating a valid document",
    )


def _until_stop(text: str, stops: tuple[str, ...]) -> tuple[str, bool]:
    """The text up to the first stop sequence, which is left out itself."""
    found = [place for stop in stops if stop and (place := text.find(stop)) >= 0]
    return (text[: min(found)], True) if found else (text, False)


def _steps(
    model: Model, draft: Draft, content: str, shown: Shown, random: Random
) -> Iterator[Step]:
    harmony = model.family == "gpt-oss"
    if harmony:
        yield Step(kind="silent", tokens=_OPENING)
    if draft.reasoning and shown != "none":
        yield from _thoughts(draft.reasoning, shown)
    if harmony:
        yield Step(kind="silent", tokens=_TURNING)
    if not draft.calls or content:
        for piece in tokens.pieces(content):
            yield Step(kind="content", text=piece)
    for call in draft.calls:
        yield Step(
            kind="call",
            tokens=tokens.count(call.name + call.arguments) + _CALL_OVERHEAD,
            call=ToolCall(
                id=wire.tool_call_id(model.family, random),
                name=call.name,
                arguments=call.arguments,
            ),
        )
    yield Step(kind="silent")


def _thoughts(reasoning: str, shown: Shown) -> Iterator[Step]:
    if shown == "raw":
        for piece in tokens.pieces(f"<think>\n{reasoning}\n</think>\n\n"):
            yield Step(kind="content", text=piece, thought=True)
        return
    for piece in tokens.pieces(reasoning):
        if shown == "parsed":
            yield Step(kind="reasoning", text=piece, thought=True)
        else:
            yield Step(kind="silent", thought=True)
