"""Speech: a text read aloud by one of the voices, sent while it is being made."""

import asyncio
import re

from workbench.simulator import espeak, voice
from workbench.simulator.errors import bad_request, not_supported
from workbench.simulator.exchange import NO_STORE, Exchange
from workbench.simulator.faults import Fault, error_event
from workbench.simulator.guard import check_media_type
from workbench.simulator.pcm import SAMPLE_RATE, seconds_of, wav_header
from workbench.simulator.quota import Cost
from workbench.simulator.request import parse_object
from workbench.simulator.shape import Rule, check_properties
from workbench.simulator.simulation import Simulation

_RULES: dict[str, Rule] = {
    "model": Rule(kind="string"),
    "input": Rule(kind="string"),
    "voice": Rule(kind="string"),
    "response_format": Rule(kind="string"),
    "sample_rate": Rule(kind="integer", minimum=8000, maximum=48_000),
    "speed": Rule(kind="number", minimum=0.5, maximum=5),
}
_MOST_CHARACTERS = 200
_DIRECTION = re.compile(r"\[[^\[\]]*\]|<[^<>]*>")
_QUEUE_SECONDS = 0.15
# How much faster than it sounds speech is made.
_HASTE = 8.0
_CHUNK_BYTES = SAMPLE_RATE * 2 // 5


async def create_speech(simulation: Simulation, exchange: Exchange, fault: Fault) -> None:
    """`POST /openai/v1/audio/speech`."""
    check_media_type("POST", exchange.headers, "application/json")
    body = parse_object(exchange.body)
    check_properties(body, _RULES, required=("model", "input", "voice"))
    model = simulation.model(str(body["model"]))
    if not model.voices:
        raise not_supported("speech")
    text, speaker = str(body["input"]), str(body["voice"])
    _check(text, speaker, body.get("response_format"), model.voices)
    quota = simulation.quota(exchange.key, model)
    now = simulation.clock.monotonic
    quota.admit(simulation.subject(exchange.key, model), Cost(tokens=_cost(text)), now())
    headers = quota.headers()
    if fault.error_event is not None:
        raise error_event(fault.error_event, model.id)
    speed = body.get("speed")
    pcm = await _spoken(text, speaker, float(speed) if isinstance(speed, int | float) else 1.0)
    await exchange.start(200, "audio/wav", headers, cache=NO_STORE)
    await _send(simulation, exchange, pcm)


def _check(text: str, speaker: str, response_format: object, voices: tuple[str, ...]) -> None:
    # The service's own default is one it refuses.
    if response_format != "wav":
        raise bad_request("response_format must be one of [wav]")
    if speaker not in voices:
        raise bad_request(f"voice must be one of [{' '.join(voices)}]")
    if not text.strip():
        raise bad_request("input must not be empty")
    if len(text) > _MOST_CHARACTERS:
        raise bad_request(
            f"input length must be {_MOST_CHARACTERS} characters or fewer, but provided input "
            f"contains {len(text)} characters"
        )


def _cost(text: str) -> int:
    return -(-len(text) // 4) + 4


async def _spoken(text: str, speaker: str, speed: float) -> bytes:
    """The samples; directions such as `[cheerful]` are followed by being left out."""
    words = _DIRECTION.sub(" ", text)
    spoken = await espeak.speak(words, speaker, speed)
    if spoken is None:
        spoken = await asyncio.to_thread(voice.speak, words, speaker, speed)
    return spoken


async def _send(simulation: Simulation, exchange: Exchange, pcm: bytes) -> None:
    """The header, then the samples at the pace at which they would be made."""
    clock, speed = simulation.clock, simulation.settings.speed
    due = clock.monotonic() + _QUEUE_SECONDS / speed
    await clock.sleep_until(due)
    await exchange.write(wav_header())
    for start in range(0, len(pcm), _CHUNK_BYTES):
        chunk = pcm[start : start + _CHUNK_BYTES]
        due += seconds_of(chunk) / (_HASTE * speed)
        await clock.sleep_until(due)
        await exchange.write(chunk)
    await exchange.write(b"", last=True)
