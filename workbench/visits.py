"""Messages that lead from one workspace to another. Cheap to import."""

from textual.message import Message

from workbench.places import PlaceName


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
