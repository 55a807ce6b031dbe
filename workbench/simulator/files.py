"""Files: uploaded for batches, listed, fetched, deleted; kept in memory."""

import asyncio

from workbench.simulator import wire
from workbench.simulator.errors import APIError, bad_request, error_of, request_too_large
from workbench.simulator.exchange import NO_STORE, Exchange
from workbench.simulator.file_store import StoredFile
from workbench.simulator.form import Upload, parse_form
from workbench.simulator.guard import check_media_type
from workbench.simulator.simulation import Simulation
from workbench.simulator.wire import JSON

MAX_FILE_BYTES = 100 * 1024 * 1024
#: The form around the largest file.
MAX_UPLOAD_BYTES = MAX_FILE_BYTES + 64 * 1024
_CHUNK_BYTES = 256 * 1024


async def create_file(simulation: Simulation, exchange: Exchange) -> None:
    """`POST /openai/v1/files`."""
    check_media_type("POST", exchange.headers, "multipart/form-data")
    label = exchange.headers["content-type"]
    form = await asyncio.to_thread(parse_form, label, exchange.body)
    if form.fields.get("purpose") != ("batch",):
        raise bad_request("`purpose` must be one of [batch]", param="purpose")
    upload = form.files.get("file")
    if upload is None:
        raise bad_request("`file` is a required property", param="file")
    _check(upload)
    stored = keep(
        simulation, exchange.key, filename=upload.filename, purpose="batch", data=upload.data
    )
    await exchange.answer(200, wire.document(stored.as_json()))


def keep(
    simulation: Simulation, key: str, *, filename: str, purpose: str, data: bytes
) -> StoredFile:
    """Store a file for a key's organisation."""
    now = simulation.clock.now()
    stored = StoredFile(
        id=wire.new_id("file", now, simulation.random),
        organisation=wire.organisation(key),
        filename=filename,
        purpose=purpose,
        created_at=int(now),
        data=data,
    )
    simulation.files.add(stored)
    return stored


def find(simulation: Simulation, key: str, file_id: str) -> StoredFile:
    """A file of a key's organisation; a 404 when there is none."""
    stored = simulation.files.get(wire.organisation(key), file_id)
    if stored is None:
        raise APIError(404, error_of(f"The file `{file_id}` does not exist.", code="not_found"))
    return stored


def _check(upload: Upload) -> None:
    if not upload.filename.lower().endswith(".jsonl"):
        raise bad_request("file must be one of the following types: [jsonl]", param="file")
    if not upload.data:
        raise bad_request("file is empty", param="file")
    if len(upload.data) > MAX_FILE_BYTES:
        raise request_too_large()


async def list_files(simulation: Simulation, exchange: Exchange) -> None:
    """`GET /openai/v1/files`."""
    owned = simulation.files.of(wire.organisation(exchange.key))
    data: list[JSON] = [stored.as_json() for stored in owned]
    await exchange.answer(200, wire.document({"object": "list", "data": data}))


async def get_file(simulation: Simulation, exchange: Exchange, file_id: str) -> None:
    """`GET /openai/v1/files/{id}`."""
    stored = find(simulation, exchange.key, file_id)
    await exchange.answer(200, wire.document(stored.as_json()))


async def delete_file(simulation: Simulation, exchange: Exchange, file_id: str) -> None:
    """`DELETE /openai/v1/files/{id}`."""
    simulation.files.delete(find(simulation, exchange.key, file_id))
    gone: JSON = {"id": file_id, "object": "file", "deleted": True}
    await exchange.answer(200, wire.document(gone))


async def get_content(simulation: Simulation, exchange: Exchange, file_id: str) -> None:
    """`GET /openai/v1/files/{id}/content`: the bytes as they were stored."""
    data = find(simulation, exchange.key, file_id).data
    await exchange.start(200, "application/octet-stream", cache=NO_STORE)
    for start in range(0, len(data), _CHUNK_BYTES):
        await exchange.write(data[start : start + _CHUNK_BYTES])
    await exchange.write(b"", last=True)
