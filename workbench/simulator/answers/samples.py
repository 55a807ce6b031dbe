"""Plausible contents for properties of which the conversation says nothing. Values only."""

from collections.abc import Sequence

from workbench.simulator.wire import JSON

_SAMPLES: tuple[tuple[str, tuple[JSON, ...]], ...] = (
    ("email mail", ("ada@example.com", "grace@example.com", "edsger@example.com")),
    ("first given", ("Ada", "Grace", "Edsger")),
    ("last family surname", ("Lovelace", "Hopper", "Dijkstra")),
    ("city town location place destination origin", ("Zurich", "Lisbon", "Kyoto")),
    ("country region", ("Switzerland", "Portugal", "Japan")),
    ("capital", ("Bern", "Lisbon", "Tokyo")),
    ("street address", ("12 Harbour Lane", "3 Mill Road", "48 Station Street")),
    ("phone telephone", ("+41 44 555 01 23", "+351 21 555 01 23")),
    ("company organisation organization employer", ("Analytical Engines Ltd", "Harbour & Co")),
    ("job role profession occupation", ("mathematician", "engineer", "professor")),
    ("age", (36, 42, 57)),
    ("year", (1843, 1952, 1968)),
    ("price amount cost total", (19.5, 42, 7.25)),
    ("quantity count number limit stock", (3, 5, 8)),
    ("rating score stars", (4, 5, 3)),
    ("confidence probability likelihood", (0.75, 0.5, 0.25)),
    ("temperature", (21, 17, 24)),
    ("population", (443_037, 545_923, 1_463_723)),
    ("percentage percent share", (62, 25, 13)),
    ("currency", ("EUR", "CHF", "JPY")),
    ("colour color", ("teal", "amber", "indigo")),
    ("language", ("English", "Portuguese", "Japanese")),
    ("status state", ("ready", "open", "done")),
    ("priority severity risk level", ("low", "medium", "high")),
    ("sentiment mood", ("positive", "neutral", "negative")),
    ("category type kind genre", ("example", "sample", "demonstration")),
    ("tag tags label labels keyword keywords", ("simulated", "example", "demo")),
    ("ingredient ingredients", ("flour", "water", "salt")),
    ("step steps instruction instructions", ("Measure everything.", "Mix it.", "Wait.")),
    ("title headline heading subject topic", ("A simulated title", "A second one", "A third")),
    ("reason reasoning thought explanation", ("Because it was asked for.", "Why not?")),
    ("answer response result output", ("A simulated answer.", "Another simulated answer.")),
    (
        "summary description text content body message note notes comment details",
        ("A simulated text.", "Another simulated text.", "One more simulated text."),
    ),
    ("unit", ("kg", "m", "s")),
    ("id identifier key code", ("a-1", "b-2", "c-3")),
    ("name person author user customer", ("Ada Lovelace", "Grace Hopper", "Edsger Dijkstra")),
)


def samples(spoken: Sequence[str], turn: int) -> list[JSON]:
    """Values for a property by the words of its name; `turn` moves on through them."""
    for names, values in _SAMPLES:
        if set(names.split()) & set(spoken):
            start = turn % len(values)
            return [*values[start:], *values[:start]]
    return []
