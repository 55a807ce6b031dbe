import sys
from base64 import b64encode
from typing import Any

import httpx
import pytest

from workbench.simulator import Limits
from workbench.simulator.clip import UnreadableError, find_sounds, measure
from workbench.simulator.languages import LANGUAGES
from workbench.simulator.transcription_request import MAX_AUDIO_BYTES

PROMPT_LENGTH = "prompt length must be 896 characters or fewer, but provided prompt contains"
V3, TURBO = "whisper-large-v3", "whisper-large-v3-turbo"


async def ask(
    http: httpx.AsyncClient,
    audio: bytes,
    *,
    name: str = "clip.wav",
    path: str = "transcriptions",
    **fields: Any,
) -> httpx.Response:
    return await http.post(
        f"/audio/{path}", data={"model": V3, **fields}, files={"file": (name, audio)}
    )


def error_of(response: httpx.Response, status: int = 400) -> dict[str, Any]:
    assert response.status_code == status, response.text
    error: dict[str, Any] = response.json()["error"]
    return error


async def test_json_is_the_text_and_the_request_s_id_on_one_line(
    http: httpx.AsyncClient, sound: Any
) -> None:
    answer = await ask(http, sound((0.5, 1.5)))
    request_id = answer.headers["x-request-id"]
    assert answer.headers["content-type"] == "application/json"
    assert answer.text.startswith('{"text":" (The simulator did not listen: 2.0 s of audio, ')
    assert answer.text.endswith(f'"x_groq":{{"id":"{request_id}"}}}}\n')


async def test_text_is_the_bare_transcript(http: httpx.AsyncClient, sound: Any) -> None:
    answer = await ask(http, sound((0.5, 1.5)), response_format="text")
    assert answer.headers["content-type"] == "text/plain; charset=UTF-8"
    assert answer.text == (await ask(http, sound((0.5, 1.5)))).json()["text"]


async def test_what_was_not_heard_is_measured_and_said(http: httpx.AsyncClient, sound: Any) -> None:
    audio = sound((1, 2), (3, 4.5), seconds=6, rate=44_100, channels=2)
    answer = (await ask(http, audio, response_format="verbose_json")).json()
    assert answer["text"] == (
        " (The simulator did not listen: 6.0 s of audio, 44.1 kHz stereo, -19 dBFS. To hear real "
        "words, install groq-workbench[listen] and start the simulator with --listen MODEL.) "
        "[sound from 1.00 s to 2.00 s, -15 dBFS] [sound from 3.00 s to 4.50 s, -15 dBFS]"
    )
    assert [(part["start"], part["end"]) for part in answer["segments"]] == [(1, 2), (3, 4.5)]
    assert "".join(part["text"] for part in answer["segments"]) == answer["text"]


async def test_verbose_json_has_the_documented_keys_in_their_order(
    http: httpx.AsyncClient, sound: Any
) -> None:
    granularities = {"timestamp_granularities[]": ["word", "segment"]}
    answer = await ask(http, sound((0.5, 1.5)), response_format="verbose_json", **granularities)
    body = answer.json()
    assert list(body) == ["task", "language", "duration", "text", "words", "segments", "x_groq"]
    assert list(body["words"][0]) == ["word", "start", "end"]
    assert list(body["segments"][0]) == [
        "id", "seek", "start", "end", "text", "tokens", "temperature", "avg_logprob",
        "compression_ratio", "no_speech_prob",
    ]  # fmt: skip
    assert (body["task"], body["language"], body["duration"]) == ("transcribe", "English", 2)


@pytest.mark.parametrize(
    ("asked", "given"),
    [
        ([], ["segments"]),
        (["segment"], ["segments"]),
        (["word"], ["words"]),
        (["word", "segment"], ["words", "segments"]),
    ],
)
async def test_only_the_asked_times_are_given(
    http: httpx.AsyncClient, sound: Any, asked: list[str], given: list[str]
) -> None:
    fields = {"timestamp_granularities[]": asked} if asked else {}
    answer = await ask(http, sound((0, 1)), response_format="verbose_json", **fields)
    assert [key for key in answer.json() if key in ("words", "segments")] == given


