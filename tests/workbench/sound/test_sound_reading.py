"""Sound files of any kind, read as 16 kHz mono."""

import os
import sys
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest
import soundfile

from tests.tone_speech import ToneSpeech, listen
from workbench.sound.opening import open_sound
from workbench.sound.reading import SoundReader
from workbench.sound.scan import RATE
from workbench.sound.scanning import scan_of
from workbench.sound.sound_file import SoundError
from workbench.sound.speech import EnergyDetector

SPEECH = ToneSpeech(count=60, pauses={20: 2.0})
KINDS = {
    "wav": {},
    "flac": {},
    "mp3": {},
    "ogg": {"format": "OGG", "subtype": "VORBIS"},
    "opus": {"format": "OGG", "subtype": "OPUS"},
    "aiff": {},
    "w64": {},
}


def whole(path: Path) -> Any:
    return np.concatenate(list(SoundReader(open_sound(path)).blocks()))


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(("rate", "channels"), [(16_000, 1), (44_100, 2), (48_000, 1)])
def test_every_kind_at_every_rate_is_heard_alike(
    tmp_path: Path, kind: str, rate: int, channels: int
) -> None:
    if kind == "opus" and rate == 44_100:
        rate = 24_000  # the format has no such rate
    path = SPEECH.write(tmp_path / f"talk.{kind}", rate=rate, channels=channels, **KINDS[kind])

    file = open_sound(path)
    samples = whole(path)

    assert file.decoder == "soundfile"
    assert file.sample_rate == rate
    assert file.duration == pytest.approx(len(SPEECH.samples) / RATE, abs=0.15)
    assert len(samples) == pytest.approx(len(SPEECH.samples), abs=0.15 * RATE)
    heard = listen(samples)
    assert [word for word, _, _ in heard] == [word for word, _, _ in SPEECH.words]
    for (_, start, _), (_, true, _) in zip(heard, SPEECH.words, strict=True):
        assert start == pytest.approx(true, abs=0.15 if kind == "mp3" else 0.08)


def test_a_recording_comes_through_bit_by_bit(tmp_path: Path) -> None:
    path = SPEECH.write(tmp_path / "talk.wav", subtype="PCM_16")
    native, _ = soundfile.read(path, dtype="int16")

    assert np.array_equal(np.rint(whole(path) * 32768).astype("i2"), native)


@pytest.mark.parametrize("kind", ["wav", "mp3", "flac"])
def test_stretches_are_the_same_as_cut_from_the_whole(tmp_path: Path, kind: str) -> None:
    path = SPEECH.write(tmp_path / f"talk.{kind}", rate=44_100)
    samples = whole(path)
    reader = SoundReader(open_sound(path))

    for start, end in [(0, 3), (3, 9.5), (7, 12), (1, 2), (18, 60), (0.5, 0.75)]:
        part = np.concatenate(list(reader.blocks(start, end)))
        cut = samples[round(start * RATE) : round(end * RATE)]
        assert np.array_equal(part, cut), (start, end)


def test_reading_an_mp3_in_blocks_is_silent(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    path = SPEECH.write(tmp_path / "talk.mp3")

    whole(path)

    assert capfd.readouterr() == ("", "")


def test_a_recording_whose_writer_was_killed_is_read(tmp_path: Path) -> None:
    path = SPEECH.write(tmp_path / "talk.wav")
    data = bytearray(path.read_bytes())
    data[4:8], data[40:44] = b"\x08\0\0\0", b"\0\0\0\0"
    path.write_bytes(data)

    assert len(whole(path)) == len(SPEECH.samples)


def test_of_a_damaged_file_what_can_be_read_is_kept_and_said(tmp_path: Path) -> None:
    path = SPEECH.write(tmp_path / "talk.flac")
    data = bytearray(path.read_bytes())
    middle = len(data) * 2 // 3
    data[middle:] = os.urandom(len(data) - middle)
    path.write_bytes(data)

    reader = SoundReader(open_sound(path))
    scan = scan_of(reader, EnergyDetector(), progress=lambda _: None)

    assert 5 < scan.duration < len(SPEECH.samples) / RATE
    assert scan.damaged


def test_values_that_are_no_numbers_are_silence(tmp_path: Path) -> None:
    samples = SPEECH.samples.astype("f4")
    samples[1000:2000] = np.nan
    samples[3000] = np.inf
    path = tmp_path / "talk.wav"
    soundfile.write(path, samples, RATE, subtype="FLOAT")

    assert np.isfinite(whole(path)).all()


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "is empty"),
        (b"hello, this is text", "is no sound file that can be read here"),
        (b"RIFF\x10\0\0\0WAVEjunk", "is no sound file that can be read here"),
    ],
)
def test_what_is_no_sound_is_refused_in_words(tmp_path: Path, content: bytes, reason: str) -> None:
    path = tmp_path / "thing.wav"
    path.write_bytes(content)

    with pytest.raises(SoundError, match=reason):
        open_sound(path)


