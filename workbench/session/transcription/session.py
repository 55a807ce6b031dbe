"""Transcribes files, one at a time, and keeps the transcript that is on screen.

The session yields events and is called; it knows no widget. Cancelling whoever iterates stops it:
requests are closed, nothing temporary is left, and the parts that had arrived are kept.
"""

import asyncio
from collections.abc import AsyncGenerator, Callable, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from time import time

from client import MAX_AUDIO_BYTES, GroqClient
from workbench.session.problems import Problem
from workbench.session.service import Service
from workbench.session.transcription.assembling import Assembly
from workbench.session.transcription.channel import told_by
from workbench.session.transcription.document import document_of, transcript_of
from workbench.session.transcription.parameters import TranscriptionParameters
from workbench.session.transcription.plan import Plan, plan_of
from workbench.session.transcription.ports import SoundSource, Transcripts
from workbench.session.transcription.problems import saving_problem, sound_problem
from workbench.session.transcription.run import PartsRun
from workbench.session.transcription.sending import Sender, Tell, goes_as_it_is, name_for
from workbench.session.transcription.transcript import Provenance, Transcript, TranscriptPart
from workbench.session.transcription.updates import (
    Converting,
    FileOpened,
    NoSpeechFound,
    Planned,
    TranscriptCompleted,
    TranscriptionFailed,
    TranscriptionUpdate,
    TranscriptNotKept,
)
from workbench.sound.scan import Scan
from workbench.sound.sound_file import SoundError, SoundFile


