"""What happened below the screen, on its way to it."""

from textual.message import Message

from workbench.session.chat import ChatUpdate


class ChatUpdated(Message):
    """The conversation went on."""

    def __init__(self, update: ChatUpdate) -> None:
        super().__init__()
        self.update = update


class LimitsUpdated(Message):
    """A response told the limits of a model."""

    def __init__(self, model: str) -> None:
        super().__init__()
        self.model = model


class ModelsListed(Message):
    """The list of models was asked for; ``problem`` says why it did not come, "" when it did."""

    def __init__(self, problem: str = "") -> None:
        super().__init__()
        self.problem = problem