async def test_words_follow_each_other_within_the_sounds(
    http: httpx.AsyncClient, sound: Any
) -> None:
    audio = sound((0.5, 1.5), (2.5, 3.991), seconds=3.991)
    fields = {"timestamp_granularities[]": ["word", "segment"]}
    body = (await ask(http, audio, response_format="verbose_json", **fields)).json()
    times = [time for word in body["words"] for time in (word["start"], word["end"])]
    assert times == sorted(times)
    assert times[-1] <= body["duration"] == pytest.approx(3.991, abs=0.001)
    for word in body["words"]:
        assert any(s["start"] <= word["start"] <= word["end"] <= s["end"] for s in body["segments"])
    assert " ".join(word["word"] for word in body["words"]) == body["text"].strip()


async def test_silence_has_no_words(http: httpx.AsyncClient, sound: Any) -> None:
    fields = {"timestamp_granularities[]": ["word", "segment"]}
    body = (await ask(http, sound(), response_format="verbose_json", **fields)).json()
    assert (body["text"], body["words"], body["segments"]) == ("", [], [])
    assert body["duration"] == 2


async def test_the_sounds_of_real_clips_are_where_the_speech_is(
    http: httpx.AsyncClient, clips: Any
) -> None:
    audio = (clips / "en_us_long_pause.wav").read_bytes()
    body = (await ask(http, audio, response_format="verbose_json")).json()
    starts_and_ends = [time for part in body["segments"] for time in (part["start"], part["end"])]
    assert starts_and_ends == pytest.approx([0.3, 3.444, 7.444, 10.617], abs=0.05)
    for name in ("silence_3s", "room_noise_3s"):
        quiet = await ask(http, (clips / f"{name}.wav").read_bytes())
        assert quiet.json()["text"] == ""


@pytest.mark.parametrize(
    ("kind", "subtype", "name"),
    [
        ("WAV", "PCM_16", "a.wav"),
        ("WAV", "FLOAT", "A.WAV"),
        ("FLAC", None, "a.flac"),
        ("OGG", "VORBIS", "a.ogg"),
        ("OGG", "OPUS", "a.opus"),
        ("MP3", None, "a.mp3"),
        ("MP3", None, "a.mpga"),
        # The name decides what is taken, the bytes what is read.
        ("FLAC", None, "a.webm"),
    ],
)
async def test_every_common_format_is_measured(
    http: httpx.AsyncClient, sound: Any, kind: str, subtype: str | None, name: str
) -> None:
    audio = sound((0.5, 1.5), rate=48_000, kind=kind, subtype=subtype)
    answer = await ask(http, audio, name=name, response_format="verbose_json")
    (segment,) = answer.json()["segments"]
    assert segment["start"] == pytest.approx(0.5, abs=0.07)
    assert answer.json()["duration"] == pytest.approx(2, abs=0.1)


@pytest.mark.parametrize("name", ["a.oga", "a", "wav", "a.aac", "a.wav.txt", ""])
async def test_a_file_is_judged_by_its_name(http: httpx.AsyncClient, sound: Any, name: str) -> None:
    body = (
        b'--X\r\ncontent-disposition: form-data; name="model"\r\n\r\nwhisper-large-v3\r\n'
        b'--X\r\ncontent-disposition: form-data; name="file"; filename="'
        + name.encode()
        + b'"\r\n\r\n'
        + sound((0, 1))
        + b"\r\n--X--\r\n"
    )
    label = {"content-type": "multipart/form-data; boundary=X"}
    error = error_of(await http.post("/audio/transcriptions", content=body, headers=label))
    assert error == {
        "message": "file must be one of the following types: "
        "[flac mp3 mp4 mpeg mpga m4a ogg opus wav webm]",
        "type": "invalid_request_error",
        "code": "unsupported_audio_format",
    }


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"model": ""}, "`model` is a required property"),
        ({"response_format": "srt"}, "`response_format` must be one of [json text verbose_json]"),
        ({"temperature": "1.1"}, "`temperature` > 1 is not supported"),
        ({"temperature": "-1"}, "`temperature` < 0 is not supported"),
        ({"temperature": "warm"}, "`temperature` must be a number"),
        ({"language": "english"}, "unsupported language: english"),
        ({"mood": "good"}, "unknown param `mood`"),
        ({"url": "data:audio/wav;base64,AA=="}, "request cannot contain both a `file` and `url`"),
        ({"model": [V3, V3]}, "only one model is allowed"),
        (
            {"timestamp_granularities[]": "word"},
            "`response_format` must be `verbose_json` if `timestamp_granularities[]` is provided",
        ),
        (
            {"prompt": "p" * 904},
            f"{PROMPT_LENGTH} 904 characters",
        ),
        # It says characters and means bytes.
        (
            {"prompt": "ü" * 449},
            f"{PROMPT_LENGTH} 898 characters",
        ),
        ({"model": "openai/gpt-oss-20b"}, "`audio transcription` is not supported with this model"),
    ],
)
async def test_each_fault_of_a_request_is_named(
    http: httpx.AsyncClient, sound: Any, fields: dict[str, Any], message: str
) -> None:
    assert error_of(await ask(http, sound((0, 1)), **fields))["message"] == message


