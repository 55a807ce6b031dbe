"""Everything about one model, by who says it. Pure."""

import json
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Final, TypeAlias

from textual.content import Content

from client import RateLimit
from workbench.neutralise import neutralise_line
from workbench.session.measurements import Median
from workbench.session.models.browser import ModelDetails
from workbench.session.models.documented import Documented
from workbench.session.models.prices import Price
from workbench.widgets.figures import UNKNOWN, count, countdown, duration, plural, speed
from workbench.widgets.models.cells import dollars
from workbench.widgets.models.fact_list import FactSection
from workbench.widgets.models.moments import old
from workbench.widgets.models.sources import COLOUR, FAINT, MUTED, READ

Fact: TypeAlias = tuple[str, Content]

_MOST_CHARACTERS: Final = 400
"""Shown of one field: a service may send anything."""
_SHORTER: Final = {
    "max_completion_tokens": "max_completion",
    "supported_features": "features",
    "supported_sampling_parameters": "sampling",
    "input_modalities": "input",
    "output_modalities": "output",
    "hugging_face_id": "hugging_face",
    "max_output_length": "max_output",
    "pricing.prompt": "price in",
    "pricing.completion": "price out",
    "pricing.input_cache_read": "price cached",
    "pricing.image": "price image",
    "pricing.request": "price request",
}


def title(details: ModelDetails) -> Content:
    """Which model it is, and what one should know first."""
    model = details.row.model
    parts: list[tuple[str, str]] = [("▍", "$primary"), (neutralise_line(model.id), "bold")]
    if model.name:
        parts.append((f"  {neutralise_line(model.name)}", MUTED))
    if model.active is False:
        parts.append(("  not active", "$text-warning"))
    return Content.assemble(*parts)


def said(details: ModelDetails) -> FactSection:
    """Every field that the service sent, in its own words."""
    fields = details.row.model.model_dump(mode="json", exclude_unset=True)
    facts = [fact for name, value in fields.items() for fact in _fields(name, value)]
    return FactSection(heading="The service says", colour=COLOUR["service"], facts=tuple(facts))


def documented(details: ModelDetails) -> FactSection:
    """What the documentation says, with the day on which it was read."""
    written = details.row.documented
    return FactSection(
        heading="Documented",
        colour=COLOUR["documentation"],
        note=f"read {READ}",
        facts=tuple(_documented(written)) if written else (),
    )


def measured(details: ModelDetails) -> FactSection:
    """What was measured here."""
    origin, figures = details.series.origin, details.row.figures
    of_what = "" if origin == "live" else origin.upper()
    if figures is None:
        return FactSection(
            heading="Measured here",
            colour=COLOUR["measured"],
            note=of_what,
            nothing="nothing yet: every completed answer is",
        )
    colour = COLOUR["measured"]
    several = ", quartiles" if figures.answers > 1 else ""
    return FactSection(
        heading="Measured here",
        colour=colour,
        note=of_what,
        facts=(
            ("first token", _median(figures.time_to_first_token, duration, colour)),
            ("tokens/s", _median(figures.tokens_per_second, speed, colour)),
            ("whole answer", _median(figures.duration, duration, colour)),
            ("of", Content.styled(f"{plural(figures.answers, 'answer')}{several}", FAINT)),
        ),
    )


def timed(details: ModelDetails) -> tuple[FactSection, ...]:
    """The service's own word on the answers that were measured here; nothing before the first."""
    figures, colour = details.row.figures, COLOUR["service"]
    if figures is None:
        return ()
    return (
        FactSection(
            heading="The service on the same answers",
            colour=colour,
            facts=(
                ("tokens/s", _median(figures.server_tokens_per_second, speed, colour)),
                ("queue", _median(figures.queue_time, duration, colour)),
                ("prompt", _median(figures.prompt_time, duration, colour)),
                ("completion", _median(figures.completion_time, duration, colour)),
            ),
        ),
    )


def limits(details: ModelDetails) -> FactSection:
    """The rate limits as last seen, refilled until now, and how old that word is."""
    seen, age = details.limits, details.limits_age
    buckets = () if seen is None else (seen.requests, seen.tokens, seen.audio_seconds)
    names = ("requests/day", "tokens/min", "audio s/hour")
    return FactSection(
        heading="Rate limits",
        colour=COLOUR["service"],
        note=f"told {old(age)} ago" if seen else "",
        facts=tuple(
            (name, _bucket(bucket, age))
            for name, bucket in zip(names, buckets, strict=False)
            if bucket is not None
        ),
        nothing="not seen yet: an answer tells them",
    )


def _fields(name: str, value: object, owner: str = "") -> list[Fact]:
    """A field, or those inside it."""
    path = f"{owner}{name}"
    if isinstance(value, Mapping) and value:
        return [fact for key, one in value.items() for fact in _fields(str(key), one, f"{path}.")]
    shown = _SHORTER.get(path, neutralise_line(path))
    return [(shown, Content.styled(_plain(name, value), COLOUR["service"]))]


def _plain(name: str, value: object) -> str:
    match value:
        case None | bool():
            return json.dumps(value)
        case int() if name == "created":
            return _date(value)
        case int():
            return f"{value:,}"
        case str():
            text = value
        case list() if value and all(isinstance(one, str) for one in value):
            text = ", ".join(value)
        case _:
            text = json.dumps(value, ensure_ascii=False)
    shown = neutralise_line(text)
    return f"{shown[:_MOST_CHARACTERS]}…" if len(shown) > _MOST_CHARACTERS else shown


def _date(seconds: int) -> str:
    """Unix seconds as they were sent, and the day that they mean."""
    if not 0 < seconds < 1e11:
        return str(seconds)
    return f"{datetime.fromtimestamp(seconds, UTC):%d %b %Y} ({seconds})"


def _documented(written: Documented) -> list[Fact]:
    facts: list[tuple[str, str]] = []
    if written.tokens_per_second is not None:
        facts.append(("speed", f"about {written.tokens_per_second:,} tokens/s"))
    if written.times_real_time is not None:
        facts.append(("speed", f"{written.times_real_time} times real time"))
    prices = written.prices
    named = (
        ("price in", prices.input),
        ("price cached", prices.cached_input),
        ("price out", prices.output),
    )
    facts += [(name, _price(price)) for name, price in named if price is not None]
    stage = written.stage
    facts.append(("stage", f"{stage} {written.until:%d %b %Y}" if written.until else stage))
    facts += [("" if number else "notes", note) for number, note in enumerate(written.notes)]
    return [(name, Content.styled(text, COLOUR["documentation"])) for name, text in facts]


def _price(price: Price) -> str:
    per = price.unit if price.unit != "hour" else "hour of sound"
    return f"${dollars(price.dollars)} per {per}"


def _median(median: Median | None, written: Callable[[float | None], str], colour: str) -> Content:
    if median is None:
        return Content.styled(UNKNOWN, FAINT)
    value = Content.styled(written(median.value), colour)
    low, high = written(median.low), written(median.high)
    if low == high:
        return value
    number, _, unit = low.partition(" ")
    least = number if high.endswith(f" {unit}") else low
    return Content.assemble(value, (f"  {least} to {high}", FAINT))


def _bucket(bucket: RateLimit, age: float) -> Content:
    level, full_in = bucket.level(age), bucket.full_in(age)
    return Content.assemble(
        (count(level), COLOUR["service"]),
        (f" of {count(bucket.limit)}", MUTED),
        ("" if full_in <= 0 else f"  ↻{countdown(full_in).replace(' ', '')}", FAINT),
    )
