"""What Groq's documentation says of its models and the list of models does not. Values only.

Speeds and the prices of transcription are nowhere on the wire. Everything here is as old as
``AS_OF``, and is shown with that date.
"""

from dataclasses import dataclass
from datetime import date
from typing import Final, Literal, TypeAlias

from workbench.session.models.prices import Price, Prices

AS_OF: Final = date(2026, 10, 1)
"""When the pages were read: console.groq.com/docs/models, /docs/deprecations, groq.com/pricing."""

Stage: TypeAlias = Literal["production", "preview", "enterprise only", "retired"]

_UNSAID: Final = Prices()


@dataclass(frozen=True, slots=True, kw_only=True)
class Documented:
    """What the pages say of one model.

    Attributes:
        tokens_per_second: how fast it answers; ``None`` is unsaid.
        times_real_time: how much faster than it was spoken a transcription is.
        prices: only what the list of models does not say itself.
        stage: whether one may rely on it.
        until: when it was, or will be, switched off.
        notes: what else one should know.

    """

    tokens_per_second: int | None = None
    times_real_time: int | None = None
    prices: Prices = _UNSAID
    stage: Stage = "production"
    until: date | None = None
    notes: tuple[str, ...] = ()


def _per_million(given: float, taken: float | None, cached: float | None = None) -> Prices:
    return Prices(
        input=Price(dollars=given),
        cached_input=None if cached is None else Price(dollars=cached),
        output=None if taken is None else Price(dollars=taken),
    )


def _per_hour(dollars: float) -> Prices:
    return Prices(input=Price(dollars=dollars, unit="hour"))


def _retired(year: int, month: int, day: int) -> Documented:
    return Documented(stage="retired", until=date(year, month, day))


_BILLED: Final = "Billed for at least 10 s a request."
_ONE_CALL: Final = "One tool call a turn."
_SPEECH: Final = Prices(input=Price(dollars=22.0, unit="1M characters"))

DOCUMENTED: Final = {
    "openai/gpt-oss-120b": Documented(
        tokens_per_second=500, prices=_per_million(0.15, 0.60, 0.075), notes=(_ONE_CALL,)
    ),
    "openai/gpt-oss-20b": Documented(
        tokens_per_second=1000, prices=_per_million(0.075, 0.30, 0.0375), notes=(_ONE_CALL,)
    ),
    "openai/gpt-oss-safeguard-20b": Documented(
        tokens_per_second=1000, prices=_per_million(0.075, 0.30, 0.037), stage="preview"
    ),
    "qwen/qwen3.8-27b": Documented(
        tokens_per_second=450,
        prices=_per_million(0.80, 4.00),
        stage="preview",
        notes=("At most 3 images a request.",),
    ),
    "llama-3.3-70b-versatile": Documented(
        tokens_per_second=280, prices=_per_million(0.59, 0.79, 0.295), stage="enterprise only"
    ),
    "llama-3.1-8b-instant": Documented(
        tokens_per_second=560, prices=_per_million(0.05, 0.08, 0.025), stage="enterprise only"
    ),
    "minimaxai/minimax-m2.7": Documented(tokens_per_second=260, stage="enterprise only"),
    "meta-llama/llama-prompt-guard-2-22m": Documented(
        prices=_per_million(0.03, None), stage="preview"
    ),
    "meta-llama/llama-prompt-guard-2-86m": Documented(
        prices=_per_million(0.04, None), stage="preview"
    ),
    "whisper-large-v3": Documented(
        times_real_time=189,
        prices=_per_hour(0.111),
        notes=("Translates into English too.", _BILLED),
    ),
    "whisper-large-v3-turbo": Documented(
        times_real_time=216, prices=_per_hour(0.04), notes=(_BILLED,)
    ),
    "canopylabs/orpheus-v1-english": Documented(
        prices=_SPEECH,
        stage="preview",
        notes=("At most 200 characters a request.", "An admin accepts its terms first."),
    ),
    "canopylabs/orpheus-arabic-saudi": Documented(
        prices=Prices(input=Price(dollars=40.0, unit="1M characters")),
        stage="preview",
        notes=("At most 200 characters a request.", "An admin accepts its terms first."),
    ),
    "groq/compound": _retired(2026, 9, 21),
    "groq/compound-mini": _retired(2026, 9, 21),
    "qwen/qwen3.6-27b": _retired(2026, 9, 14),
    "qwen/qwen3-32b": _retired(2026, 7, 17),
    "meta-llama/llama-4-scout-17b-16e-instruct": _retired(2026, 7, 17),
    "moonshotai/kimi-k2-instruct-0905": _retired(2026, 4, 15),
    "meta-llama/llama-4-maverick-17b-128e-instruct": _retired(2026, 3, 9),
    "meta-llama/llama-guard-4-12b": _retired(2026, 3, 5),
}
"""By id. A model that is not here is simply one of which no page was read."""