async def test_a_prompt_of_896_bytes_is_taken(http: httpx.AsyncClient, sound: Any) -> None:
    assert (await ask(http, sound((0, 1)), prompt="ü" * 448)).status_code == 200


async def test_an_unknown_model_is_a_404_and_a_retired_one_a_400(
    http: httpx.AsyncClient, sound: Any
) -> None:
    unknown = error_of(await ask(http, sound(), model="whisper-9"), 404)
    assert unknown["code"] == "model_not_found"
    retired = error_of(await ask(http, sound(), model="distil-whisper-large-v3-en"))
    assert retired["code"] == "model_decommissioned"


async def test_audio_that_is_too_short_or_none_is_refused(
    http: httpx.AsyncClient, sound: Any
) -> None:
    short = error_of(await ask(http, sound(seconds=0.005)))
    assert short["message"] == "Audio file is too short. Minimum audio length is 0.01 seconds."
    none = error_of(await ask(http, b"\x00\x01 no audio at all" * 50))
    assert none["message"] == "could not process file - is it a valid media file?"
    assert error_of(await ask(http, b""))["message"] == "file is empty"
    nothing = await http.post("/audio/transcriptions", files={"model": (None, V3)})
    assert error_of(nothing)["message"] == "`file` or `url` must be provided"


async def test_an_upload_is_refused_beyond_25_mib(http: httpx.AsyncClient, sound: Any) -> None:
    audio = sound((0, 1))
    padded = audio + bytes(MAX_AUDIO_BYTES - len(audio))
    assert (await ask(http, padded)).status_code == 200
    for excess in (1, 20_000_000):
        error = error_of(await ask(http, padded + bytes(excess)), 413)
        assert error["code"] == "request_too_large"


async def test_a_data_url_is_as_good_as_a_file(http: httpx.AsyncClient, sound: Any) -> None:
    audio = sound((0.5, 1.5))
    fields = {"model": V3, "url": "data:audio/wav;base64," + b64encode(audio).decode()}
    answer = await http.post(
        "/audio/transcriptions", files={k: (None, v) for k, v in fields.items()}
    )
    assert answer.json()["text"] == (await ask(http, audio)).json()["text"]


@pytest.mark.parametrize(
    ("url", "part"),
    [
        ("https://example.com/a.wav", "the simulator fetches nothing from the network"),
        ("data:audio/wav;base64,?", "`url` is not a valid data URL"),
    ],
)
async def test_another_url_is_refused_and_told_why(
    http: httpx.AsyncClient, url: str, part: str
) -> None:
    form: Any = {"model": (None, V3), "url": (None, url)}
    assert part in error_of(await http.post("/audio/transcriptions", files=form))["message"]


async def test_translation_is_into_english_and_not_with_turbo(
    http: httpx.AsyncClient, sound: Any
) -> None:
    audio = sound((0, 1))
    answer = await ask(http, audio, path="translations", response_format="verbose_json")
    assert (answer.json()["task"], answer.json()["language"]) == ("translate", "English")
    turbo = error_of(await ask(http, audio, path="translations", model=TURBO))
    assert turbo["message"] == "`translation` is not supported with this model"
    german = error_of(await ask(http, audio, path="translations", language="de"))
    assert german["message"] == "unsupported language: de\nLanguage must be en"
    fields = {"timestamp_granularities[]": "word", "response_format": "verbose_json"}
    words = error_of(await ask(http, audio, path="translations", **fields))
    assert words["message"] == "unknown param `timestamp_granularities[]`"


