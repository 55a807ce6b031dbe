"""What the inspector's session tells, on its way to the screen."""

from textual.message import Message

from workbench.session.inspector.timeline import Branch


class BranchUpdated(Message):
    """A branch went on: a reply arrived, or a tool finished."""

    def __init__(self, branch: Branch) -> None:
        super().__init__()
        self.branch = branch


class StepRefused(Message):
    """A step was not taken; ``reason`` says why, and what helps."""

    def __init__(self, reason: str) -> None:
        super().__init__()
        self.reason = reason
