"""The Groq API, typed and streamed.

    from client import GroqClient, user

    async with GroqClient() as groq:
        async for chunk in groq.chat.stream(model="openai/gpt-oss-20b", messages=[user("Why?")]):
            print(chunk.text, end="")

Importing this package is cheap: a name's module is loaded when the name is first used.
"""

import importlib

TYPE_CHECKING = False  # typing takes 5 ms to import; a type checker reads this name as True
if TYPE_CHECKING:
    from client.accumulator import Accumulator as Accumulator
    from client.adapters.clock import SystemClock as SystemClock
    from client.adapters.har.archive import read_recording as read_recording
    from client.adapters.har.archive import write_recording as write_recording
    from client.adapters.har.exchange import Failure as Failure
    from client.adapters.har.exchange import RecordedConnection as RecordedConnection
    from client.adapters.har.exchange import RecordedExchange as RecordedExchange
    from client.adapters.har.recording import RecordingTransport as RecordingTransport
    from client.adapters.har.redacted import redact_exchange as redact_exchange
    from client.adapters.har.replay import ReplayTransport as ReplayTransport
    from client.adapters.http import HttpTransport as HttpTransport
    from client.adapters.logging import LoggingObserver as LoggingObserver
    from client.adapters.logging import RedactingFilter as RedactingFilter
    from client.adapters.telemetry.observer import TelemetryObserver as TelemetryObserver
    from client.audio import Audio as Audio
    from client.batches import Batches as Batches
    from client.batches import batch_line as batch_line
    from client.builder import GroqClientBuilder as GroqClientBuilder
    from client.captions import CaptionLayout as CaptionLayout
    from client.captions import Cue as Cue
    from client.captions import cues as cues
    from client.captions import to_srt as to_srt
    from client.captions import to_webvtt as to_webvtt
    from client.config import DEFAULT_BASE_URL as DEFAULT_BASE_URL
    from client.config import CallOptions as CallOptions
    from client.config import ConfigFields as ConfigFields
    from client.config import Engine as Engine
    from client.config import GroqConfig as GroqConfig
    from client.errors import APIError as APIError
    from client.errors import AuthenticationError as AuthenticationError
    from client.errors import BadRequestError as BadRequestError
    from client.errors import CapacityExceededError as CapacityExceededError
    from client.errors import CircuitOpenError as CircuitOpenError
    from client.errors import ConnectionError as ConnectionError
    from client.errors import ContextLengthError as ContextLengthError
    from client.errors import GroqError as GroqError
    from client.errors import JSONValidateFailedError as JSONValidateFailedError
    from client.errors import ModelDecommissionedError as ModelDecommissionedError
    from client.errors import ModelNotFoundError as ModelNotFoundError
    from client.errors import NotFoundError as NotFoundError
    from client.errors import PermissionDeniedError as PermissionDeniedError
    from client.errors import ProtocolError as ProtocolError
    from client.errors import RateLimitError as RateLimitError
    from client.errors import RedirectError as RedirectError
    from client.errors import RequestTooLargeError as RequestTooLargeError
    from client.errors import ResponseTooLargeError as ResponseTooLargeError
    from client.errors import ServerError as ServerError
    from client.errors import StreamError as StreamError
    from client.errors import StreamInterruptedError as StreamInterruptedError
    from client.errors import TimeoutError as TimeoutError
    from client.errors import ToolUseFailedError as ToolUseFailedError
    from client.errors import TransportError as TransportError
    from client.errors import UnexpectedContentTypeError as UnexpectedContentTypeError
    from client.errors import UnprocessableEntityError as UnprocessableEntityError
    from client.errors import UnrecordedRequestError as UnrecordedRequestError
    from client.errors import ValidationError as ValidationError
    from client.events import AdmissionDelayed as AdmissionDelayed
    from client.events import AttemptStarted as AttemptStarted
    from client.events import BodyReceived as BodyReceived
    from client.events import ChunkReceived as ChunkReceived
    from client.events import CircuitChanged as CircuitChanged
    from client.events import ClientEvent as ClientEvent
    from client.events import ConnectionReady as ConnectionReady
    from client.events import ExchangeCancelled as ExchangeCancelled
    from client.events import ExchangeFailed as ExchangeFailed
    from client.events import HeadersReceived as HeadersReceived
    from client.events import ReplyCompleted as ReplyCompleted
    from client.events import RequestSent as RequestSent
    from client.events import RequestWritten as RequestWritten
    from client.events import RetryScheduled as RetryScheduled
    from client.files import Files as Files
    from client.files import RequestLines as RequestLines
    from client.groq import GroqClient as GroqClient
    from client.groq import Health as Health
    from client.ports import Alarm as Alarm
    from client.ports import Auth as Auth
    from client.ports import Clock as Clock
    from client.ports import Cost as Cost
    from client.ports import Delivery as Delivery
    from client.ports import Disk as Disk
    from client.ports import Observer as Observer
    from client.ports import Reader as Reader
    from client.ports import ReplaceableResponse as ReplaceableResponse
    from client.ports import Request as Request
    from client.ports import Response as Response
    from client.ports import Source as Source
    from client.ports import Timeouts as Timeouts
    from client.ports import Transport as Transport
    from client.ports import UploadBody as UploadBody
    from client.ports import Writer as Writer
    from client.redaction import Redactor as Redactor
    from client.resilience.circuit_breaker import CircuitBreaker as CircuitBreaker
    from client.resilience.circuit_breaker import CircuitBreakerPolicy as CircuitBreakerPolicy
    from client.resilience.circuit_breaker import CircuitState as CircuitState
    from client.resilience.circuit_breaker import Outcome as Outcome
    from client.resilience.circuit_breaker import Permit as Permit
    from client.resilience.circuit_breaker import Rejection as Rejection
    from client.resilience.hedging import Hedge as Hedge
    from client.resilience.hedging import HedgedTransport as HedgedTransport
    from client.resilience.rate_limit import Admitted as Admitted
    from client.resilience.rate_limit import Decision as Decision
    from client.resilience.rate_limit import Queued as Queued
    from client.resilience.rate_limit import RateLimiter as RateLimiter
    from client.resilience.rate_limit import RateLimitPolicy as RateLimitPolicy
    from client.resilience.rate_limit import Ticket as Ticket
    from client.resilience.rate_limit import TooLarge as TooLarge
    from client.resilience.rate_limit import TooLong as TooLong
    from client.resilience.refusal import Refusal as Refusal
    from client.resilience.retry import GiveUp as GiveUp
    from client.resilience.retry import GiveUpReason as GiveUpReason
    from client.resilience.retry import Retry as Retry
    from client.resilience.retry import RetryBudget as RetryBudget
    from client.resilience.retry import RetryPolicy as RetryPolicy
    from client.resilience.transport import ResilientTransport as ResilientTransport
    from client.speech import Speech as Speech
    from client.speech import SpeechStream as SpeechStream
    from client.spoken_words import SpokenWord as SpokenWord
    from client.spoken_words import words_of as words_of
    from client.sse import ServerSentEvent as ServerSentEvent
    from client.sse import SSEDecoder as SSEDecoder
    from client.stream import ChatStream as ChatStream
    from client.timing import Timing as Timing
    from client.types.audio import Segment as Segment
    from client.types.audio import SpeechFile as SpeechFile
    from client.types.audio import Transcription as Transcription
    from client.types.audio import Word as Word
    from client.types.audio_options import AUDIO_TYPES as AUDIO_TYPES
    from client.types.audio_options import MAX_AUDIO_BYTES as MAX_AUDIO_BYTES
    from client.types.audio_options import MAX_PROMPT_CHARACTERS as MAX_PROMPT_CHARACTERS
    from client.types.audio_options import MAX_SPEECH_CHARACTERS as MAX_SPEECH_CHARACTERS
    from client.types.audio_options import SpeechOptions as SpeechOptions
    from client.types.audio_options import TranscriptionOptions as TranscriptionOptions
    from client.types.audio_options import TranslationOptions as TranslationOptions
    from client.types.batches import Batch as Batch
    from client.types.batches import BatchList as BatchList
    from client.types.batches import BatchResponse as BatchResponse
    from client.types.batches import BatchResult as BatchResult
    from client.types.batches import Paging as Paging
    from client.types.batches import RequestCounts as RequestCounts
    from client.types.chat import ChatReply as ChatReply
    from client.types.chat import Choice as Choice
    from client.types.chat_options import ChatOptions as ChatOptions
    from client.types.chat_options import MessageLike as MessageLike
    from client.types.chat_options import StreamOptions as StreamOptions
    from client.types.chat_options import ToolLike as ToolLike
    from client.types.chunks import ChatChunk as ChatChunk
    from client.types.chunks import ChatChunkValue as ChatChunkValue
    from client.types.chunks import ChunkChoice as ChunkChoice
    from client.types.chunks import Delta as Delta
    from client.types.chunks import FinishReason as FinishReason
    from client.types.chunks import ToolCallDelta as ToolCallDelta
    from client.types.chunks import XGroq as XGroq
    from client.types.files import File as File
    from client.types.files import FileDeleted as FileDeleted
    from client.types.files import FileList as FileList
    from client.types.languages import LANGUAGES as LANGUAGES
    from client.types.languages import language_code as language_code
    from client.types.messages import Annotation as Annotation
    from client.types.messages import AssistantMessage as AssistantMessage
    from client.types.messages import ContentPart as ContentPart
    from client.types.messages import Document as Document
    from client.types.messages import DocumentPart as DocumentPart
    from client.types.messages import FunctionMessage as FunctionMessage
    from client.types.messages import ImagePart as ImagePart
    from client.types.messages import ImageURL as ImageURL
    from client.types.messages import Message as Message
    from client.types.messages import SystemMessage as SystemMessage
    from client.types.messages import TextPart as TextPart
    from client.types.messages import ToolMessage as ToolMessage
    from client.types.messages import UserMessage as UserMessage
    from client.types.messages import assistant as assistant
    from client.types.messages import image as image
    from client.types.messages import system as system
    from client.types.messages import tool as tool
    from client.types.messages import user as user
    from client.types.models import Model as Model
    from client.types.models import ModelList as ModelList
    from client.types.models import Pricing as Pricing
    from client.types.rate_limits import RateLimit as RateLimit
    from client.types.rate_limits import RateLimits as RateLimits
    from client.types.tools import ExecutedTool as ExecutedTool
    from client.types.tools import Function as Function
    from client.types.tools import FunctionCall as FunctionCall
    from client.types.tools import FunctionTool as FunctionTool
    from client.types.tools import ToolCall as ToolCall
    from client.types.usage import CompletionTokensDetails as CompletionTokensDetails
    from client.types.usage import ModelUsage as ModelUsage
    from client.types.usage import PromptTokensDetails as PromptTokensDetails
    from client.types.usage import Usage as Usage
    from client.types.usage import UsageBreakdown as UsageBreakdown
    from client.upload import FileLike as FileLike
    from client.upload import Progress as Progress
    from client.version import VERSION as VERSION

