"""Where the time of one request went, as lanes on one axis. Pure.

What was measured here and what the service says of itself stay apart: the service names durations
only, so where they lie on the axis is an assumption, and a sum that cannot be is told as such.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, Literal, TypeAlias

from client import Usage
from workbench.session.stopwatch import ExchangeTimes

Source: TypeAlias = Literal["measured", "service", "derived", "ours"]

_TOLERANCE: Final = 0.001
"""Seconds by which two clocks, each rounded, may contradict each other."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Painting:
    """How long text took from its arrival to the terminal, in seconds; ``None`` is unknown."""

    first: float | None = None
    last: float | None = None
    median: float | None = None
    p99: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Lane:
    """One phase.

    Attributes:
        seconds: how long it took; ``None`` when unknown or when it did not happen.
        spans: where it lies on the axis, in seconds; none when it is not drawn.
        placed: whether its place was measured; that of the service's phases is assumed.
        spread: the time is not one piece but scattered over its spans.
        note: what a reader should know, such as why there is no number.

    """

    name: str
    source: Source
    seconds: float | None = None
    spans: tuple[tuple[float, float], ...] = ()
    placed: bool = True
    spread: bool = False
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Waterfall:
    """All lanes. The axis begins when the request was sent and is ``length`` seconds long.

    ``first_token`` lies on it as a mark; ``warnings`` are what cannot be as it is told.
    """

    lanes: tuple[Lane, ...]
    length: float
    first_token: float | None
    warnings: tuple[str, ...]
    remarks: tuple[str, ...]

    def of(self, source: Source) -> tuple[Lane, ...]:
        """The lanes of one source, in their order."""
        return tuple(lane for lane in self.lanes if lane.source == source)


def waterfall(
    times: ExchangeTimes, *, painting: Painting | None = None, now: float | None = None
) -> Waterfall:
    """The waterfall of an exchange; ``now`` is the end of one that is still running."""
    axis = _Axis(times, now)
    usage = times.usage or Usage()
    painting = painting or Painting()
    lanes = [*_connection(axis), *_measured(axis), *_service(axis, usage), *_ours(axis, painting)]
    drawn = [end for lane in lanes for _, end in lane.spans]
    return Waterfall(
        lanes=tuple(lanes),
        length=max([axis.end, *drawn]),
        first_token=axis.at(times.first_token),
        warnings=tuple(_warnings(axis, usage)),
        remarks=tuple(_remarks(axis)),
    )


class _Axis:
    """The stamps of an exchange as seconds since it was sent."""

    def __init__(self, times: ExchangeTimes, now: float | None) -> None:
        self.times = times
        known = [
            at
            for at in (times.written, times.headers, times.last_token, times.last_event, now)
            if at is not None
        ]
        self.end = (max([times.sent, *known]) if times.end is None else times.end) - times.sent

    def at(self, stamp: float | None) -> float | None:
        return None if stamp is None else stamp - self.times.sent

    @property
    def ready(self) -> float:
        """When the service could begin: the request was out, as far as anybody told."""
        times = self.times
        connected = times.connection.at if times.connection else None
        stamp = times.written if times.written is not None else connected
        return self.at(stamp) or 0.0

    @property
    def answered(self) -> float | None:
        """When all that was generated had arrived; ``None`` while there is no answer."""
        times = self.times
        if times.last_token is not None:
            return self.at(times.last_token)
        return self.end if times.outcome == "completed" else None


def _connection(axis: _Axis) -> Iterator[Lane]:
    connection = axis.times.connection
    if connection is None:
        yield Lane(name="connection", source="measured", note="unknown")
        return
    ready = connection.at - axis.times.sent
    yield Lane(
        name="connection",
        source="measured",
        seconds=ready,
        spans=((0.0, ready),),
        note="reused" if connection.reused else "new",
    )
    if connection.reused:
        return
    parts = (
        ("name lookup", connection.name_lookup, "none needed"),
        ("connect", connection.tcp, "unknown"),
        ("TLS", connection.tls, "none"),
    )
    start = max(0.0, ready - sum(one or 0.0 for _, one, _ in parts))
    for name, seconds, otherwise in parts:
        if seconds is None:
            yield Lane(name=name, source="measured", note=otherwise)
            continue
        yield _between(name, start, start + seconds)
        start += seconds


