"""Where the workbench keeps things, and what it was told to do on the command line."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

DEFAULT_MODEL: Final = "openai/gpt-oss-20b"
_APPLICATION: Final = "groq-workbench"


class ConfigError(Exception):
    """Something on the command line or in a file is wrong; the message says what."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Paths:
    """The files of the workbench. Nothing is made before it is needed."""

    key: Path
    history: Path
    log: Path

    @classmethod
    def of_this_user(cls) -> "Paths":
        """Where this system keeps configuration and state."""
        from platformdirs import PlatformDirs

        places = PlatformDirs(_APPLICATION, appauthor=False)
        state = places.user_state_path
        return cls(
            key=places.user_config_path / "key",
            history=state / "prompts.jsonl",
            log=state / "workbench.log",
        )

    @property
    def devices(self) -> Path:
        """Which microphone and loudspeaker were chosen."""
        return self.history.with_name("devices.json")

    @property
    def measurements(self) -> Path:
        """What was measured of each model."""
        return self.history.with_name("measurements.db")

    @property
    def approved_tools(self) -> Path:
        """Which tools were approved, as they were then."""
        return self.history.with_name("approved-tools.json")

    @property
    def model_lists(self) -> Path:
        """A folder with each service's last list of models."""
        return self.history.with_name("models")

    @property
    def recordings(self) -> Path:
        """The folder of recordings, their transcripts beside them."""
        return self.history.with_name("recordings")

    @property
    def transcripts(self) -> Path:
        """A folder with the transcripts of files from elsewhere."""
        return self.history.with_name("transcripts")

    @property
    def listening_models(self) -> Path:
        """A folder with Whisper models, each in a folder of its own, for the demo."""
        return self.history.with_name("whisper")


def read_tools(file: Path) -> tuple[Mapping[str, object], ...]:
    """Tools from a JSON file in the API's form: a list, or one tool.

    Raises:
        ConfigError: it cannot be read, or is no list of tools.
    """
    try:
        value = json.loads(file.read_text(encoding="utf-8"))
    except OSError as error:
        raise ConfigError(f"{file}: {error.strerror or 'cannot be read'}.") from None
    except ValueError as error:
        raise ConfigError(f"{file} is not JSON: {error}.") from None
    tools = value if isinstance(value, list) else [value]
    for number, tool in enumerate(tools):
        if not isinstance(tool, dict) or "type" not in tool:
            raise ConfigError(
                f'{file}: tool {number} is not of the form {{"type": "function", "function": ...}}.'
            )
    return tuple(tools)
