"""Who is sent first in each round, so that no lane has it better on the whole. Pure."""


def order(lanes: int, round_number: int) -> tuple[int, ...]:
    """The lanes of a round, which counts from 1, in the order in which they are sent.

    Every second round runs backwards, and after each pair another lane leads: 0 1 2, 2 1 0,
    1 2 0, 0 2 1. Over ``2 * lanes`` rounds every lane has had every place equally often, and a
    drift of the service, or of the line, falls on all alike.
    """
    turn, backwards = divmod(round_number - 1, 2)
    forwards = [(lane + turn) % lanes for lane in range(lanes)]
    return tuple(reversed(forwards)) if backwards else tuple(forwards)
