"""Batches: created from a file, looked after, cancelled."""

import re
from urllib.parse import parse_qs

from workbench.simulator import files, wire
from workbench.simulator.batch import ENDPOINTS, Batch, Job
from workbench.simulator.batch_run import run
from workbench.simulator.errors import APIError, bad_request, error_of
from workbench.simulator.exchange import Exchange
from workbench.simulator.guard import check_media_type
from workbench.simulator.request import parse_object
from workbench.simulator.shape import Rule, check_properties
from workbench.simulator.simulation import Simulation
from workbench.simulator.wire import JSON

_RULES: dict[str, Rule] = {
    "input_file_id": Rule(kind="string"),
    "endpoint": Rule(kind="string"),
    "completion_window": Rule(kind="string"),
    "metadata": Rule(kind="object"),
}
_PAGE = 20
_MOST_IDS = 200
_WINDOW = re.compile(r"([0-9]{1,3})([hd])")
_HOUR, _DAY = 3600, 86_400


async def create_batch(simulation: Simulation, exchange: Exchange) -> None:
    """`POST /openai/v1/batches`."""
    check_media_type("POST", exchange.headers, "application/json")
    body = parse_object(exchange.body)
    required = ("input_file_id", "endpoint", "completion_window")
    check_properties(body, _RULES, required=required)
    endpoint, window = str(body["endpoint"]), str(body["completion_window"])
    if endpoint not in ENDPOINTS:
        raise bad_request(f"`endpoint` must be one of [{' '.join(ENDPOINTS)}]", param="endpoint")
    source = files.find(simulation, exchange.key, str(body["input_file_id"]))
    if source.purpose != "batch":
        raise bad_request("the input file's purpose must be `batch`", param="input_file_id")
    now = simulation.clock.now()
    batch = Batch(
        id=wire.new_id("batch", now, simulation.random),
        endpoint=endpoint,
        input_file_id=source.id,
        completion_window=window,
        created_at=int(now),
        expires_at=int(now) + _seconds(window),
        project_id=wire.project(exchange.key),
        metadata=body.get("metadata"),
    )
    job = Job(batch=batch, organisation=source.organisation, key=exchange.key, data=source.data)
    simulation.batches.add(job)
    simulation.start(run(simulation, job))
    await exchange.answer(200, wire.document(batch.as_json()))


def _seconds(window: str) -> int:
    found = _WINDOW.fullmatch(window)
    seconds = int(found[1]) * (_HOUR if found[2] == "h" else _DAY) if found else 0
    if not _DAY <= seconds <= 7 * _DAY:
        raise bad_request(
            "`completion_window` must be between `24h` and `7d`", param="completion_window"
        )
    return seconds


async def list_batches(simulation: Simulation, exchange: Exchange) -> None:
    """`GET /openai/v1/batches`: the newest first, page by page, or those with the given ids."""
    query = parse_qs(exchange.query)
    jobs = simulation.batches.of(wire.organisation(exchange.key))
    wanted = query.get("id", []) + query.get("id[]", [])
    if len(wanted) > _MOST_IDS:
        raise bad_request(f"at most {_MOST_IDS} ids can be asked for", param="id")
    if cursor := query.get("cursor"):
        jobs = _after(cursor[0], jobs)
    if wanted:
        jobs = [job for job in jobs if job.batch.id in wanted]
    page = jobs[: _MOST_IDS if wanted else _PAGE]
    data: list[JSON] = [job.batch.as_json() for job in page]
    following = page[-1].batch.id if len(jobs) > len(page) else None
    paging: JSON = {"next_cursor": following}
    await exchange.answer(200, wire.document({"object": "list", "data": data, "paging": paging}))


def _after(cursor: str, jobs: list[Job]) -> list[Job]:
    ids = [job.batch.id for job in jobs]
    if cursor not in ids:
        raise bad_request("invalid cursor", param="cursor")
    return jobs[ids.index(cursor) + 1 :]


async def get_batch(simulation: Simulation, exchange: Exchange, batch_id: str) -> None:
    """`GET /openai/v1/batches/{id}`."""
    job = _find(simulation, exchange, batch_id)
    await exchange.answer(200, wire.document(job.batch.as_json()))


async def cancel_batch(simulation: Simulation, exchange: Exchange, batch_id: str) -> None:
    """`POST /openai/v1/batches/{id}/cancel`."""
    job = _find(simulation, exchange, batch_id)
    if job.batch.status not in ("validating", "in_progress", "cancelling"):
        raise bad_request(f"a batch that is `{job.batch.status}` cannot be cancelled")
    if job.batch.status != "cancelling":
        job.cancel(simulation.clock.now())
    await exchange.answer(200, wire.document(job.batch.as_json()))


def _find(simulation: Simulation, exchange: Exchange, batch_id: str) -> Job:
    job = simulation.batches.get(wire.organisation(exchange.key), batch_id)
    if job is None:
        raise APIError(404, error_of(f"The batch `{batch_id}` does not exist.", code="not_found"))
    return job
