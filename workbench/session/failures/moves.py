"""What to do next after a failed generation, each as a request that is ready to be sent. Pure."""

import copy
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal, TypeAlias

from workbench.session.failures.diagnosis import Diagnosis
from workbench.session.failures.failed import FailedGeneration

MoveKind: TypeAlias = Literal[
    "continue", "take", "tell", "again", "cooler", "longer", "free", "model"
]

_COOL: Final = 0.2
_CALL_ID: Final = "call_repaired"


@dataclass(frozen=True, slots=True, kw_only=True)
class Move:
    """One thing to do.

    Attributes:
        title: a few words.
        words: what it does.
        body: the request to send, ``None`` where there is nothing to send yet.

    """

    kind: MoveKind
    title: str
    words: str
    body: dict[str, object] | None = None


def moves(diagnosis: Diagnosis) -> tuple[Move, ...]:
    """The next moves, the most promising first."""
    found = [
        _go_on(diagnosis),
        _take(diagnosis),
        _longer(diagnosis),
        _free(diagnosis),
        _tell(diagnosis),
        _cooler(diagnosis.failed),
        Move(
            kind="again",
            title="Ask again",
            words="just the same: another try may do better",
            body=_body(diagnosis.failed),
        ),
        Move(
            kind="model",
            title="Ask another model",
            words="the same request, to a model you choose",
            body=_body(diagnosis.failed),
        ),
    ]
    return tuple(move for move in found if move is not None)


def with_model(body: Mapping[str, object], model: str) -> dict[str, object]:
    """The request for another model."""
    return {**body, "model": model}


def _go_on(diagnosis: Diagnosis) -> Move | None:
    if not diagnosis.failed.about_tools or not diagnosis.fits or not diagnosis.repaired:
        return None
    return Move(
        kind="continue",
        title="Repair and continue",
        words="the call waits on the timeline, as if it had come so",
    )


def _take(diagnosis: Diagnosis) -> Move | None:
    if diagnosis.failed.about_tools or not diagnosis.fits or diagnosis.repaired is None:
        return None
    return Move(kind="take", title="Take the repaired document", words="copies it; nothing is sent")


def _longer(diagnosis: Diagnosis) -> Move | None:
    if diagnosis.cause != "cut off":
        return None
    body = _body(diagnosis.failed)
    name = "max_tokens" if "max_tokens" in body else "max_completion_tokens"
    limit = body.get(name)
    if not isinstance(limit, int):
        return None
    body[name] = limit * 2
    return Move(
        kind="longer", title=f"Allow {limit * 2:,} tokens", words=f"it had {limit:,}", body=body
    )


def _free(diagnosis: Diagnosis) -> Move | None:
    body = _body(diagnosis.failed)
    if diagnosis.cause != "no call" or not diagnosis.failed.about_tools:
        return None
    if body.get("tool_choice") in (None, "auto", "none"):
        return None
    body["tool_choice"] = "auto"
    return Move(
        kind="free",
        title="Let the model choose",
        words="tool_choice auto: an answer in words is allowed",
        body=body,
    )


def _tell(diagnosis: Diagnosis) -> Move | None:
    failed, body = diagnosis.failed, _body(diagnosis.failed)
    if not failed.text.strip():
        return None
    why = "\n".join(f"- {spot.path}: {spot.message}" for spot in diagnosis.spots[:20])
    why = why or f"- {diagnosis.title}"
    if failed.about_tools and diagnosis.tool and diagnosis.repaired is not None:
        told = f"This call was not valid:\n{why}\nMend it and call again."
        _messages(body).extend(
            [
                _called(diagnosis, diagnosis.repaired),
                {"role": "tool", "tool_call_id": _CALL_ID, "content": told},
            ]
        )
    else:
        wanted = "Call a tool." if failed.about_tools else "Answer with the JSON alone."
        _messages(body).extend(
            [
                {"role": "assistant", "content": failed.text},
                {"role": "user", "content": f"That was not valid:\n{why}\n{wanted}"},
            ]
        )
    return Move(
        kind="tell",
        title="Tell the model",
        words="what is wrong, so that it tries again",
        body=body,
    )


def _cooler(failed: FailedGeneration) -> Move | None:
    body = _body(failed)
    now = body.get("temperature")
    now = float(now) if isinstance(now, int | float) else 1.0
    if now <= 0:
        return None
    cooler = _COOL if now > _COOL else 0
    body["temperature"] = cooler
    return Move(
        kind="cooler",
        title=f"Lower the temperature to {cooler:g}",
        words=f"it was {now:g}{'' if 'temperature' in failed.request else ', the default'}",
        body=body,
    )


def _called(diagnosis: Diagnosis, arguments: str) -> dict[str, object]:
    """A message of the assistant that makes the call; a call's arguments are an object."""
    if not isinstance(json.loads(arguments), dict):
        arguments = json.dumps({"value": json.loads(arguments)}, ensure_ascii=False)
    function = {"name": diagnosis.tool, "arguments": arguments}
    call = {"id": _CALL_ID, "type": "function", "function": function}
    return {"role": "assistant", "tool_calls": [call]}


def _body(failed: FailedGeneration) -> dict[str, object]:
    return copy.deepcopy(dict(failed.request))


def _messages(body: dict[str, object]) -> list[object]:
    found = body.setdefault("messages", [])
    return found if isinstance(found, list) else []