async def test_a_json_body_is_not_taken(http: httpx.AsyncClient) -> None:
    assert (await http.post("/audio/transcriptions", json={"model": V3})).status_code == 415


async def test_the_headers_count_audio_and_each_request_is_billed_ten_seconds(
    simulate: Any, held_clock: Any, sound: Any
) -> None:
    async with simulate(clock=held_clock, plan="free", speed=1e9) as http:
        first = await ask(http, sound((0, 1), seconds=1.4))
        second = await ask(http, sound((0, 1), seconds=11.2))
    # The recorded first request of a day: 2 s of audio, 1 s until they are back.
    assert first.headers["x-ratelimit-limit-audio-seconds"] == "7200"
    assert first.headers["x-ratelimit-remaining-audio-seconds"] == "7198"
    assert first.headers["x-ratelimit-reset-audio-seconds"] == "1s"
    assert first.headers["x-ratelimit-remaining-requests"] == "1999"
    assert first.headers["x-ratelimit-reset-requests"] == "43.2s"
    assert "x-ratelimit-limit-tokens" not in first.headers
    assert second.headers["x-ratelimit-remaining-audio-seconds"] == str(7200 - 10 - 12)


async def test_too_much_audio_is_a_429_or_a_413(simulate: Any, held_clock: Any, sound: Any) -> None:
    limits = Limits(requests_per_day=100, audio_seconds_per_hour=30)
    async with simulate(clock=held_clock, limits=limits, speed=1e9) as http:
        for _ in range(2):
            assert (await ask(http, sound((0, 1), seconds=12))).status_code == 200
        refused = await ask(http, sound((0, 1), seconds=12))
        told = error_of(refused, 429)
        held_clock.at += int(refused.headers["retry-after"])
        again = await ask(http, sound((0, 1), seconds=12))
        large = error_of(await ask(http, sound((0, 1), seconds=31)), 413)
    assert told["type"] == "seconds"
    part = "on seconds of audio per hour (ASPH): Limit 30, Used 24, Requested 12. Please try again "
    assert f"{part}in 12m0s. " in told["message"]
    assert again.status_code == 200
    assert "Limit 30, Requested 31, " in large["message"]


def test_levels_become_stretches_with_their_pauses() -> None:
    quiet, loud = -90.0, -20.0
    levels = [quiet] * 10 + [loud] * 20 + [quiet] * 15 + [loud] * 10 + [quiet] * 50 + [loud] * 2
    found = [(sound.start, sound.end) for sound in find_sounds(levels)]
    # A pause of 0.3 s is bridged, one of a second is not, and a click of 0.04 s is no sound.
    assert found == [(0.2, 1.1)]
    assert list(find_sounds([-50.0] * 100)) == []
    assert [(tone.start, tone.end) for tone in find_sounds([-20.0] * 100)] == [(0, 2)]


def test_loudness_is_that_of_the_samples(sound: Any) -> None:
    clip = measure(sound((0, 2), channels=2, rate=8000))
    assert (clip.channels, clip.sample_rate, clip.seconds) == (2, 8000, 2)
    assert clip.level == pytest.approx(-15.05, abs=0.1)


def test_mp4_and_webm_ask_for_the_package_that_reads_them(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(sys.modules, "av", None)
    for data in (b"\x00\x00\x00\x20ftypM4A ", b"\x1a\x45\xdf\xa3\x9fB\x86"):
        with pytest.raises(UnreadableError, match="where the package av is installed"):
            measure(data)


def test_a_hundred_languages_have_codes_and_names() -> None:
    assert len(LANGUAGES) == 100
    assert LANGUAGES["en"] == "English"
    assert LANGUAGES["yue"] == "Cantonese"
    assert LANGUAGES["ht"] == "Haitian Creole"
    assert all(code.isalpha() and name[0].isupper() for code, name in LANGUAGES.items())
