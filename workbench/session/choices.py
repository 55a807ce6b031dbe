"""What the person has chosen for more than one workspace."""

from dataclasses import dataclass


@dataclass(slots=True, kw_only=True)
class Choices:
    """The choices as they are now; the chat's model belongs to its session."""

    transcription_model: str = "whisper-large-v3-turbo"
