"""What a bench has found so far, as rows: each model, its checks, and where answers differ."""

from collections.abc import Iterator, Sequence
from typing import Final

from textual.content import Content

from workbench.neutralise import neutralise_line
from workbench.session.repeat.statistics import Share, apart
from workbench.session.repeat.summary import ModelSummary, Variation
from workbench.widgets.figures import duration, plural
from workbench.widgets.wire.share_bar import counted, interval, percent, share_bar, tone

_COUNTED: Final = 9
_RATE: Final = 6
_INTERVAL: Final = 9
_MUTED: Final = "$foreground 60%"


class RepeatRows:
    """Rows are made when they are asked for at a width, and kept."""

    def __init__(self, models: Sequence[ModelSummary], variations: Sequence[Variation]) -> None:
        self._models = tuple(models)
        self._variations = tuple(variations)
        self._width = 0
        self._rows: list[Content] = []

    def height(self, width: int) -> int:
        """How many rows."""
        if width != self._width:
            self._width = width
            self._rows = list(self._lay(width))
        return len(self._rows)

    def row(self, index: int, width: int) -> Content:
        """One row."""
        self.height(width)
        return self._rows[index]

    def _lay(self, width: int) -> Iterator[Content]:
        for model in self._models:
            yield from self._model(model, width)
            yield Content()
        if verdict := _verdict(self._models):
            yield Content.styled(verdict, _MUTED).truncate(width, ellipsis=True)
            yield Content()
        if self._variations:
            yield Content.styled("Where the answers differ", "bold $text-secondary")
            for variation in self._variations:
                yield from _variation(variation, width)
        elif any(model.answered > 1 for model in self._models):
            yield Content.styled("All answers are alike, field by field.", _MUTED)

    def _model(self, model: ModelSummary, width: int) -> Iterator[Content]:
        times = [
            f"first token {duration(model.first_token)}" if model.first_token is not None else "",
            f"whole {duration(model.duration)}" if model.duration is not None else "",
        ]
        figures = " · ".join([plural(model.answered, "answer"), *filter(None, times)])
        name = neutralise_line(model.model)
        yield Content.assemble((name, "bold"), (f"  {figures}", _MUTED)).truncate(
            width, ellipsis=True
        )
        if model.checks:
            yield _share_row("every check", model.all_checks, width)
        for check in model.checks:
            yield _share_row(f"  {check.text}", check.share, width)
            for reason, number in check.reasons:
                text = f"    {number} × {neutralise_line(reason)}".replace("×", "x")  # noqa: RUF001
                yield Content.styled(text, "$text-warning").truncate(width, ellipsis=True)
        for problem, number in model.problems:
            text = f"  {plural(number, 'run')} without an answer: {neutralise_line(problem)}"
            yield Content.styled(text, "$text-error").truncate(width, ellipsis=True)


def _share_row(name: str, share: Share, width: int) -> Content:
    bar = max(10, min(30, width // 4))
    room = max(8, width - bar - _COUNTED - _RATE - _INTERVAL - 8)
    rate = "" if share.rate is None else f"{percent(share.rate)} %"
    return Content.assemble(
        Content(neutralise_line(name) if not name.startswith(" ") else "  " + neutralise_line(name))
        .truncate(room, ellipsis=True, pad=True),
        "  ",
        (f"{counted(share):>{_COUNTED}}", ""),
        (f"  {rate:>{_RATE}}", f"bold {tone(share)}" if share.rate is not None else ""),
        "  ",
        share_bar(share, bar),
        (f"  {interval(share):>{_INTERVAL}}", _MUTED),
    ).truncate(width, ellipsis=True)  # fmt: skip


def _variation(variation: Variation, width: int) -> Iterator[Content]:
    yield Content.styled(f"  {neutralise_line(variation.path)}", "$text-accent").truncate(
        width, ellipsis=True
    )
    for value, number in variation.values:
        yield Content.assemble(
            (f"  {number:>5} ", "bold"), (neutralise_line(value), "$text-success")
        ).truncate(width, ellipsis=True)
    if variation.absent:
        yield Content.assemble((f"  {variation.absent:>5} ", "bold"), ("not there", _MUTED))


def _verdict(models: Sequence[ModelSummary]) -> str:
    """Whether the models' rates differ beyond chance."""
    rated = [model for model in models if model.checks and model.all_checks.total]
    if len(rated) < 2:
        return ""
    best = max(rated, key=lambda model: model.all_checks.rate or 0.0)
    others = [model for model in rated if model is not best]
    if all(apart(best.all_checks, other.all_checks) for other in others):
        return f"{neutralise_line(best.model)} is better than chance explains."
    return "The intervals overlap: these runs do not tell the models apart."
