"""Near-live text: what is being said, while it is said.

What has been committed never changes; the tentative rest may. It is a draft: transcribe the
recording for the final text.
"""

from collections.abc import AsyncIterable, AsyncIterator
from dataclasses import dataclass
from typing import TypeAlias

from client import GroqClient
from workbench.session.problems import Problem
from workbench.session.transcription.parameters import TranscriptionParameters


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
    """The sound is over and everything in it was asked for. ``text`` is the draft."""

    text: str
    billed_seconds: float


LiveUpdate: TypeAlias = LiveTextChanged | LiveFailed | LiveEnded


class LiveTranscription:
    """Text while somebody speaks; one request at a time.

    Args:
        interval: seconds of new sound after which the open stretch is asked for again, at least;
            longer where the limits are tight.
    """

    def __init__(
        self,
        groq: GroqClient,
        parameters: TranscriptionParameters,
        *,
        interval: float = 5.0,
    ) -> None:
        self._groq = groq
        self._parameters = parameters
        self._interval = interval

    async def follow(
        self, sound: AsyncIterable[bytes], *, sample_rate: int
    ) -> AsyncIterator[LiveUpdate]:
        """Follow mono 16-bit little-endian PCM until it ends; ``LiveEnded`` is always the last."""
        raise NotImplementedError
        yield
