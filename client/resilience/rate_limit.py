"""When a model's rate limits let a request be sent: first come, first served. No I/O.

A request is admitted, queued, or refused at once. What it is expected to cost is reserved when it
is admitted and settled with what it did cost; every response's headers correct the levels.
"""

import itertools
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, TypeAlias

from client.errors import ValidationError
from client.ports import Cost
from client.resilience.buckets import WINDOWS, Block, Bucket, Dimension, reported_level
from client.resilience.refusal import Refusal
from client.types.rate_limits import RateLimit, RateLimits
from client.types.usage import Usage

_RESIDUE: Final = 1e-3  # seconds: a deadline missed by so little is met
_WEIGHT_OF_THE_LATEST: Final = 0.2


@dataclass(frozen=True, slots=True, kw_only=True)
class RateLimitPolicy:
    """How long a call may wait for a rate limit: ``patience`` in seconds, ``None`` for ever.

    Raises:
        ValidationError: it is negative.

    """

    patience: float | None = 60.0

    def __post_init__(self) -> None:
        if self.patience is not None and not self.patience >= 0:
            raise ValidationError("RateLimitPolicy: `patience` is seconds, or None.")


class Ticket:
    """A request's place: in the queue, then among those in flight. Compared by identity."""

    __slots__ = ("answered", "cost", "deadline", "need", "number")

    def __init__(self, number: int, cost: Cost, deadline: float | None) -> None:
        self.number = number
        self.cost = cost
        self.deadline = deadline
        self.need: Mapping[Dimension, float] = {}
        self.answered = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Admitted:
    """It may be sent now; its cost is reserved."""

    ticket: Ticket


@dataclass(frozen=True, slots=True, kw_only=True)
class Queued:
    """It must wait some ``seconds``, for ``dimension`` most of all (``None``: for any limit).

    ``position`` 1 is the head of the queue.
    """

    ticket: Ticket
    dimension: Dimension | None
    seconds: float
    position: int


@dataclass(frozen=True, slots=True, kw_only=True)
class TooLong:
    """It would have to wait longer than its caller's patience: ``seconds``."""

    ticket: Ticket
    dimension: Dimension | None
    seconds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class TooLarge:
    """It needs more than the limit holds when full; waiting does not help."""

    ticket: Ticket
    dimension: Dimension
    needed: float
    limit: float


Decision: TypeAlias = Admitted | TooLong | TooLarge
"""What becomes of a request in the end."""


