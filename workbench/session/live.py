"""Near-live text: what is being said, while it is said.

What has been committed never changes; the tentative rest may. It is a draft: transcribe the
recording for the final text.
"""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterable, Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from io import BytesIO
from typing import Final, TypeAlias

from client import MAX_PROMPT_CHARACTERS, GroqClient, GroqError, Transcription
from workbench.session.problems import Problem
from workbench.session.transcription.agreement import Agreement
from workbench.session.transcription.asking import ask_for_text
from workbench.session.transcription.channel import told_by
from workbench.session.transcription.heard import segments_of
from workbench.session.transcription.open_stretch import OpenStretch
from workbench.session.transcription.pacing import (
    LONG_PAUSE,
    Ask,
    Pacing,
    billed,
    sustainable_of,
)
from workbench.session.transcription.parameters import TranscriptionParameters
from workbench.session.transcription.problems import transcription_problem
from workbench.session.transcription.reading import words_as_read
from workbench.session.transcription.transcript import TranscribedWord, TranscriptPart
from workbench.sound.flac import write_flac
from workbench.sound.speech import SpeechDetector, speech_detector

_PATIENCE: Final = 20.0
_FIRST_BACKOFF: Final = 5.0
_LONGEST_BACKOFF: Final = 60.0
_LAST_TRIES: Final = 2
_KEPT_QUIET: Final = 1.0
_CUT_SECONDS: Final = 0.4


@dataclass(frozen=True, slots=True, kw_only=True)
class LiveTextChanged:
    """The text went on.

    Attributes:
        committed: what will not change any more; grows only.
        tentative: what may still change, "" when nothing is open.
        behind: seconds of sound that no text is there for yet.
        billed_seconds: what the service has charged so far, estimated: ten seconds a request at
            least.

    """

    committed: str
    tentative: str
    behind: float
    billed_seconds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class LiveFailed:
    """A request went wrong; the recording goes on.

    ``over`` says whether asking again cannot help: then no more text comes.
    """

    problem: Problem
    over: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class LiveEnded:
    """The sound is over and everything in it was asked for. ``text`` is the draft.

    ``missing`` is how many seconds have no text because requests failed or took too long.
    """

    text: str
    billed_seconds: float
    missing: float = 0.0


LiveUpdate: TypeAlias = LiveTextChanged | LiveFailed | LiveEnded
Tell: TypeAlias = Callable[[LiveUpdate], None]


