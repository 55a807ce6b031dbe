"""Keys that are typed before anything has the focus go where one types."""

from textual import events
from textual.screen import Screen

from workbench.widgets.prompt import Prompt


class EarlyKeys(Screen[None]):
    """A screen with a prompt, to which keys go that belong to nothing else."""

    def on_key(self, event: events.Key) -> None:
        """Take a key that found no focus: the first one typed is never lost."""
        prompt = self.query_one(Prompt)
        # the prompt leaves no such key to us; one that waited here may have seen it get the focus
        if self.focused not in (None, prompt):
            return
        if event.key == "enter":
            prompt.submit()
        elif event.is_printable and event.character:
            prompt.insert(event.character)
        else:
            return
        event.stop()