@pytest.mark.parametrize("rate", [1, 999, 2_000_000])
def test_a_rate_that_no_sound_has_is_refused(tmp_path: Path, rate: int) -> None:
    path = tmp_path / "thing.wav"
    soundfile.write(path, np.zeros(1000), rate)

    with pytest.raises(SoundError, match="is damaged"):
        open_sound(path)


def test_a_file_that_is_not_there_is_refused_in_words(tmp_path: Path) -> None:
    with pytest.raises(SoundError, match="No such file"):
        open_sound(tmp_path / "none.wav")
    os.mkfifo(tmp_path / "pipe.wav")
    for other in (tmp_path, tmp_path / "pipe.wav", Path("/dev/zero")):
        with pytest.raises(SoundError, match="is no file"):
            open_sound(other)


@pytest.mark.parametrize(
    ("beginning", "kind"),
    [(b"\0\0\0\x20ftypM4A isom", "MP4"), (b"\x1a\x45\xdf\xa3" + bytes(12), "WebM")],
)
def test_without_its_extra_a_phone_s_recording_names_it(
    tmp_path: Path, beginning: bytes, kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("workbench.sound.opening.find_spec", lambda name: None)
    path = tmp_path / "voice.m4a"
    path.write_bytes(beginning + bytes(100))

    file = open_sound(path)

    assert (file.format, file.decoder) == (kind, None)
    assert "groq-workbench[media]" in file.missing


@pytest.fixture
def made_by_av(tmp_path: Path) -> Any:
    """Makes a file with PyAV: (container, codec) -> path."""

    def make(name: str, codec: str) -> Path:
        path = tmp_path / name
        with av.open(os.fspath(path), "w") as container:
            stream = container.add_stream(codec, rate=48_000, layout="mono")
            at = np.arange(len(SPEECH.samples) * 3) / 3
            samples = np.interp(at, np.arange(len(SPEECH.samples)), SPEECH.samples)
            frame = av.AudioFrame.from_ndarray(
                samples.astype("f4")[None, :], format="flt", layout="mono"
            )
            frame.rate = 48_000
            for packet in [*stream.encode(frame), *stream.encode(None)]:
                container.mux(packet)
        return path

    return make


@pytest.mark.parametrize(
    ("name", "codec", "kind"),
    [("voice.m4a", "aac", "MP4"), ("clip.mp4", "aac", "MP4"), ("call.webm", "libopus", "WebM")],
)
def test_with_its_extra_a_phone_s_recording_is_heard(
    made_by_av: Any, name: str, codec: str, kind: str
) -> None:
    path = made_by_av(name, codec)

    file = open_sound(path)
    heard = listen(whole(path))

    assert (file.format, file.decoder) == (kind, "av")
    assert [word for word, _, _ in heard] == [word for word, _, _ in SPEECH.words]
    for (_, start, _), (_, true, _) in zip(heard, SPEECH.words, strict=True):
        assert start == pytest.approx(true, abs=0.1)


def test_a_list_of_other_files_is_not_followed(made_by_av: Any, tmp_path: Path) -> None:
    other = made_by_av("other.ts", "aac")
    playlist = f"#EXTM3U\n#EXT-X-TARGETDURATION:10\n#EXTINF:10,\nfile://{other}\n#EXT-X-ENDLIST\n"
    for name, text in [
        ("talk.m3u8", playlist),
        ("talk.m4a", playlist),
        ("talk.ffconcat", "ffconcat version 1.0\nfile other.ts\n"),
    ]:
        (tmp_path / name).write_text(text)
        with pytest.raises(SoundError, match="is no sound file"):
            open_sound(tmp_path / name)


def test_the_first_screen_loads_none_of_this() -> None:
    import subprocess

    code = (
        "import sys, workbench.__main__; print('numpy' in sys.modules, 'soundfile' in sys.modules)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60
    )
    assert done.stdout.split() == ["False", "False"]