_NAMES_BY_MODULE = {
    "client.accumulator": "Accumulator",
    "client.adapters.clock": "SystemClock",
    "client.adapters.har.archive": "read_recording write_recording",
    "client.adapters.har.exchange": "Failure RecordedConnection RecordedExchange",
    "client.adapters.har.recording": "RecordingTransport",
    "client.adapters.har.redacted": "redact_exchange",
    "client.adapters.har.replay": "ReplayTransport",
    "client.adapters.http": "HttpTransport",
    "client.adapters.logging": "LoggingObserver RedactingFilter",
    "client.adapters.telemetry.observer": "TelemetryObserver",
    "client.audio": "Audio",
    "client.batches": "Batches batch_line",
    "client.builder": "GroqClientBuilder",
    "client.captions": "CaptionLayout Cue cues to_srt to_webvtt",
    "client.config": "CallOptions ConfigFields DEFAULT_BASE_URL Engine GroqConfig",
    "client.errors": (
        "APIError AuthenticationError BadRequestError CapacityExceededError CircuitOpenError "
        "ConnectionError ContextLengthError GroqError JSONValidateFailedError "
        "ModelDecommissionedError ModelNotFoundError NotFoundError PermissionDeniedError "
        "ProtocolError RateLimitError RedirectError RequestTooLargeError ResponseTooLargeError "
        "ServerError StreamError StreamInterruptedError TimeoutError ToolUseFailedError "
        "TransportError UnexpectedContentTypeError UnprocessableEntityError "
        "UnrecordedRequestError ValidationError"
    ),
    "client.events": (
        "AdmissionDelayed AttemptStarted BodyReceived ChunkReceived CircuitChanged ClientEvent "
        "ConnectionReady ExchangeCancelled ExchangeFailed HeadersReceived ReplyCompleted "
        "RequestSent RequestWritten RetryScheduled"
    ),
    "client.files": "Files RequestLines",
    "client.groq": "GroqClient Health",
    "client.ports": (
        "Alarm Auth Clock Cost Delivery Disk Observer Reader ReplaceableResponse Request "
        "Response Source Timeouts Transport UploadBody Writer"
    ),
    "client.redaction": "Redactor",
    "client.resilience.circuit_breaker": (
        "CircuitBreaker CircuitBreakerPolicy CircuitState Outcome Permit Rejection"
    ),
    "client.resilience.hedging": "Hedge HedgedTransport",
    "client.resilience.rate_limit": (
        "Admitted Decision Queued RateLimitPolicy RateLimiter Ticket TooLarge TooLong"
    ),
    "client.resilience.refusal": "Refusal",
    "client.resilience.retry": "GiveUp GiveUpReason Retry RetryBudget RetryPolicy",
    "client.resilience.transport": "ResilientTransport",
    "client.speech": "Speech SpeechStream",
    "client.spoken_words": "SpokenWord words_of",
    "client.sse": "SSEDecoder ServerSentEvent",
    "client.stream": "ChatStream",
    "client.timing": "Timing",
    "client.types.audio": "Segment SpeechFile Transcription Word",
    "client.types.audio_options": (
        "AUDIO_TYPES MAX_AUDIO_BYTES MAX_PROMPT_CHARACTERS MAX_SPEECH_CHARACTERS SpeechOptions "
        "TranscriptionOptions TranslationOptions"
    ),
    "client.types.batches": "Batch BatchList BatchResponse BatchResult Paging RequestCounts",
    "client.types.chat": "ChatReply Choice",
    "client.types.chat_options": "ChatOptions MessageLike StreamOptions ToolLike",
    "client.types.chunks": (
        "ChatChunk ChatChunkValue ChunkChoice Delta FinishReason ToolCallDelta XGroq"
    ),
    "client.types.files": "File FileDeleted FileList",
    "client.types.languages": "LANGUAGES language_code",
    "client.types.messages": (
        "Annotation AssistantMessage ContentPart Document DocumentPart FunctionMessage "
        "ImagePart ImageURL Message SystemMessage TextPart ToolMessage UserMessage assistant "
        "image system tool user"
    ),
    "client.types.models": "Model ModelList Pricing",
    "client.types.rate_limits": "RateLimit RateLimits",
    "client.types.tools": "ExecutedTool Function FunctionCall FunctionTool ToolCall",
    "client.types.usage": (
        "CompletionTokensDetails ModelUsage PromptTokensDetails Usage UsageBreakdown"
    ),
    "client.upload": "FileLike Progress",
    "client.version": "VERSION",
}
_HOME = {name: module for module, names in _NAMES_BY_MODULE.items() for name in names.split()}

__all__ = sorted(_HOME)  # noqa: PLE0605 - one table instead of two lists


if not TYPE_CHECKING:  # a type checker that saw it would take any name for one of ours

    def __getattr__(name: str) -> object:
        if name not in _HOME:
            message = f"module {__name__!r} has no attribute {name!r}"
            raise AttributeError(message)
        value = getattr(importlib.import_module(_HOME[name]), name)
        globals()[name] = value
        return value


def __dir__() -> list[str]:
    return __all__
