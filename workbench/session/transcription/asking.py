"""The one request that asks for a text, whatever the sound comes from."""

from typing import Final

from client import FileLike, GroqClient, Progress, Timeouts, Transcription
from workbench.session.transcription.parameters import TranscriptionParameters

_TIMEOUTS: Final = Timeouts(first_byte=900.0)
"""Ten minutes of sound on a thin line take minutes to send, and the answer comes after that."""


async def ask_for_text(
    groq: GroqClient,
    parameters: TranscriptionParameters,
    *,
    file: FileLike,
    name: str,
    seconds: float,
    max_wait: float,
    prompt: str | None = None,
    progress: Progress | None = None,
) -> Transcription:
    """What the service hears, with every time it gives. Raises GroqError.

    ``seconds`` is 0 when unknown; ``prompt`` replaces the parameters' own.
    """
    prompt = (parameters.prompt if prompt is None else prompt) or None
    if parameters.translate:
        return await groq.audio.translate(
            model=parameters.asked_model,
            file=file,
            filename=name,
            progress=progress,
            seconds=seconds or None,
            timeout=_TIMEOUTS,
            max_wait=max_wait,
            prompt=prompt,
            temperature=parameters.temperature,
            response_format="verbose_json",
        )
    return await groq.audio.transcribe(
        model=parameters.asked_model,
        file=file,
        filename=name,
        progress=progress,
        seconds=seconds or None,
        timeout=_TIMEOUTS,
        max_wait=max_wait,
        language=parameters.language,
        prompt=prompt,
        temperature=parameters.temperature,
        response_format="verbose_json",
        timestamp_granularities=["word", "segment"],
    )
