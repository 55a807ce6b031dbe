"""A recording session with everything that it needs, none of it real."""

from tests.sound_fakes import FakeChoices, FakeFolder, FakeMicrophone, FakeSpeaker, level
from tests.takes import Told
from workbench.audio.devices import DeviceChoice
from workbench.session.recording import RecordingSession
from workbench.session.recording_updates import RecordingStarted, RecordingUpdate

HEADSET = DeviceChoice(name="headset", api="PulseAudio")
QUIET, LOUD = -70.0, -25.0


class Studio:
    """A session with everything that it needs."""

    def __init__(
        self,
        *,
        microphone: FakeMicrophone | None = None,
        folder: FakeFolder | None = None,
        chosen: DeviceChoice | None = None,
    ) -> None:
        self.microphone = microphone or FakeMicrophone()
        self.folder = folder or FakeFolder()
        self.speaker = FakeSpeaker()
        self.choices = FakeChoices(input=chosen)
        self.session = RecordingSession(
            microphone=self.microphone,
            folder=self.folder,
            choices=self.choices,
            speaker=self.speaker,
        )

    async def started(self, take: Told[RecordingUpdate]) -> None:
        self.microphone.begin()
        await take.heard(RecordingStarted)

    def levels(self, *loudness: float, since: float = 0.0, step: float = 0.06) -> float:
        """So many levels, one after the other; returns when the last one was."""
        for number, rms in enumerate(loudness, 1):
            self.microphone.tell(level(since + number * step, rms=rms))
        return since + len(loudness) * step
