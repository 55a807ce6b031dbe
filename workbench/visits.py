"""Messages that lead from one workspace to another, or to what covers one. Cheap to import."""

from typing import TYPE_CHECKING

from textual.message import Message

from workbench.places import PlaceName

if TYPE_CHECKING:
    from workbench.session.stopwatch import ExchangeTimes
    from workbench.session.waterfall import Painting


class WorkspaceWanted(Message):
    """The person wants to be in a workspace, and to have its action `then` done there."""

    def __init__(self, place: PlaceName, *, then: str = "") -> None:
        super().__init__()
        self.place = place
        self.then = then


class DraftOffered(Message):
    """A text belongs into the chat's prompt; it is never sent by itself."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.text = text


class RaceWanted(Message):
    """Models are to race; the person sees the setup first."""

    def __init__(self, models: tuple[str, ...] = ()) -> None:
        super().__init__()
        self.models = models


class WaterfallWanted(Message):
    """The person wants to see where the time of an exchange went.

    ``exchange`` is the number that the client's events bear, ``None`` for the last chat.
    ``times`` are those of one that is no longer known by its number, such as a recorded one.
    ``painting`` is what showing it took, where that is known.
    """

    def __init__(
        self,
        exchange: int | None = None,
        *,
        times: "ExchangeTimes | None" = None,
        painting: "Painting | None" = None,
    ) -> None:
        super().__init__()
        self.exchange = exchange
        self.times = times
        self.painting = painting