class TranscriptionSession:
    """The transcript of one file at a time, from the first request to the last edit.

    Args:
        transcripts: where every finished part is kept at once; ``None`` keeps nothing.
        wall_time: Unix seconds.
    """

    def __init__(
        self,
        groq: GroqClient,
        *,
        sounds: SoundSource,
        service: Service,
        transcripts: Transcripts | None = None,
        wall_time: Callable[[], float] = time,
    ) -> None:
        self._groq = groq
        self._sounds = sounds
        self._service = service
        self._transcripts = transcripts
        self._wall_time = wall_time
        self._path: Path | None = None
        self._kept_at: Path | None = None
        self._assembly: Assembly | None = None
        self._saving = asyncio.Lock()
        self._problem: Problem | None = None

    @property
    def path(self) -> Path | None:
        """The file, ``None`` before the first."""
        return self._path

    @property
    def kept_at(self) -> Path | None:
        """The file that the transcript is kept in, ``None`` while it is in memory alone."""
        return self._kept_at

    @property
    def transcript(self) -> Transcript | None:
        """What there is of the transcript, at any moment."""
        return self._assembly.transcript if self._assembly is not None else None

    @property
    def saving_problem(self) -> Problem | None:
        """Why the transcript is not on disk, ``None`` when it is."""
        return self._problem

    async def open(self, path: Path) -> Transcript | None:
        """Show the newest kept transcript of a file; ``None`` when there is none."""
        self._path, self._assembly, self._problem = path, None, None
        self._kept_at = None
        if self._transcripts is not None:
            for document in reversed(await self._transcripts.load(path)):
                try:
                    kept = await asyncio.to_thread(transcript_of, document)
                except ValueError:
                    continue
                self._assembly = await Assembly.of_kept(kept, service=self._service)
                break
        return self.transcript

    def transcribe(
        self, path: Path, parameters: TranscriptionParameters
    ) -> AsyncGenerator[TranscriptionUpdate, None]:
        """Transcribe a file, and yield what happens until the outcome, which is always the last."""
        return told_by(partial(self._transcribe, path, parameters))

    def retry(self, part: int | None = None) -> AsyncGenerator[TranscriptionUpdate, None]:
        """Send one part again, or all that have no text; the others are not sent again.

        Nothing happens before the first transcription.
        """
        return told_by(partial(self._retry, part))

    async def edit(self, segment: int, text: str | None) -> Transcript | None:
        """Change a segment's text, by its index; ``None`` brings back what was heard."""
        return await self._change(lambda transcript: transcript.with_text(segment, text))

    async def restore(self, segment: int, *, wanted: bool = True) -> Transcript | None:
        """Bring back a segment that was left out, or leave it out again."""
        return await self._change(lambda transcript: transcript.restored(segment, wanted=wanted))

    async def _change(self, change: Callable[[Transcript], Transcript]) -> Transcript | None:
        if self._assembly is not None:
            self._assembly.transcript = change(self._assembly.transcript)
            await self._keep()
        return self.transcript

    async def _transcribe(
        self, path: Path, parameters: TranscriptionParameters, tell: Tell
    ) -> None:
        self._path, self._assembly, self._problem = path, None, None
        self._kept_at = None
        try:
            file = await self._sounds.open(path)
            tell(_opened(file))
            if file.decoder is None:
                plan: Plan | None = _plan_for_unreadable(file)
                scan = None
            else:
                scan = await self._scan(file, tell)
                plan = await asyncio.to_thread(
                    plan_of, scan, gate=parameters.gate, piece_seconds=parameters.piece_seconds
                )
        except SoundError as error:
            tell(TranscriptionFailed(problem=sound_problem(error)))
            return
        if plan is None:
            assert scan is not None  # noqa: S101 - what was not scanned has a plan
            tell(NoSpeechFound(duration=scan.duration, loudest=scan.loudest))
            return
        parts = plan.parts
        if goes_as_it_is(file, parts):
            parts = tuple(replace(part, spans=()) for part in parts)
        self._assembly = Assembly(
            Transcript(
                key=f"{self._wall_time():.3f}",
                name=path.name,
                created=self._wall_time(),
                parameters=parameters,
                provenance=Provenance(
                    service=self._service.name, simulated=self._service.simulated
                ),
                duration=scan.duration if scan is not None else file.duration,
                language="en" if parameters.translate else parameters.language,
                parts=parts,
                skipped=plan.skipped,
                damaged=scan is not None and scan.damaged,
            ),
            service=self._service,
            scan=scan if parameters.gate else None,
        )
        billed = sum(part.billed_seconds for part in parts) if scan is not None else None
        tell(Planned(parts=parts, skipped=plan.skipped, billed_seconds=billed))
        await self._send(self._assembly, file, parts, tell)

    async def _retry(self, number: int | None, tell: Tell) -> None:
        assembly, path = self._assembly, self._path
        if assembly is None or path is None:
            return
        try:
            file = await self._sounds.open(path)
        except SoundError as error:
            tell(TranscriptionFailed(problem=sound_problem(error)))
            return
        parts = [
            part
            for part in assembly.transcript.parts
            if part.number == number or (number is None and part.state != "done")
        ]
        await self._send(assembly, file, parts, tell)

    async def _send(
        self, assembly: Assembly, file: SoundFile, parts: Sequence[TranscriptPart], tell: Tell
    ) -> None:
        parameters = assembly.transcript.parameters
        run = PartsRun(
            Sender(self._groq, self._sounds, file, parameters, tell),
            assembly,
            tell=tell,
            now=self._groq.now,
            keep=partial(self._keep, tell),
        )
        await run.send(parts)
        await self._keep(tell)
        tell(TranscriptCompleted(transcript=assembly.transcript))

    async def _scan(self, file: SoundFile, tell: Tell) -> Scan:
        told = 0.0

        def progress(seconds: float) -> None:
            nonlocal told
            done = min(1.0, seconds / file.duration) if file.duration else None
            if done is None or done - told >= _STEP:
                told = done or 0.0
                tell(Converting(done=done))

        return await self._sounds.scan(file.path, progress=progress)

    async def _keep(self, tell: Tell | None = None) -> None:
        """Write the transcript as it is now to disk."""
        if self._transcripts is None or self._path is None or self._assembly is None:
            return
        async with self._saving:
            document = await asyncio.to_thread(document_of, self._assembly.transcript)
            try:
                self._kept_at = await self._transcripts.save(self._path, document)
                self._problem = None
            except OSError as error:
                known, self._problem = self._problem, saving_problem(error)
                if tell is not None and known is None:
                    tell(TranscriptNotKept(problem=self._problem))


_STEP = 0.01


def _opened(file: SoundFile) -> FileOpened:
    return FileOpened(
        path=file.path,
        duration=file.duration,
        format=file.format,
        sample_rate=file.sample_rate,
        channels=file.channels,
        size=file.size,
        untouched=file.decoder is None,
    )


def _plan_for_unreadable(file: SoundFile) -> Plan:
    """Send what nothing here can read as it is. Raises SoundError where that cannot be."""
    if not name_for(file):
        raise SoundError(f"{file.path.name} is {file.format}, under another name.", file.missing)
    if file.size > MAX_AUDIO_BYTES:
        raise SoundError(
            f"{file.path.name} is {file.size / 1e6:,.0f} MB, and the service takes "
            f"{MAX_AUDIO_BYTES / 1e6:,.0f} MB at once: it has to be cut.",
            file.missing,
        )
    return Plan(parts=(TranscriptPart(number=1, start=0.0, end=0.0, seconds=0.0),))
