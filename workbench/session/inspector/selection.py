"""What a person looks at: a branch, and a place on it. No I/O."""

from dataclasses import dataclass

from workbench.session.inspector.timeline import Branch, Call, Point, Round


@dataclass(frozen=True, slots=True, kw_only=True)
class Selection:
    """A branch as it is now, and the place that is looked at; ``None`` where there is none yet."""

    branch: Branch
    point: Point | None = None

    @property
    def round(self) -> Round | None:
        """The round of the place."""
        return self.branch.round(self.point.round) if self.point else None

    @property
    def call(self) -> Call | None:
        """The call of the place, ``None`` at a request or a reply."""
        found, point = self.round, self.point
        if found is None or point is None or not 0 <= point.call < len(found.calls):
            return None
        return found.calls[point.call]
