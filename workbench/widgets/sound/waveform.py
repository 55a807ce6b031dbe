"""The shape of sound: as it is recorded, running to the left, and of a whole recording."""

from collections import deque
from collections.abc import Iterable, Sequence
from typing import ClassVar, Final

from rich.color import Color, blend_rgb
from rich.style import Style
from textual import events
from textual.geometry import Region
from textual.message import Message
from textual.strip import Strip
from textual.widget import Widget

from workbench.widgets.sound.bars import Bar, paint_bars
from workbench.widgets.sound.scale import peak_share

_KEPT: Final = 512
"""Bars of a running waveform: more than the widest terminal shows."""
_FADING: Final = 24
"""Bars at the right over which the colour of now becomes that of what was."""
_LOOKS: Final = ("ahead", "paused", "sound", "newest", "played", "clipped", "place")


class Waveform(Widget):
    """Bars; how high and in which colour the kinds of it say."""

    DEFAULT_CSS = """
    Waveform {
        background: $background;

        & .waveform--ahead { color: $foreground 14%; background: $background; }
        & .waveform--paused { color: $foreground 30%; background: $background; }
        & .waveform--sound { color: $secondary 60%; background: $background; }
        & .waveform--newest { color: $primary; background: $background; }
        & .waveform--played { color: $primary; background: $background; }
        & .waveform--clipped { color: $error; background: $background; }
        & .waveform--place { color: $foreground; background: $background; }
    }
    """
    COMPONENT_CLASSES: ClassVar[set[str]] = {f"waveform--{look}" for look in _LOOKS}

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 - Textual's name
        super().__init__(id=id)
        self._styles: dict[str, Style] = {}

    def bars(self, width: int) -> list[Bar]:
        """What to draw, one for each column."""
        raise NotImplementedError

    def render_lines(self, crop: Region) -> list[Strip]:
        """Draw all rows at once: they share their bars."""
        width, height = self.size
        strips = paint_bars(self.bars(width), height, self._looks())
        background = self.background_colors[1]
        chosen = []
        for strip in strips[crop.y : crop.bottom]:
            shown = strip.crop(*crop.column_span)
            for line_filter in self.get_line_filters():
                shown = shown.apply_filter(line_filter, background)
            chosen.append(shown)
        return chosen

    def notify_style_update(self) -> None:
        """Take up the colours of a new theme."""
        super().notify_style_update()
        self._styles.clear()

    def _looks(self) -> dict[str, Style]:
        if not self._styles:
            styles = {look: self.get_component_rich_style(f"waveform--{look}") for look in _LOOKS}
            for step in range(_FADING):
                share = step / _FADING
                styles[f"fading-{step}"] = _blended(styles["newest"], styles["sound"], share)
            self._styles = styles
        return self._styles


class RunningWaveform(Waveform):
    """The last seconds of what is being recorded; the newest is at the right edge."""

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 - Textual's name
        super().__init__(id=id)
        self._heard: deque[tuple[float, bool]] = deque(maxlen=_KEPT)
        self._paused = False

    def add(self, peaks: Iterable[float], *, clipped: bool = False) -> None:
        """Go on by these amplitudes, 0 to 1, one bar each."""
        self._heard.extend((peak_share(peak), clipped) for peak in peaks)
        self.refresh()

    def pause(self, paused: bool) -> None:
        """Stand still in grey, or run again."""
        self._paused = paused
        self.refresh()

    def clear(self) -> None:
        """Forget what was heard."""
        self._heard.clear()
        self._paused = False
        self.refresh()

    def bars(self, width: int) -> list[Bar]:
        """The newest sounds; a thin line where there is none yet."""
        heard = list(self._heard)[-width:]
        bars = [Bar(0.0, "ahead")] * (width - len(heard))
        for age, (share, clipped) in zip(range(len(heard) - 1, -1, -1), heard, strict=True):
            if clipped:
                look = "clipped"
            elif self._paused:
                look = "paused"
            else:
                look = f"fading-{age}" if age < _FADING else "sound"
            bars.append(Bar(share, look))
        return bars


class RecordingWaveform(Waveform):
    """A whole recording in the width there is, lit up to where it plays."""

    class Sought(Message):
        """The listener pointed at a place; ``share`` is 0 at the start, 1 at the end."""

        def __init__(self, share: float) -> None:
            super().__init__()
            self.share = share

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 - Textual's name
        super().__init__(id=id)
        self._peaks: Sequence[float] = ()
        self._place: float | None = None

    def show_recording(self, peaks: Sequence[float]) -> None:
        """Show a recording by amplitudes, 0 to 1, in equal steps of time; empty while unknown."""
        self._peaks = peaks
        self._place = None
        self.refresh()

    def show_place(self, share: float | None) -> None:
        """Light it up to here; ``None`` when nothing plays."""
        if share != self._place:
            self._place = share
            self.refresh()

    def bars(self, width: int) -> list[Bar]:
        """The loudest of each column's share of the time."""
        if not self._peaks:
            return [Bar(0.0, "ahead")] * width
        place = -1 if self._place is None else min(int(self._place * width), width - 1)
        return [
            Bar(peak_share(peak), "place" if x == place else "played" if x < place else "sound")
            for x, peak in enumerate(_loudest(self._peaks, width))
        ]

    def on_click(self, event: events.Click) -> None:
        """Tell where."""
        if self._peaks and self.size.width:
            self.post_message(self.Sought(event.x / self.size.width))


def _loudest(peaks: Sequence[float], count: int) -> list[float]:
    given = len(peaks)
    return [
        max(peaks[x * given // count : max(x * given // count + 1, (x + 1) * given // count)])
        for x in range(count)
    ]


def _blended(here: Style, there: Style, share: float) -> Style:
    """A colour between two, ``share`` of the way."""
    if here.color is None or there.color is None:
        return here
    mixed = blend_rgb(here.color.get_truecolor(), there.color.get_truecolor(), share)
    return Style(color=Color.from_triplet(mixed), bgcolor=here.bgcolor)