class RateLimiter:
    """The limits of one model, as far as they are known: before the first answer, none is.

    Every method takes ``now``, monotonic seconds. After any of them the queue may have moved:
    ``advance`` says how, ``next_at`` when it will.
    """

    def __init__(self) -> None:
        self.buckets: dict[Dimension, Bucket] = {}
        self._block = Block()  # of every limit, named or not
        self._queue: deque[Ticket] = deque()
        self._queued: dict[Dimension, float] = dict.fromkeys(WINDOWS, 0.0)
        self._in_flight: set[Ticket] = set()
        self._numbers = itertools.count(1)
        self._order = itertools.count(1)  # of being admitted
        self._applied = 0  # the latest request whose answer's headers were believed
        self._mean_completion = 0.0

    @property
    def in_flight(self) -> int:
        """How many are admitted and neither settled nor given back."""
        return len(self._in_flight)

    @property
    def queued(self) -> int:
        """How many wait."""
        return len(self._queue)

    @property
    def head(self) -> Ticket | None:
        """Who is next, ``None`` when nobody waits."""
        return self._queue[0] if self._queue else None

    # Getting in

    def admit(self, cost: Cost, *, now: float, patience: float | None = None) -> Decision | Queued:
        """Ask to send a request; it waits for at most ``patience`` seconds, ``None`` for ever."""
        deadline = None if patience is None else now + patience
        ticket = Ticket(next(self._numbers), cost, deadline)
        self._estimate(ticket)
        if too_large := self._too_large(ticket):
            return too_large
        seconds, dimension = self._wait(ticket.need, now, self._queued)
        if not self._queue and seconds == 0:
            return self._take(ticket)
        if patience is not None and seconds > patience:
            return TooLong(ticket=ticket, dimension=dimension, seconds=seconds)
        self._queue.append(ticket)
        self._add_to_queued(ticket, 1)
        position = len(self._queue)
        return Queued(ticket=ticket, dimension=dimension, seconds=seconds, position=position)

    def advance(self, now: float) -> list[Decision]:
        """Let in who may be let in, and refuse whose wait has become too long or hopeless.

        Gives the decisions about those that leave the queue, in order.
        """
        decisions: list[Decision] = []
        while self._queue:
            head = self._queue[0]
            self._re_estimate(head)
            if too_large := self._too_large(head):
                self._leave(head)
                decisions.append(too_large)
            elif self._wait(head.need, now)[0] == 0:
                self._leave(head)
                decisions.append(self._take(head))
            else:
                break
        decisions += self._impatient(now)
        return decisions

    def next_at(self, now: float) -> float | None:
        """When the head of the queue can be admitted, ``None`` when nobody waits."""
        return now + self._wait(self._queue[0].need, now)[0] if self._queue else None

    def place(self, ticket: Ticket, now: float) -> Queued | None:
        """Where a ticket stands now, ``None`` when it is not in the queue."""
        before = dict.fromkeys(WINDOWS, 0.0)
        for position, other in enumerate(self._queue, 1):
            if other is ticket:
                seconds, dimension = self._wait(ticket.need, now, before)
                return Queued(
                    ticket=ticket, dimension=dimension, seconds=seconds, position=position
                )
            for name, amount in other.need.items():
                before[name] += amount
        return None

    # Getting out

    def refund(self, ticket: Ticket, now: float) -> None:
        """Take it back: out of the queue, or whole, when not a byte of it was sent."""
        if ticket in self._in_flight:
            self._in_flight.discard(ticket)
            self._give(ticket.need, now)
        elif ticket in self._queue:
            self._leave(ticket)

    def settle(self, ticket: Ticket, usage: Usage | None, now: float) -> None:
        """It is over: book what it used in place of what was reserved.

        What a service does not say keeps its estimate. Cached tokens do not count (groq-api 5.4).
        """
        if ticket not in self._in_flight:
            return
        self._in_flight.discard(ticket)
        if usage is None:
            return
        cached = usage.cached_tokens or 0
        used: dict[Dimension, int | None] = {
            "TPM": usage.total_tokens,
            "TPD": usage.total_tokens,
            "ITPM": usage.prompt_tokens,
            "OTPM": usage.completion_tokens,
        }
        rest = {
            name: ticket.need.get(name, 0.0) - amount + (0 if name == "OTPM" else cached)
            for name, amount in used.items()
            if amount is not None
        }
        self._give(rest, now)
        if usage.completion_tokens is not None:
            change = usage.completion_tokens - self._mean_completion
            self._mean_completion += _WEIGHT_OF_THE_LATEST * change

    # What the service says

    def observe(self, ticket: Ticket, limits: RateLimits | None, now: float) -> None:
        """Believe the headers of an answer: the service counts for the whole organisation.

        An answer that was overtaken by that of a later request is not believed. Levels are raised
        only when nothing else is in flight, for the service may not have counted that yet.
        """
        ticket.answered = True
        if limits is None or ticket.number < self._applied:
            return
        self._applied = ticket.number
        self._apply("RPD", limits.requests, ticket, now)
        self._apply("TPM", limits.tokens, ticket, now)
        self._apply("ASH", limits.audio_seconds, ticket, now)

    def refuse(
        self, ticket: Ticket, refusal: Refusal | None, retry_after: float | None, now: float
    ) -> None:
        """The service refused it for a limit: learn which, and hold back for as long as it says.

        A request that was refused is not booked (groq-api 5.4). A refusal that names no limit
        blocks them all.
        """
        self.refund(ticket, now)
        seconds = retry_after or 0.0
        if refusal is None:
            self._block.extend(seconds, now)
            return
        bucket = self._bucket(refusal.dimension, refusal.limit, now)
        bucket.refill(now)
        if refusal.used is not None:
            bucket.level = min(bucket.level, float(refusal.limit - refusal.used))
        bucket.block.extend(seconds, now)

    # Steps

    def _estimate(self, ticket: Ticket) -> None:
        """What it will take. Of an answer without a bound, what the last ones took on average."""
        cost = ticket.cost
        bound = cost.max_completion_tokens
        answer: float = bound or 0
        guess = self._mean_completion if bound is None else 0.0
        question, images = cost.input_tokens, cost.image_tokens
        ticket.need = {
            "RPM": 1.0,
            "RPD": 1.0,
            "TPM": self._within("TPM", question + answer, images + guess),
            "TPD": self._within("TPD", question + answer, images + guess),
            "ITPM": self._within("ITPM", question, images),
            "OTPM": self._within("OTPM", answer, guess),
            "ASH": cost.audio_seconds,
            "ASD": cost.audio_seconds,
        }

    def _within(self, dimension: Dimension, certain: float, guess: float) -> float:
        """Both together; but a guess is no reason to call a request too large."""
        bucket = self.buckets.get(dimension)
        if bucket is None:
            return certain + guess
        return min(certain + guess, max(bucket.capacity, certain))

    def _re_estimate(self, ticket: Ticket) -> None:
        if self._too_large(ticket):
            self._add_to_queued(ticket, -1)
            self._estimate(ticket)
            self._add_to_queued(ticket, 1)

    def _too_large(self, ticket: Ticket) -> TooLarge | None:
        for dimension, bucket in self.buckets.items():
            needed = ticket.need[dimension]
            if needed > bucket.capacity:
                return TooLarge(
                    ticket=ticket, dimension=dimension, needed=needed, limit=bucket.capacity
                )
        return None

    def _wait(
        self,
        need: Mapping[Dimension, float],
        now: float,
        before: Mapping[Dimension, float] | None = None,
    ) -> tuple[float, Dimension | None]:
        """How long until so much, after what goes before, can be taken; and for which limit."""
        longest: float = self._block.left(now)
        reason: Dimension | None = None
        for dimension, bucket in self.buckets.items():
            amount = need[dimension]
            if not amount:
                continue
            seconds = bucket.wait_for(amount + before[dimension] if before else amount, now)
            if seconds > longest:
                longest, reason = seconds, dimension
        return longest, reason

    def _take(self, ticket: Ticket) -> Admitted:
        for dimension, bucket in self.buckets.items():
            bucket.give(-ticket.need[dimension])
        ticket.number = next(self._order)
        self._in_flight.add(ticket)
        return Admitted(ticket=ticket)

    def _give(self, amounts: Mapping[Dimension, float], now: float) -> None:
        for dimension, amount in amounts.items():
            if (bucket := self.buckets.get(dimension)) is not None:
                bucket.refill(now)
                bucket.give(amount)

    def _leave(self, ticket: Ticket) -> None:
        self._queue.remove(ticket)
        self._add_to_queued(ticket, -1)
        if not self._queue:
            self._queued = dict.fromkeys(WINDOWS, 0.0)  # no residue of floating point is left

    def _add_to_queued(self, ticket: Ticket, sign: int) -> None:
        for dimension, amount in ticket.need.items():
            self._queued[dimension] += sign * amount

    def _impatient(self, now: float) -> list[TooLong]:
        """Those in the queue who would now have to wait beyond their deadline; they leave it."""
        found: list[TooLong] = []
        if all(ticket.deadline is None for ticket in self._queue):
            return found
        before = dict.fromkeys(WINDOWS, 0.0)
        for ticket in tuple(self._queue):
            seconds, dimension = self._wait(ticket.need, now, before)
            if ticket.deadline is not None and now + seconds > ticket.deadline + _RESIDUE:
                self._leave(ticket)
                found.append(TooLong(ticket=ticket, dimension=dimension, seconds=seconds))
                continue
            for name, amount in ticket.need.items():
                before[name] += amount
        return found

    def _bucket(self, dimension: Dimension, limit: float, now: float) -> Bucket:
        bucket = self.buckets.get(dimension)
        if bucket is None:
            bucket = self.buckets[dimension] = Bucket(limit, WINDOWS[dimension], now)
            for ticket in self._in_flight:
                bucket.give(-ticket.need[dimension])
        elif bucket.capacity != limit:
            bucket.refill(now)
            bucket.resize(limit)
        return bucket

    def _apply(
        self, dimension: Dimension, limit: RateLimit | None, ticket: Ticket, now: float
    ) -> None:
        if limit is None:
            return
        bucket = self._bucket(dimension, float(limit.limit), now)
        bucket.refill(now)
        others = self._in_flight - {ticket}
        uncounted = sum(other.need[dimension] for other in others if not other.answered)
        level = reported_level(limit) - uncounted
        if level < bucket.level or not others:
            bucket.level = level
