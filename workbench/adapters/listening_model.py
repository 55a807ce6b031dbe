"""The Whisper model that the demo hears words with, where there is one on this machine."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Final

VARIABLE: Final = "GROQ_WORKBENCH_LISTEN"
"""In the environment: a model's folder or its name on the hub, or "off"."""
_OFF: Final = frozenset({"off", "no", "none", "0"})
_SIZES: Final = ("base", "small", "tiny", "medium", "large")
"""The best first that hears faster than one speaks on any computer."""
_CACHED: Final = "models--*--faster-whisper-*"
_MODEL_FILE: Final = "model.bin"
_PREFIXES: Final = re.compile(r"^(faster-)?(distil-)?(whisper-)?")


class DeafError(Exception):
    """A model was asked for that cannot be used; the message says why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ListeningModel:
    """A model for the recogniser: its folder, or its name on the hub."""

    location: str

    @property
    def title(self) -> str:
        """How a person calls it, such as "Whisper base"."""
        name = Path(self.location).name
        if Path(self.location).parent.name == "snapshots":
            name = Path(self.location).parents[1].name.rpartition("--")[2]
        return f"Whisper {_PREFIXES.sub('', name.lower())}".strip()


def can_listen() -> bool:
    """Whether the recogniser is installed."""
    return find_spec("faster_whisper") is not None


def find_listening_model(
    asked: str | None, environment: Mapping[str, str], places: tuple[Path, ...]
) -> ListeningModel | None:
    """The model that was asked for, else one that is on this machine, else ``None``.

    Nothing is downloaded unless a name was given. ``places`` are folders with models in folders of
    their own.

    Raises:
        DeafError: one was asked for, and nothing here could run it.

    """
    wanted = asked or environment.get(VARIABLE, "").strip()
    if wanted.lower() in _OFF:
        return None
    if wanted:
        return _asked_for(wanted)
    if not can_listen():
        return None
    found = sorted(_models_in(places), key=_order)
    return ListeningModel(location=str(found[0])) if found else None


def hub_cache(environment: Mapping[str, str], home: Path) -> Path:
    """Where the hub's own program keeps what it has downloaded."""
    if cache := environment.get("HF_HUB_CACHE"):
        return Path(cache)
    hub = environment.get("HF_HOME")
    return (Path(hub) if hub else home / ".cache" / "huggingface") / "hub"


def _asked_for(wanted: str) -> ListeningModel:
    if not can_listen():
        raise DeafError(
            "to hear words the recogniser is needed: pip install 'groq-workbench[listen]'"
        )
    folder = Path(wanted).expanduser()
    looks_like_folder = wanted.startswith((".", "~")) or folder.is_absolute()
    if folder.is_dir() or looks_like_folder:
        if not (folder / _MODEL_FILE).is_file():
            raise DeafError(f"{wanted} is no folder of a Whisper model: it has no {_MODEL_FILE}")
        return ListeningModel(location=str(folder.absolute()))
    return ListeningModel(location=wanted)


def _models_in(places: tuple[Path, ...]) -> Iterator[Path]:
    for place in places:
        try:
            folders = [
                *(folder for folder in place.glob("*") if (folder / _MODEL_FILE).is_file()),
                *(file.parent for file in place.glob(f"{_CACHED}/snapshots/*/{_MODEL_FILE}")),
            ]
        except OSError:
            continue
        yield from folders


def _order(folder: Path) -> tuple[int, str]:
    title = ListeningModel(location=str(folder)).title
    rank = next((n for n, size in enumerate(_SIZES) if size in title), len(_SIZES))
    return rank, str(folder)
