"""Transcriptions and translations: admitted by their length, then written down."""

import asyncio
from dataclasses import replace
from math import ceil

from workbench.simulator import unheard, wire
from workbench.simulator.clip import Clip, UnreadableError, measure
from workbench.simulator.errors import bad_request, not_supported
from workbench.simulator.exchange import NO_STORE, Exchange
from workbench.simulator.faults import Fault, error_event
from workbench.simulator.form import parse_form
from workbench.simulator.guard import check_media_type
from workbench.simulator.languages import LANGUAGES
from workbench.simulator.listener import DeafError
from workbench.simulator.model import Model
from workbench.simulator.quota import Cost
from workbench.simulator.request import parse_object
from workbench.simulator.simulation import Simulation
from workbench.simulator.transcript import Transcript
from workbench.simulator.transcription_request import (
    TranscriptionRequest,
    form_of,
    parse_transcription,
)
from workbench.simulator.wire import JSONObject

_SHORTEST_SECONDS = 0.01
#: Every request is billed for at least this much audio.
BILLED_SECONDS = 10
# Digital silence and what dither leaves of it.
_SILENT_LEVEL = -80.0
_QUEUE_SECONDS = 0.1


async def create_transcription(simulation: Simulation, exchange: Exchange, fault: Fault) -> None:
    """`POST /openai/v1/audio/transcriptions`."""
    await _create(simulation, exchange, fault, translate=False)


async def create_translation(simulation: Simulation, exchange: Exchange, fault: Fault) -> None:
    """`POST /openai/v1/audio/translations`."""
    await _create(simulation, exchange, fault, translate=True)


async def _create(
    simulation: Simulation, exchange: Exchange, fault: Fault, *, translate: bool
) -> None:
    request = await _read(exchange, translate=translate)
    model = simulation.model(request.model)
    if not model.transcribes:
        raise not_supported("audio transcription")
    if translate and not model.translates:
        raise not_supported("translation")
    clip = await _measured(request.audio)
    tier = exchange.service_tier or "on_demand"
    quota = simulation.quota(exchange.key, model, tier)
    # The headers count whole seconds of audio; what is billed beyond that is booked afterwards.
    reserved = Cost(audio_seconds=ceil(clip.seconds))
    billed = Cost(audio_seconds=max(BILLED_SECONDS, ceil(clip.seconds)))
    now = simulation.clock.monotonic
    quota.admit(simulation.subject(exchange.key, model, tier), reserved, now())
    headers = quota.headers()
    try:
        transcript = await _heard(simulation, request, model, clip)
    finally:
        quota.settle(reserved, billed, now())
    if fault.error_event is not None:
        raise error_event(fault.error_event, model.id)
    content_type, body = _body(request, transcript, clip, exchange.request_id)
    await exchange.start(200, content_type, headers, cache=NO_STORE)
    await exchange.write(body)
    await exchange.write(b"", last=True)


async def _read(exchange: Exchange, *, translate: bool) -> TranscriptionRequest:
    if exchange.service_tier == "batch":
        form = form_of(parse_object(exchange.body))
    else:
        check_media_type("POST", exchange.headers, "multipart/form-data")
        label = exchange.headers["content-type"]
        form = await asyncio.to_thread(parse_form, label, exchange.body)
    return await asyncio.to_thread(parse_transcription, form, translate=translate)


async def _measured(audio: bytes) -> Clip:
    try:
        clip = await asyncio.to_thread(measure, audio)
    except UnreadableError as fault:
        reason = f" {fault}" if str(fault) else ""
        raise bad_request(f"could not process file - is it a valid media file?{reason}") from fault
    if clip.seconds < _SHORTEST_SECONDS:
        raise bad_request("Audio file is too short. Minimum audio length is 0.01 seconds.")
    return clip


async def _heard(
    simulation: Simulation, request: TranscriptionRequest, model: Model, clip: Clip
) -> Transcript:
    language = request.language or "en"
    if clip.level <= _SILENT_LEVEL:
        return Transcript(language=language)
    reason = unheard.NO_MODEL
    if simulation.listener is not None:
        try:
            return _within(await simulation.listener.transcribe(request), clip.seconds)
        except DeafError as fault:
            reason = str(fault)
    clock, speed = simulation.clock, simulation.settings.speed
    takes = (_QUEUE_SECONDS + clip.seconds / model.audio_speed) / speed
    await clock.sleep_until(clock.monotonic() + takes)
    return unheard.transcript_of(clip, language, reason)


def _within(transcript: Transcript, seconds: float) -> Transcript:
    """The transcript with no time beyond the audio's end, where a recogniser may put one."""

    def cut(time: float) -> float:
        return min(time, seconds)

    return replace(
        transcript,
        segments=tuple(
            replace(segment, start=cut(segment.start), end=cut(segment.end))
            for segment in transcript.segments
        ),
        words=tuple(
            replace(word, start=cut(word.start), end=cut(word.end)) for word in transcript.words
        ),
    )


def _body(
    request: TranscriptionRequest, transcript: Transcript, clip: Clip, request_id: str
) -> tuple[str, bytes]:
    """The content type and the bytes of the answer."""
    if request.response_format == "text":
        return "text/plain; charset=UTF-8", transcript.text.encode()
    body: JSONObject = {"text": transcript.text}
    if request.response_format == "verbose_json":
        body = _verbose(request, transcript, clip)
    body["x_groq"] = {"id": request_id}
    return "application/json", wire.document(body)


def _verbose(request: TranscriptionRequest, transcript: Transcript, clip: Clip) -> JSONObject:
    spoken = "en" if request.translate else transcript.language
    body: JSONObject = {
        "task": "translate" if request.translate else "transcribe",
        "language": LANGUAGES.get(spoken, spoken),
        "duration": round(clip.seconds, 3),
        "text": transcript.text,
    }
    if request.words:
        body["words"] = [word.as_json() for word in transcript.words]
    if request.segments:
        body["segments"] = [segment.as_json() for segment in transcript.segments]
    return body
