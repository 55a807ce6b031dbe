"""Work handed in as a file and fetched later. No I/O."""

from typing import Final

import pydantic

from client.errors import ProtocolError
from client.types.base import Unspecified, WireValue
from client.types.chat import ChatReply

ENDED: Final = frozenset({"completed", "failed", "expired", "cancelled"})
"""The statuses that a batch stays in."""


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

    @property
    def ended(self) -> bool:
        """Whether nothing will happen to it any more."""
        return self.status in ENDED

    @property
    def finished(self) -> int:
        """How many of its requests are answered, well or not."""
        counts = self.request_counts
        return counts.completed + counts.failed if counts else 0

    @property
    def problems(self) -> tuple[str, ...]:
        """What was wrong with its file, as far as the service says."""
        data = self.errors.get("data") if isinstance(self.errors, dict) else None
        found = [error for error in data or () if isinstance(error, dict)]
        return tuple(
            f"line {error['line']}: {error.get('message')}"
            if error.get("line") is not None
            else str(error.get("message"))
            for error in found
        )


class Paging(WireValue):
    """Where a list goes on."""

    next_cursor: str | None = None


class BatchList(WireValue):
    """One page of batches."""

    object: str = "list"
    data: tuple[Batch, ...]
    paging: Paging | None = None

    @property
    def next_cursor(self) -> str | None:
        """What to ask the next page by, ``None`` on the last."""
        return self.paging.next_cursor or None if self.paging else None


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

    @property
    def ok(self) -> bool:
        """Whether the request was answered as it wished."""
        answered = self.response is not None and 200 <= self.response.status_code < 300
        return answered and not self.error

    @property
    def reply(self) -> ChatReply:
        """The answer to a chat completion.

        Raises:
            ProtocolError: there is none, or it is none; ``problem`` says what happened.

        """
        body = self.response.body if self.response is not None and self.ok else None
        try:
            return ChatReply.model_validate(body)
        except pydantic.ValidationError:
            reason = self.problem or "its body is no chat completion"
            raise ProtocolError(f"{self.custom_id} has no reply: {reason}.") from None

    @property
    def problem(self) -> str:
        """What went wrong in the service's words, "" when nothing did."""
        if self.ok:
            return ""
        body = self.response.body if self.response is not None else None
        error = self.error or (body or {}).get("error")
        message = error.get("message") if isinstance(error, dict) else error
        if message:
            return str(message)
        return f"status {self.response.status_code}" if self.response is not None else "no answer"
