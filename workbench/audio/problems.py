"""That nothing can be heard, as an exception."""

from workbench.audio.capture import AudioUnavailable


class AudioUnavailableError(Exception):
    """Nothing can be recorded or played as things stand; ``unavailable`` says why."""

    def __init__(self, unavailable: AudioUnavailable) -> None:
        super().__init__(unavailable.explanation)
        self.unavailable = unavailable
