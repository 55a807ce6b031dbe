"""Going back to any place of a branch, to go on from there differently. No I/O."""

from dataclasses import replace

from workbench.session.inspector.messages import text_of
from workbench.session.inspector.timeline import Branch, Call, CallState, Point, Round


def fork(branch: Branch, at: Point, *, number: int) -> Branch:
    """A new branch that ends just before what is at the place.

    At a request or its reply, the request is to be sent again: its prompt is the draft, and
    results stand where they stood. At a call, the call waits again, with the arguments as they
    were generated; at a result, the result is still there and can be changed. What the round's
    other calls had stays.
    """
    upto = branch.rounds[: at.round - 1]
    forked = Branch(
        number=number,
        title=branch.title,
        rounds=upto,
        parent=branch.number,
        forked_at=at,
        recorded=branch.recorded,
    )
    asked = branch.rounds[at.round - 1]
    if at.kind in ("request", "reply"):
        return replace(forked, draft=_prompt_of(asked))
    call = asked.calls[at.call]
    if at.kind == "call":
        call = _waiting_again(call)
    calls = (*asked.calls[: at.call], call, *asked.calls[at.call + 1 :])
    return replace(forked, rounds=(*upto, replace(asked, calls=calls)))


def _waiting_again(call: Call) -> Call:
    state: CallState = "unusable" if call.state == "unusable" else "pending"
    return replace(call, state=state, result=None, began_at=None)


def _prompt_of(asked: Round) -> str:
    prompts = [
        text_of(message) for message in asked.request.new_messages if message.get("role") == "user"
    ]
    return "\n\n".join(prompts)
