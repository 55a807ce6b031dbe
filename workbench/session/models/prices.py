"""What a model costs, in dollars per what is counted. Pure."""

import math
from dataclasses import dataclass
from typing import Literal, TypeAlias

from client import Model

Unit: TypeAlias = Literal["1M tokens", "1M characters", "hour"]

_MILLION = 1_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Price:
    """US dollars per ``unit``: a million tokens or characters, or an hour of sound."""

    dollars: float
    unit: Unit = "1M tokens"


@dataclass(frozen=True, slots=True, kw_only=True)
class Prices:
    """What goes in, what of that was read from the prompt cache, what comes out.

    ``None`` is unsaid, never free.
    """

    input: Price | None = None
    cached_input: Price | None = None
    output: Price | None = None


def said_prices(model: Model) -> Prices:
    """The prices as the service lists them.

    It writes dollars per token as text; for speech, dollars per character (groq-api 8).
    """
    if model.pricing is None:
        return Prices()
    speaks = model.output_modalities is not None and "speech" in model.output_modalities
    unit: Unit = "1M characters" if speaks else "1M tokens"
    return Prices(
        input=_price(model.pricing.prompt, unit),
        cached_input=_price(model.pricing.input_cache_read, unit),
        output=_price(model.pricing.completion, unit),
    )


def _price(each: str | None, unit: Unit) -> Price | None:
    """The price of a million, ``None`` where the text is no price."""
    try:
        dollars = float(each or "nan") * _MILLION
    except ValueError:
        return None
    if not math.isfinite(dollars) or dollars < 0:
        return None
    return Price(dollars=round(dollars, 6), unit=unit)
