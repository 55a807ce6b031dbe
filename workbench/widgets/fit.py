"""Chooses what of a line of readouts fits into a width: whole numbers or none, never half. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass

from textual.content import Content


@dataclass(frozen=True, slots=True, kw_only=True)
class Readout:
    """One thing to show, in forms from generous to terse.

    ``losses[k]`` says how much a reader loses when form ``k`` is given up for the next one, or,
    after the last form, for nothing. What loses least is given up first, equal losses together.
    """

    forms: tuple[Content, ...]
    losses: tuple[int, ...]

    def __post_init__(self) -> None:
        if len(self.forms) != len(self.losses):
            message = "there is one loss for each form"
            raise ValueError(message)


def fit(readouts: Sequence[Readout], *, width: int, gap: int) -> tuple[Content, ...]:
    """The forms that fit into ``width`` cells with ``gap`` cells between them, in order."""
    chosen = [0] * len(readouts)
    while True:
        shown = [
            readout.forms[form]
            for readout, form in zip(readouts, chosen, strict=True)
            if form < len(readout.forms)
        ]
        if sum(part.cell_length for part in shown) + gap * (len(shown) - 1) <= width:
            return tuple(shown)
        losses = [
            readout.losses[form] if form < len(readout.forms) else None
            for readout, form in zip(readouts, chosen, strict=True)
        ]
        least = min((loss for loss in losses if loss is not None), default=None)
        if least is None:
            return ()
        for index, loss in enumerate(losses):
            chosen[index] += loss == least
