"""What differs between two JSON values, place by place. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal, TypeAlias

from workbench.session.json_path import Path, written

Kind: TypeAlias = Literal["added", "removed", "changed"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """One place; ``before`` is ``None`` for what was added, ``after`` for what was removed."""

    at: Path
    kind: Kind
    before: object = None
    after: object = None

    @property
    def path(self) -> str:
        """The place, as people write it."""
        return written(self.at)


def differences(before: object, after: object, at: Path = ()) -> tuple[Difference, ...]:
    """The places where they differ, each once, in the order of ``before``."""
    return tuple(_walk(before, after, at))


def _walk(before: object, after: object, at: Path) -> Iterator[Difference]:
    if isinstance(before, dict) and isinstance(after, dict):
        for name in [*before, *(name for name in after if name not in before)]:
            place = (*at, str(name))
            if name not in after:
                yield Difference(at=place, kind="removed", before=before[name])
            elif name not in before:
                yield Difference(at=place, kind="added", after=after[name])
            else:
                yield from _walk(before[name], after[name], place)
    elif isinstance(before, list) and isinstance(after, list):
        for index in range(max(len(before), len(after))):
            place = (*at, index)
            if index >= len(after):
                yield Difference(at=place, kind="removed", before=before[index])
            elif index >= len(before):
                yield Difference(at=place, kind="added", after=after[index])
            else:
                yield from _walk(before[index], after[index], place)
    elif before != after or type(before) is not type(after):
        yield Difference(at=at, kind="changed", before=before, after=after)
