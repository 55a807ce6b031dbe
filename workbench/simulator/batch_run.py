"""A batch at work: its lines answered by the handlers that answer everybody."""

import asyncio
import json
import logging
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any

from workbench.simulator import files, wire
from workbench.simulator.batch import Job, LineFault, Status
from workbench.simulator.batch_lines import BatchLine, parse_lines
from workbench.simulator.chat import create_completion
from workbench.simulator.errors import APIError, bad_request
from workbench.simulator.exchange import ASGIMessage, Exchange
from workbench.simulator.faults import Fault
from workbench.simulator.refusal import refusal
from workbench.simulator.simulation import Simulation
from workbench.simulator.transcription import create_transcription, create_translation
from workbench.simulator.wire import JSON

_log = logging.getLogger(__name__)
_VALIDATING_SECONDS, _FINALIZING_SECONDS = 3.0, 0.2
_AT_ONCE = 16
_ENDPOINTS: dict[str, Callable[[Simulation, Exchange, Fault], Awaitable[None]]] = {
    "/v1/chat/completions": create_completion,
    "/v1/audio/transcriptions": create_transcription,
    "/v1/audio/translations": create_translation,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Answer:
    status: int
    request_id: str
    body: JSON


async def run(simulation: Simulation, job: Job) -> None:
    """Take a batch from validating to its end."""
    try:
        await _run(simulation, job)
    except Exception:  # noqa: BLE001
        _log.exception("the simulator failed at batch %s", job.batch.id)
        fault = LineFault(code="internal_server_error", message="The simulator failed.")
        _end(simulation, job, "failed", errors=(fault,))


async def _run(simulation: Simulation, job: Job) -> None:
    await _pass(simulation, _VALIDATING_SECONDS)
    lines, faults = await asyncio.to_thread(parse_lines, job.data, job.batch.endpoint)
    job.data = b""
    if job.batch.status == "cancelling":
        _end(simulation, job, "cancelled")
        return
    if faults:
        _end(simulation, job, "failed", errors=faults)
        return
    now = int(simulation.clock.now())
    job.batch = replace(job.batch, status="in_progress", in_progress_at=now, total=len(lines))
    succeeded: list[bytes] = []
    refused: list[bytes] = []
    waiting = iter(lines)
    async with asyncio.TaskGroup() as group:
        for _ in range(min(_AT_ONCE, len(lines))):
            group.create_task(_work(simulation, job, waiting, succeeded, refused))
    if job.wanted and len(succeeded) + len(refused) == len(lines):
        job.batch = replace(
            job.batch, status="finalizing", finalizing_at=int(simulation.clock.now())
        )
        await _pass(simulation, _FINALIZING_SECONDS)
    status: Status = "completed"
    if job.batch.status != "finalizing":
        status = "cancelled" if job.batch.status == "cancelling" else "expired"
    _end(
        simulation,
        job,
        status,
        output_file_id=_written(simulation, job, "output", succeeded),
        error_file_id=_written(simulation, job, "error", refused),
    )


async def _pass(simulation: Simulation, seconds: float) -> None:
    clock = simulation.clock
    await clock.sleep_until(clock.monotonic() + seconds / simulation.settings.speed)


# The changes are fields of Batch.
def _end(simulation: Simulation, job: Job, status: Status, **changes: Any) -> None:  # noqa: ANN401
    changes[f"{status}_at"] = int(simulation.clock.now())
    job.batch = replace(job.batch, status=status, **changes)


async def _work(
    simulation: Simulation,
    job: Job,
    waiting: Iterator[BatchLine],
    succeeded: list[bytes],
    refused: list[bytes],
) -> None:
    for line in waiting:
        if not job.wanted or simulation.clock.now() >= job.batch.expires_at:
            return
        answer = await _ask(simulation, job.key, line)
        batch = job.batch
        if answer.status == 200:
            succeeded.append(_line(simulation, line, answer))
            job.batch = replace(batch, completed=batch.completed + 1)
        else:
            refused.append(_line(simulation, line, answer))
            job.batch = replace(batch, failed=batch.failed + 1)


async def _ask(simulation: Simulation, key: str, line: BatchLine) -> _Answer:
    """One line through its endpoint's own handler, as if it had come over a connection."""
    sent = bytearray()

    async def receive() -> ASGIMessage:
        return {"type": "http.disconnect"}

    async def send(message: ASGIMessage) -> None:
        sent.extend(message.get("body", b""))

    scope = {"method": "POST", "path": line.url, "headers": []}
    now = simulation.clock.now()
    exchange = Exchange(scope, receive, send, date=wire.http_date(now))
    exchange.request_id = wire.request_id(now, simulation.random)
    exchange.body = wire.encode(line.body)
    exchange.key = key
    exchange.service_tier = "batch"
    try:
        if line.body.get("stream"):
            raise bad_request("`stream` is not supported in batches", param="stream")
        fault = simulation.chance(simulation.standing_fault)
        if (asked := refusal(simulation, exchange, fault)) is not None:
            raise asked
        await _ENDPOINTS[line.url](simulation, exchange, fault)
    except APIError as error:
        return _Answer(status=error.status, request_id=exchange.request_id, body=_json(error.body))
    return _Answer(status=200, request_id=exchange.request_id, body=_json(bytes(sent)))


def _json(body: bytes) -> JSON:
    try:
        value: JSON = json.loads(body)
    except ValueError:
        return body.decode("utf-8", "replace")
    return value


def _line(simulation: Simulation, line: BatchLine, answer: _Answer) -> bytes:
    now = simulation.clock.now()
    return wire.document(
        {
            "id": wire.new_id("batch_req_out", now, simulation.random),
            "custom_id": line.custom_id,
            "response": {
                "status_code": answer.status,
                "request_id": answer.request_id,
                "body": answer.body,
            },
            "error": None,
        }
    )


def _written(simulation: Simulation, job: Job, kind: str, lines: list[bytes]) -> str | None:
    """The id of a file with these lines, in no order; None when there are none."""
    if not lines:
        return None
    simulation.random.shuffle(lines)
    stored = files.keep(
        simulation,
        job.key,
        filename=f"{job.batch.id}_{kind}.jsonl",
        purpose="batch_output",
        data=b"".join(lines),
    )
    return stored.id
