"""Puts the microphone together."""

import asyncio
from pathlib import Path

from workbench.adapters.recordings import RecordingFiles
from workbench.adapters.sound_decoder import SoundDecoder
from workbench.adapters.sound_reader import FileSoundReader
from workbench.adapters.transcripts import TranscriptFiles
from workbench.assembly.parts import Parts
from workbench.assembly.sound import sound_parts
from workbench.screens.microphone import MicrophoneScreen
from workbench.screens.sound.export_choice import ExportWanted
from workbench.screens.sound.studio import Shape, Studio
from workbench.screens.workspace import Workspace
from workbench.session.live import LiveTranscription
from workbench.session.playback import Playback
from workbench.session.recording import RecordingSession
from workbench.session.recording_sign import sign_of
from workbench.session.recordings import Recordings
from workbench.session.sound_shape import shape_of
from workbench.session.transcription.export import exported
from workbench.session.transcription.session import TranscriptionSession
from workbench.session.transcription.transcript import Transcript


def screen(parts: Parts) -> Workspace:
    """The workspace that records and transcribes."""
    sound, paths = sound_parts(parts), parts.paths
    folder = RecordingFiles(paths.recordings)
    transcripts = TranscriptFiles(paths.recordings, elsewhere=paths.transcripts)
    # The shape of one file is measured while another is transcribed; where somebody speaks in it
    # is of no matter there.
    decoder, measuring = SoundDecoder(), SoundDecoder(detector="energy")
    parts.closing.push_async_callback(decoder.aclose)
    parts.closing.push_async_callback(measuring.aclose)
    recording = RecordingSession(
        microphone=sound.microphone, folder=folder, choices=sound.choices, speaker=sound.speaker
    )
    recording.subscribe(lambda status: parts.ongoing.show("recording", sign_of(status)))

    async def shape(path: Path) -> Shape:
        return await shape_of(measuring, path)

    async def export(transcript: Transcript, wanted: ExportWanted) -> Path:
        text = await asyncio.to_thread(exported, transcript, wanted.form)
        return await transcripts.export(wanted.path.parent, wanted.path.name, text)

    studio = Studio(
        recording=recording,
        recordings=Recordings(folder),
        playback=Playback(
            speaker=sound.speaker, reader=FileSoundReader(measuring), choices=sound.choices
        ),
        transcription=lambda: TranscriptionSession(
            parts.groq, sounds=decoder, service=parts.service, transcripts=transcripts
        ),
        live=lambda parameters: LiveTranscription(parts.groq, parameters),
        shape=shape,
        export=export,
        choices=parts.choices,
        waits=parts.waits,
    )
    return MicrophoneScreen(parts.surroundings, studio)
