"""The microphone from the key to the text: a real sound server, recorder, file and simulator."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from tests.heard import as_samples, clip, place_of, samples_of
from tests.virtual_mic import VirtualMic
from tests.workbench.test_app_simulated import Simulated, SimulatedActor, opened
from workbench.adapters.simulator_process import SimulatorProcess
from workbench.panes.microphone.recorder import RecorderPane
from workbench.panes.microphone.transcript import TranscriptPane
from workbench.screens.microphone import MicrophoneScreen

LONG = 1500
"""Looks at the screen: a quarter of a minute, and more on a busy machine."""


class Speaker(SimulatedActor):
    """Speaks into the microphone, and reads."""

    stage: Simulated  # type: ignore[assignment]

    async def until(self, holds: object) -> None:
        assert callable(holds)
        for _ in range(LONG):
            if holds():
                return
            await self.pilot.pause(0.01)
        raise AssertionError(f"it never came to that; the screen shows:\n{self.screen}")

    @property
    def microphone(self) -> MicrophoneScreen:
        screen = self.stage.app.screen
        assert isinstance(screen, MicrophoneScreen)
        return screen

    @property
    def recorder(self) -> str:
        return self._text(self.microphone.query_one(RecorderPane))

    @property
    def text(self) -> str:
        return " ".join(self._text(self.microphone.query_one(TranscriptPane)).split())


@pytest.fixture(scope="module")
def simulator() -> Iterator[str]:
    with SimulatorProcess() as process:
        yield process.base_url


@pytest.fixture
async def actor(
    simulator: str, virtual_mic: VirtualMic, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Speaker]:
    for name, value in virtual_mic.environ.items():
        monkeypatch.setenv(name, value)
    async with opened(simulator, tmp_path) as (stage, seen):
        yield Speaker(stage, seen.pilot)
    await stage.app._parts.closing.aclose()


async def test_what_is_said_is_recorded_transcribed_and_played(
    actor: Speaker, virtual_mic: VirtualMic, shared: Path
) -> None:
    said = shared / "audio" / "en_us_short.wav"
    await actor.press("alt+4")
    await actor.until(lambda: isinstance(actor.stage.app.screen, MicrophoneScreen))
    await actor.until(lambda: "System default" in actor.recorder)

    await actor.press("space")
    await actor.until(lambda: "● REC" in actor.recorder)
    program = virtual_mic.saying(said)
    await actor.until(lambda: program.poll() is not None)
    await actor.press("space")
    await actor.until(lambda: "times real time, measured here" in actor.text)

    assert "[sound from" in actor.text
    assert "simulated, did not listen" in actor.text
    entry = actor.microphone.entry
    assert entry is not None
    _, alike = place_of(samples_of(said), samples_of(entry.path))
    assert alike > 0.98
    assert (entry.path.stat().st_mode & 0o777) == 0o600

    with virtual_mic.listening() as ear:
        await actor.press("p")
        await actor.until(lambda: "Playing" in actor.recorder)
        await actor.until(lambda: "Ready" not in actor.recorder and "Playing" not in actor.recorder)
        heard = as_samples(ear.heard)
    _, alike = place_of(samples_of(said), heard)
    assert alike > 0.9


async def test_a_sound_server_that_dies_leaves_a_recording_on_the_screen(
    actor: Speaker, virtual_mic: VirtualMic, tmp_path: Path
) -> None:
    await actor.press("f9")
    await actor.until(lambda: isinstance(actor.stage.app.screen, MicrophoneScreen))
    await actor.until(lambda: "● REC" in actor.recorder)
    virtual_mic.say(clip(tmp_path / "said.wav"))
    virtual_mic.kill()
    await actor.until(lambda: "on disk, whole" in actor.recorder)
    assert "The microphone is gone" in actor.recorder
    await actor.until(lambda: len(actor.microphone.list_pane.entries) == 1)

    await actor.press("space")
    await actor.until(lambda: "Not recording" in actor.recorder)


async def test_an_answer_is_read_aloud_until_one_wants_silence(
    actor: Speaker, virtual_mic: VirtualMic
) -> None:
    await actor.ask("Why is the sky blue?")
    await actor.answered()
    with virtual_mic.listening() as ear:
        await actor.press("ctrl+l")
        await actor.until(lambda: "♪ 1/" in actor.title)
        await actor.until(lambda: as_samples(ear.heard).any())
        await actor.press("ctrl+l")
        await actor.until(lambda: "♪" not in actor.title)
