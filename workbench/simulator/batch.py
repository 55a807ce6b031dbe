"""A batch as the service tells of it, and the batches in memory. No I/O."""

from dataclasses import dataclass, replace
from typing import Literal

from workbench.simulator.wire import JSON, JSONObject

Status = Literal[
    "validating",
    "failed",
    "in_progress",
    "finalizing",
    "completed",
    "expired",
    "cancelling",
    "cancelled",
]
_OVER = frozenset({"failed", "completed", "expired", "cancelled"})
#: The paths that batches may ask, as lines and batches write them.
ENDPOINTS = ("/v1/chat/completions", "/v1/audio/transcriptions", "/v1/audio/translations")
MOST_BATCHES = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class LineFault:
    """Why a line of the input cannot be asked; `line` None means the whole file."""

    code: str
    message: str
    line: int | None = None
    param: str | None = None

    def as_json(self) -> JSONObject:
        """The object of `errors.data`."""
        return {
            "code": self.code,
            "message": self.message,
            "param": self.param,
            "line": self.line,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """How far a batch has come; times in whole seconds since the epoch, None until they are."""

    id: str
    endpoint: str
    input_file_id: str
    completion_window: str
    created_at: int
    expires_at: int
    project_id: str
    metadata: JSON = None
    status: Status = "validating"
    output_file_id: str | None = None
    error_file_id: str | None = None
    in_progress_at: int | None = None
    finalizing_at: int | None = None
    completed_at: int | None = None
    failed_at: int | None = None
    cancelling_at: int | None = None
    cancelled_at: int | None = None
    expired_at: int | None = None
    completed: int = 0
    failed: int = 0
    total: int = 0
    errors: tuple[LineFault, ...] = ()

    @property
    def over(self) -> bool:
        """Whether nothing will change any more."""
        return self.status in _OVER

    def as_json(self) -> JSONObject:
        """The object of `GET /batches`."""
        faults: list[JSON] = [fault.as_json() for fault in self.errors]
        return {
            "id": self.id,
            "object": "batch",
            "endpoint": self.endpoint,
            "input_file_id": self.input_file_id,
            "completion_window": self.completion_window,
            "status": self.status,
            "output_file_id": self.output_file_id,
            "error_file_id": self.error_file_id,
            "created_at": self.created_at,
            "in_progress_at": self.in_progress_at,
            "finalizing_at": self.finalizing_at,
            "completed_at": self.completed_at,
            "failed_at": self.failed_at,
            "cancelling_at": self.cancelling_at,
            "cancelled_at": self.cancelled_at,
            "expires_at": self.expires_at,
            "expired_at": self.expired_at,
            "request_counts": {
                "completed": self.completed,
                "failed": self.failed,
                "total": self.total,
            },
            "metadata": self.metadata,
            "errors": {"object": "list", "data": faults} if faults else None,
            "project_id": self.project_id,
        }


@dataclass(slots=True, kw_only=True)
class Job:
    """A batch at work: its present state, whose it is, and its input."""

    batch: Batch
    organisation: str
    key: str
    data: bytes

    def cancel(self, now: float) -> None:
        """Ask no further line; those being answered are waited for."""
        self.batch = replace(self.batch, status="cancelling", cancelling_at=int(now))

    @property
    def wanted(self) -> bool:
        """Whether further lines should be asked."""
        return self.batch.status == "in_progress"


class BatchStore:
    """The batches of all organisations; the oldest finished ones are forgotten."""

    def __init__(self, most: int = MOST_BATCHES) -> None:
        self._jobs: dict[str, Job] = {}
        self._most = most

    def add(self, job: Job) -> None:
        """Keep a batch."""
        self._jobs[job.batch.id] = job
        over = [name for name, known in self._jobs.items() if known.batch.over]
        for name in over[: max(0, len(self._jobs) - self._most)]:
            del self._jobs[name]

    def get(self, organisation: str, batch_id: str) -> Job | None:
        """A batch of this organisation."""
        job = self._jobs.get(batch_id)
        return job if job is not None and job.organisation == organisation else None

    def of(self, organisation: str) -> list[Job]:
        """The batches of an organisation, the newest first."""
        return [job for job in reversed(self._jobs.values()) if job.organisation == organisation]
