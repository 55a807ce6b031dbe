"""Work handed in as a file and fetched later. No I/O."""

from client.types.base import Unspecified, WireValue


class RequestCounts(WireValue):
    """How far a batch has come."""

    completed: int = 0
    failed: int = 0
    total: int = 0


class Batch(WireValue):
    """A batch job; times are Unix seconds, ``None`` until they happened."""

    id: str
    object: str = "batch"
    endpoint: str | None = None
    input_file_id: str | None = None
    completion_window: str | None = None
    status: str | None = None
    output_file_id: str | None = None
    error_file_id: str | None = None
    created_at: int | None = None
    in_progress_at: int | None = None
    finalizing_at: int | None = None
    completed_at: int | None = None
    failed_at: int | None = None
    cancelling_at: int | None = None
    cancelled_at: int | None = None
    expires_at: int | None = None
    expired_at: int | None = None
    request_counts: RequestCounts | None = None
    metadata: dict[str, Unspecified] | None = None
    errors: Unspecified = None
    project_id: str | None = None


class BatchResponse(WireValue):
    """The answer to one line of a batch; ``body`` is what the endpoint would have answered."""

    status_code: int
    request_id: str | None = None
    body: dict[str, Unspecified] | None = None


class BatchResult(WireValue):
    """One line of a batch's output; lines do not come in the order of the input."""

    id: str | None = None
    custom_id: str | None = None
    response: BatchResponse | None = None
    error: Unspecified = None