class LiveTranscription:
    """Text while somebody speaks; one request at a time, for one recording.

    Args:
        interval: seconds of new sound after which the open stretch is asked for again, at least;
            longer where the limits are tight.
        detector: what tells speech; the best one that is installed by default.
    """

    def __init__(
        self,
        groq: GroqClient,
        parameters: TranscriptionParameters,
        *,
        interval: float = 5.0,
        detector: SpeechDetector | None = None,
    ) -> None:
        self._groq = groq
        self._parameters = parameters
        self._pacing = Pacing(interval=interval)
        self._detector = detector
        self._text = Agreement()
        self._billed = 0.0
        self._asked_at = self._asked_to = 0.0
        self._backoff = 0.0
        self._failures = 0
        self._missing = 0.0
        self._going_round = self._asking = False
        self._changed = asyncio.Event()

    @property
    def asking(self) -> bool:
        """Whether a request is on its way."""
        return self._asking

    def follow(
        self, sound: AsyncIterable[bytes], *, sample_rate: int
    ) -> AsyncGenerator[LiveUpdate, None]:
        """Follow mono 16-bit little-endian PCM until it ends; ``LiveEnded`` is always the last.

        Silence costs nothing: only speech is sent. Leaving stops at once.
        """
        return told_by(partial(self._follow, sound, sample_rate))

    async def _follow(self, sound: AsyncIterable[bytes], sample_rate: int, tell: Tell) -> None:
        detector = self._detector
        if detector is None:
            detector = await asyncio.to_thread(speech_detector)
        stretch = OpenStretch(sample_rate, detector)
        listening = asyncio.create_task(self._listen(sound, stretch))
        try:
            while True:
                self._changed.clear()
                ended = listening.done()
                ask = self._next(stretch, ended=ended)
                self._asking = ask is not None
                if ask is not None:
                    if not await self._ask(ask, stretch, tell, ended=ended):
                        break
                elif ended:
                    break
                else:
                    self._let_go(stretch, tell)
                    await self._changed.wait()
        finally:
            self._asking = False
            listening.cancel()
            await asyncio.gather(listening, return_exceptions=True)
        if listening.done() and not listening.cancelled():
            listening.result()  # what the sound's source raised is not ours to hide
        self._text.settle()
        missing = self._missing + stretch.lost
        tell(LiveEnded(text=self._text.committed, billed_seconds=self._billed, missing=missing))

    async def _listen(self, sound: AsyncIterable[bytes], stretch: OpenStretch) -> None:
        try:
            async for block in sound:
                stretch.feed(block)
                self._changed.set()
            stretch.finish()
        finally:
            self._changed.set()

    def _next(self, stretch: OpenStretch, *, ended: bool) -> Ask | None:
        if not ended and stretch.end < self._asked_at + self._backoff:
            return None
        return self._pacing.next(
            stretch, asked_at=self._asked_at, asked_to=self._asked_to, ended=ended
        )

    def _let_go(self, stretch: OpenStretch, tell: Tell) -> None:
        """Forget sound whose text is settled, and quiet in which nobody speaks."""
        spoken = stretch.speech
        if spoken is None:
            stretch.drop(stretch.end - _KEPT_QUIET)
        elif self._asked_to >= spoken[1] and stretch.end - spoken[1] >= LONG_PAUSE:
            self._text.settle()
            stretch.drop(self._asked_to)
            self._tell_text(stretch, tell)

    async def _ask(self, ask: Ask, stretch: OpenStretch, tell: Tell, *, ended: bool) -> bool:
        """Ask, and take in the answer; returns whether to go on."""
        self._asked_at = stretch.end
        try:
            said = await self._send(ask, stretch)
        except GroqError as error:
            return self._failed(error, ask, tell, ended=ended)
        settled = ask.end - ask.again
        self._failures, self._backoff, self._asked_to = 0, 0.0, settled
        self._billed += billed(ask.end - ask.start)
        self._pacing = replace(self._pacing, sustainable=sustainable_of(said.rate_limits))
        words = self._words(said, ask, stretch)
        if ask.again:  # the last word may have been cut, and will be heard whole
            words = [word for word in words if word.end < ask.end - _CUT_SECONDS]
        self._text.hear(words, final=ask.final)
        if ask.final:
            stretch.drop(settled)
        self._tell_text(stretch, tell)
        return True

    async def _send(self, ask: Ask, stretch: OpenStretch) -> Transcription:
        asked = self._parameters
        carried = "" if self._going_round else self._text.carried
        prompt = " ".join(filter(None, (asked.prompt, carried)))[-MAX_PROMPT_CHARACTERS:]
        file = BytesIO()
        await asyncio.to_thread(write_flac, file, [stretch.sound(ask.start, ask.end)])
        return await ask_for_text(
            self._groq,
            asked,
            file=file.getvalue(),
            name="live.flac",
            seconds=ask.end - ask.start,
            max_wait=_PATIENCE,
            prompt=prompt,
        )

    def _words(
        self, said: Transcription, ask: Ask, stretch: OpenStretch
    ) -> Sequence[TranscribedWord]:
        seconds = ask.end - ask.start
        part = TranscriptPart(
            number=1, start=ask.start, end=ask.end, seconds=seconds, spans=((ask.start, ask.end),)
        )
        segments = segments_of(part, said, silent=stretch.is_silent)
        self._going_round = any(segment.doubt == "repetition" for segment in segments)
        return [
            word for segment in segments if not segment.left_out for word in words_as_read(segment)
        ]

    def _failed(self, error: GroqError, ask: Ask, tell: Tell, *, ended: bool) -> bool:
        """Tell it, and wait with the next request; returns whether there will be one."""
        self._failures += 1
        retry_after: float = getattr(error, "retry_after", None) or 0.0
        backoff = min(_LONGEST_BACKOFF, _FIRST_BACKOFF * 2 ** (self._failures - 1))
        self._backoff = max(backoff, retry_after)
        over = not error.retryable or (ended and self._failures >= _LAST_TRIES)
        if over:
            self._missing += ask.end - ask.start
        problem = transcription_problem(error, now=self._groq.now())
        tell(LiveFailed(problem=problem, over=over))
        return not over

    def _tell_text(self, stretch: OpenStretch, tell: Tell) -> None:
        spoken = stretch.speech
        tell(
            LiveTextChanged(
                committed=self._text.committed,
                tentative=self._text.tentative,
                behind=max(0.0, spoken[1] - self._asked_to) if spoken else 0.0,
                billed_seconds=self._billed,
            )
        )
