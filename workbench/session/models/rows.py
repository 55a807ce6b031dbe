"""All that is known of one model, from whoever says it, kept apart by who does. Pure."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Generic, Literal, TypeAlias, TypeVar

from client import Model
from workbench.session.measurements import Median, ModelFigures
from workbench.session.models.capabilities import CapabilityName, can
from workbench.session.models.documented import DOCUMENTED, Documented
from workbench.session.models.prices import Price, Prices, said_prices

T = TypeVar("T")

Source: TypeAlias = Literal["service", "documentation", "measured"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact(Generic[T]):
    """Something known, and who says so."""

    value: T
    source: Source


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelRow:
    """One model; what nobody says is ``None``, never zero.

    Attributes:
        model: as the service lists it.
        prices: the service's own.
        documented: what the documentation says, ``None`` when it was not read of this model.
        figures: what was measured here, ``None`` before the first completed answer.

    """

    model: Model
    prices: Prices
    documented: Documented | None = None
    figures: ModelFigures | None = None

    @property
    def id(self) -> str:
        """Its id, by which it is asked."""
        return self.model.id

    @property
    def context(self) -> int | None:
        """How many tokens question and answer may have together."""
        return self.model.context_window or self.model.context_length

    @property
    def max_output(self) -> int | None:
        """How many tokens an answer may have."""
        return self.model.max_completion_tokens or self.model.max_output_length

    @property
    def input_price(self) -> Fact[Price] | None:
        """What a million tokens in cost: the service's word, else the documentation's."""
        return self._price(lambda prices: prices.input)

    @property
    def cached_price(self) -> Fact[Price] | None:
        """The same of tokens that were read from the prompt cache."""
        return self._price(lambda prices: prices.cached_input)

    @property
    def output_price(self) -> Fact[Price] | None:
        """What a million tokens out cost."""
        return self._price(lambda prices: prices.output)

    @property
    def first_token(self) -> Median | None:
        """Seconds to the first token, measured here."""
        return self.figures.time_to_first_token if self.figures else None

    @property
    def speed(self) -> Median | None:
        """Tokens per second, measured here."""
        return self.figures.tokens_per_second if self.figures else None

    def can(self, capability: CapabilityName) -> bool | None:
        """Whether the service says that it can; ``None`` when it does not say."""
        return can(self.model, capability)

    def _price(self, which: Callable[[Prices], Price | None]) -> Fact[Price] | None:
        said = which(self.prices)
        if said is not None:
            return Fact(value=said, source="service")
        written = which(self.documented.prices) if self.documented else None
        return None if written is None else Fact(value=written, source="documentation")


def rows_of(
    models: Iterable[Model], figures: Callable[[str], ModelFigures | None]
) -> tuple[ModelRow, ...]:
    """A row for each model, in the order given; ``figures`` gives what was measured of one."""
    return tuple(
        ModelRow(
            model=model,
            prices=said_prices(model),
            documented=DOCUMENTED.get(model.id),
            figures=figures(model.id),
        )
        for model in models
    )