def _measured(axis: _Axis) -> Iterator[Lane]:
    times = axis.times
    connected = times.connection.at if times.connection else None
    yield _between("send", axis.at(connected), axis.at(times.written))
    first, ready = axis.at(times.first_token), axis.ready
    if first is None:
        yield _between("headers", ready, axis.at(times.headers))
        if times.streaming and times.outcome != "completed":
            yield Lane(name="first token", source="measured", note="none came")
        else:
            yield _between("body", axis.at(times.headers), axis.at(times.last_event))
        return
    yield _between("first token", ready, first)
    content = axis.at(times.first_content)
    if times.first_reasoning is not None:
        yield _between(
            "reasoning", first, axis.at(times.last_token) if content is None else content
        )
    if content is not None:
        yield _between("answer", content, axis.at(times.last_token))
    yield _between("end", axis.at(times.last_token), axis.at(times.end))


def _between(name: str, start: float | None, end: float | None) -> Lane:
    if start is None or end is None:
        return Lane(name=name, source="measured", note="unknown")
    return Lane(name=name, source="measured", seconds=end - start, spans=((start, end),))


def _service(axis: _Axis, usage: Usage) -> Iterator[Lane]:
    """The service's own phases, one after the other, half of the rest before them."""
    rest = _rest(axis, usage)
    start = begun = axis.ready + max(0.0, rest or 0.0) / 2
    for name, seconds in _phases(usage):
        if seconds is None:
            yield Lane(name=name, source="service", note="not said")
            continue
        span = (start, start + seconds)
        yield Lane(name=name, source="service", seconds=seconds, spans=(span,), placed=False)
        start += seconds
    if rest is None or axis.answered is None:
        yield Lane(name="network, rest", source="derived", note="unknown")
    elif rest < -_TOLERANCE:
        yield Lane(name="network, rest", source="derived", seconds=rest, note="impossible")
    else:
        yield Lane(
            name="network, rest",
            source="derived",
            seconds=max(0.0, rest),
            spans=((axis.ready, begun), (start, max(start, axis.answered))),
            placed=False,
        )


def _phases(usage: Usage) -> tuple[tuple[str, float | None], ...]:
    return (
        ("queue", usage.queue_time),
        ("prompt", usage.prompt_time),
        ("completion", usage.completion_time),
    )


def _rest(axis: _Axis, usage: Usage) -> float | None:
    """What the service's phases leave of the time from sending to the last token."""
    said = [seconds for _, seconds in _phases(usage) if seconds is not None]
    if usage.completion_time is None or axis.answered is None:
        return None
    return axis.answered - axis.ready - sum(said)


def _ours(axis: _Axis, painting: Painting) -> Iterator[Lane]:
    times = axis.times
    if times.parsing is None:
        yield Lane(name="parsing", source="ours", note="unknown")
    else:
        yield Lane(
            name="parsing",
            source="ours",
            seconds=times.parsing,
            spans=_span(axis.at(times.first_event), axis.at(times.last_event)),
            spread=True,
        )
    last = axis.at(times.last_token)
    if painting.last is None or last is None:
        yield Lane(name="painting", source="ours", note="unknown")
        return
    span = (last, last + painting.last)
    yield Lane(name="painting", source="ours", seconds=painting.last, spans=(span,))


def _span(start: float | None, end: float | None) -> tuple[tuple[float, float], ...]:
    return () if start is None or end is None else ((start, end),)


def _warnings(axis: _Axis, usage: Usage) -> Iterator[str]:
    rest = _rest(axis, usage)
    if rest is not None and rest < -_TOLERANCE:
        yield (
            f"The service's times are {-rest * 1000:,.1f} ms longer than the whole wait here: "
            "they cannot all be right."
        )
    times = axis.times
    if times.headers is not None and times.written is not None and times.headers < times.written:
        yield "The answer began before the request was out: the service refused it early."


def _remarks(axis: _Axis) -> Iterator[str]:
    times = axis.times
    if times.waited > 0 or times.attempts > 1:
        yield (
            f"Before this it waited {times.waited:.2f} s, for limits or to be sent again; "
            f"this is attempt {times.attempts}."
        )
    if times.outcome == "failed":
        yield f"It failed: {times.problem}"
    if times.outcome == "cancelled":
        yield "It was stopped here."
