"""The recogniser's process: `python -m workbench.simulator.ear MODEL`.

Standard input: a line of JSON that tells the options and the size of the audio, then the audio.
Standard output: a line of JSON. It ends with its input.
"""

import json
import os
import sys
from io import BytesIO
from typing import Any

_CLIMB = (0.0, 0.2, 0.4, 0.6, 0.8, 1.0)


def main() -> None:
    """Answer until the input ends."""
    answers = os.fdopen(os.dup(1), "wb")
    # Libraries may print; the answers are no place for it.
    os.dup2(2, 1)
    recogniser = None
    while line := sys.stdin.buffer.readline():
        asked = json.loads(line)
        audio = sys.stdin.buffer.read(asked.pop("size"))
        try:
            recogniser = recogniser or _load(sys.argv[1])
            answer = _listen(recogniser, audio, asked)
        except Exception as fault:  # noqa: BLE001 - whatever it is, the server wants to say it
            answer = {"error": str(fault) or type(fault).__name__}
        answers.write(json.dumps(answer).encode() + b"\n")
        answers.flush()


# faster-whisper is optional, so its types are not at hand.
def _load(model: str) -> Any:  # noqa: ANN401
    from faster_whisper import WhisperModel

    return WhisperModel(model, device="auto", compute_type="int8")


def _listen(recogniser: Any, audio: bytes, options: dict[str, Any]) -> dict[str, Any]:  # noqa: ANN401
    segments, info = recogniser.transcribe(
        BytesIO(audio),
        beam_size=1,
        word_timestamps=True,
        condition_on_previous_text=False,
        # From nought it climbs by itself where the words go round in circles.
        temperature=options.pop("temperature") or _CLIMB,
        **options,
    )
    heard = [segment for segment in segments if segment.text.strip()]
    return {
        "language": info.language,
        "segments": [_segment(number, segment) for number, segment in enumerate(heard)],
        "words": [
            {"word": word.word.strip(), "start": _time(word.start), "end": _time(word.end)}
            for segment in heard
            for word in segment.words or ()
        ],
    }


def _segment(number: int, segment: Any) -> dict[str, Any]:  # noqa: ANN401
    return {
        "id": number,
        "seek": segment.seek,
        "start": _time(segment.start),
        "end": _time(segment.end),
        "text": segment.text,
        "tokens": list(segment.tokens),
        "temperature": float(segment.temperature or 0.0),
        "avg_logprob": float(segment.avg_logprob),
        "compression_ratio": float(segment.compression_ratio),
        "no_speech_prob": float(segment.no_speech_prob),
    }


def _time(seconds: float) -> float:
    return round(float(seconds), 2)


if __name__ == "__main__":
    main()
