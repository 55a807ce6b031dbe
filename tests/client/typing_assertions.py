"""What a type checker must see of the client. Never run: test_typing.py hands it to mypy.

A line with ``type: ignore[code]`` is a mistake that must be found: mypy calls an ignore that
ignores nothing an error of its own.
"""

from collections.abc import AsyncIterator, Mapping
from pathlib import Path
from typing import BinaryIO, assert_type

import client
from client import (
    AdmissionDelayed,
    APIError,
    AssistantMessage,
    Audio,
    Batch,
    Batches,
    BatchResult,
    ChatChunk,
    ChatChunkValue,
    ChatReply,
    ChatStream,
    CircuitBreakerPolicy,
    ClientEvent,
    ConnectionReady,
    Cue,
    File,
    FileDeleted,
    Files,
    Function,
    FunctionTool,
    GroqClient,
    GroqClientBuilder,
    GroqConfig,
    GroqError,
    Health,
    HttpTransport,
    ImagePart,
    LoggingObserver,
    MessageLike,
    Model,
    Observer,
    RateLimit,
    RateLimitPolicy,
    RateLimits,
    RecordingTransport,
    ReplayTransport,
    Request,
    RetryPolicy,
    RetryScheduled,
    Speech,
    SpeechFile,
    SpeechStream,
    StreamError,
    SystemMessage,
    Timeouts,
    Timing,
    ToolCall,
    ToolMessage,
    Transcription,
    Transport,
    Usage,
    UserMessage,
    ValidationError,
    Word,
    assistant,
    batch_line,
    cues,
    image,
    system,
    to_srt,
    to_webvtt,
    tool,
    user,
)
from client import ConnectionError as GroqConnectionError
from client import TimeoutError as GroqTimeoutError
from client.testing import FakeClock, FakeResponse, FakeTransport, Stall, text_chunk

MODEL = "openai/gpt-oss-20b"
LISTENER = "whisper-large-v3"
VOICE = "canopylabs/orpheus-v1-english"


async def chat(groq: GroqClient) -> None:
    reply = await groq.chat.create(model=MODEL, messages=[user("Why?")])
    assert_type(reply, ChatReply)
    assert_type(reply.text, str)
    assert_type(reply.reasoning, str)
    assert_type(reply.message, AssistantMessage)
    assert_type(reply.tool_calls, tuple[ToolCall, ...])
    assert_type(reply.finish_reason, str | None)
    assert_type(reply.request_id, str | None)
    assert_type(reply.timing, Timing)
    assert_type(reply.rate_limits, RateLimits | None)
    assert_type(reply.usage, Usage)
    assert_type(reply.usage.prompt_tokens, int | None)
    assert_type(reply.usage.completion_tokens, int | None)
    assert_type(reply.usage.cached_tokens, int | None)
    assert_type(reply.usage.reasoning_tokens, int | None)
    assert_type(reply.usage.queue_time, float | None)
    assert_type(reply.usage.tokens_per_second, float | None)
    assert_type(reply.tool_calls[0].parse_arguments(), dict[str, object])
    assert_type(reply.timing.time_to_first_token, float | None)
    assert_type(reply.timing.inter_token_latencies(), list[float])

    _ = reply.usage.completion_tokens + 1  # type: ignore[operator] # it may be None
    reply.text = "x"  # type: ignore[misc] # values are frozen
    reply.usage.prompt_tokens = 1  # type: ignore[misc]
    text: str = reply  # type: ignore[assignment]
    groq.chat.create(model=MODEL, messages=[user("Why?")]).text  # type: ignore[attr-defined] # noqa: B018
    del text


async def messages(groq: GroqClient) -> None:
    assert_type(user("a"), UserMessage)
    assert_type(user("a", image("https://x.test/y.png", detail="low")), UserMessage)
    assert_type(image("https://x.test/y.png"), ImagePart)
    assert_type(system("a"), SystemMessage)
    assert_type(assistant("a"), AssistantMessage)
    assert_type(tool("a", tool_call_id="1"), ToolMessage)

    plain = {"role": "user", "content": "Hi"}
    parts: dict[str, object] = {"role": "user", "content": [{"type": "text", "text": "Hi"}]}
    frozen: Mapping[str, str] = plain
    conversation: list[MessageLike] = [system("a"), plain, parts]
    conversation.append(frozen)
    await groq.chat.create(model=MODEL, messages=[plain])
    await groq.chat.create(model=MODEL, messages=[plain, user("a"), parts])
    await groq.chat.create(model=MODEL, messages=(plain, frozen))
    await groq.chat.create(model=MODEL, messages=conversation)

    await groq.chat.create(model=MODEL, messages=["Hi"])  # type: ignore[list-item]
    await groq.chat.create(model=MODEL, messages=user("Hi"))  # type: ignore[arg-type]
    user(1)  # type: ignore[arg-type]
    tool("a")  # type: ignore[call-arg]
    image("u", detail="huge")  # type: ignore[arg-type]
    UserMessage(content="a", contnet="b")  # type: ignore[call-arg]


async def options(groq: GroqClient) -> None:
    ask = [user("Why?")]
    weather = FunctionTool(function=Function(name="weather", parameters={"type": "object"}))
    await groq.chat.create(
        model=MODEL,
        messages=ask,
        temperature=0,
        top_p=0.5,
        stop=["a", "b"],
        seed=1,
        tools=[weather, {"type": "browser_search"}],
        tool_choice={"type": "function", "function": {"name": "weather"}},
        parallel_tool_calls=False,
        max_completion_tokens=None,
        response_format={"type": "text"},
        reasoning_effort="low",
        service_tier="flex",
        extra_headers={"x-a": "b"},
        extra_body={"new": [1]},
        timeout=Timeouts(total=5),
        max_wait=0,
    )

    await groq.chat.create(model=MODEL, messages=ask, temprature=1)  # type: ignore[call-arg]
    await groq.chat.create(model=MODEL, messages=ask, temperature="1")  # type: ignore[arg-type]
    await groq.chat.create(model=MODEL, messages=ask, reasoning_effort="max")  # type: ignore[arg-type]
    await groq.chat.create(model=MODEL, messages=ask, service_tier="default")  # type: ignore[arg-type]
    await groq.chat.create(model=MODEL, messages=ask, tool_choice="any")  # type: ignore[arg-type]
    await groq.chat.create(model=MODEL, messages=ask, n=2)  # type: ignore[arg-type]
    await groq.chat.create(model=MODEL, messages=ask, stream=True)  # type: ignore[call-arg]
    await groq.chat.create(model=MODEL, messages=ask, timeout="5")  # type: ignore[arg-type]
    await groq.chat.create(model=None, messages=ask)  # type: ignore[arg-type]
    await groq.chat.create(messages=ask)  # type: ignore[call-arg]
    await groq.chat.create(MODEL, ask)  # type: ignore[call-arg] # by keyword only


async def streams(groq: GroqClient) -> None:
    stream = groq.chat.stream(model=MODEL, messages=[user("Why?")])
    assert_type(stream, ChatStream)
    assert_type(stream.__aiter__(), AsyncIterator[ChatChunk])
    async for chunk in stream:
        assert_type(chunk, ChatChunk)
        assert_type(chunk.text, str)
        assert_type(chunk.reasoning, str)
        assert_type(chunk.finish_reason, str | None)
        assert_type(chunk.usage, Usage | None)
        assert_type(chunk.value, ChatChunkValue)
        chunk.created = 1  # type: ignore[misc] # it is frozen
        chunk.txt  # type: ignore[attr-defined] # noqa: B018
    async with stream as entered:
        assert_type(entered, ChatStream)
    assert_type(stream.text, str)
    assert_type(stream.message, AssistantMessage)
    assert_type(stream.tool_calls, tuple[ToolCall, ...])
    assert_type(stream.usage, Usage)
    assert_type(stream.timing, Timing)
    assert_type(stream.complete, bool)
    assert_type(await stream.reply(), ChatReply)

    for _ in stream:  # type: ignore[attr-defined]
        pass
    with stream:  # type: ignore[attr-defined]
        pass
    await groq.chat.stream(model=MODEL, messages=[])  # type: ignore[misc] # it is no coroutine
    groq.chat.stream(model=MODEL, messages=[], max_tokns=1)  # type: ignore[call-arg]


async def hearing(audio: Audio, opened: BinaryIO, source: AsyncIterator[bytes]) -> None:
    said = await audio.transcribe(
        model=LISTENER, file=Path("a.flac"), timestamp_granularities=["word"], language="en"
    )
    assert_type(said, Transcription)
    assert_type(said.text, str)
    assert_type(said.words, tuple[Word, ...] | None)
    assert_type(said.duration, float | None)
    assert_type(to_srt(said), str)
    assert_type(to_webvtt(said), str)
    assert_type(cues(said), tuple[Cue, ...])
    for file in ("a.wav", Path("a.wav"), b"", opened, source):
        await audio.transcribe(model=LISTENER, file=file, filename="a.wav")
    await audio.transcribe(model=LISTENER, url="https://x.test/a.wav", progress=print)
    assert_type(await audio.translate(model=LISTENER, file="a.wav"), Transcription)

    await audio.transcribe(model=LISTENER, file=1)  # type: ignore[arg-type]
    await audio.transcribe(model=LISTENER, file="a.wav", lang="en")  # type: ignore[call-arg]
    await audio.transcribe(model=LISTENER, file="a.wav", response_format="srt")  # type: ignore[arg-type]
    await audio.transcribe(model=LISTENER, file="a.wav", timestamp_granularities=["line"])  # type: ignore[list-item]
    await audio.translate(model=LISTENER, file="a.wav", language="de")  # type: ignore[arg-type]


async def speaking(audio: Audio) -> None:
    speech = await audio.speak(model=VOICE, voice="hannah", input="Hello")
    assert_type(speech, Speech)
    assert_type(speech.data, bytes)
    assert_type(speech.duration, float | None)
    assert_type(await speech.save("a.wav"), Path)
    written = await audio.speak(model=VOICE, voice="hannah", input="Hello", to="a.wav")
    assert_type(written, SpeechFile)
    assert_type(written.path, Path)
    async with audio.stream_speech(model=VOICE, voice="hannah", input="Hello") as arriving:
        assert_type(arriving, SpeechStream)
        assert_type(arriving.sample_rate, int)
        async for samples in arriving:
            assert_type(samples, bytes)

    written.data  # type: ignore[attr-defined] # noqa: B018
    await audio.speak(model=VOICE, input="Hello")  # type: ignore[call-overload]
    await audio.speak(model=VOICE, voice="a", input="b", response_format="mp3")  # type: ignore[call-overload]


async def collecting(files: Files, batches: Batches) -> None:
    line = batch_line("1", model=MODEL, messages=[user("Why?")], temperature=0)
    assert_type(line, dict[str, object])
    file = await files.upload([line])
    assert_type(file, File)
    assert_type(await files.upload(Path("a.jsonl")), File)
    assert_type(await files.upload(line for _ in range(3)), File)
    assert_type(await files.list(), tuple[File, ...])
    assert_type(await files.content(file.id), bytes)
    assert_type(await files.content(file.id, to="a.jsonl"), Path)
    assert_type(await files.delete(file.id), FileDeleted)
    batch = await batches.create(input_file_id=file.id)
    assert_type(batch, Batch)
    assert_type(await batches.wait(batch.id, on_progress=print), Batch)
    async for one in batches.list():
        assert_type(one, Batch)
    async for result in batches.results(batch):
        assert_type(result, BatchResult)
        assert_type(result.reply, ChatReply)
    assert_type(await batches.results_by_custom_id(batch), dict[str, BatchResult])

    batch_line("1", model=MODEL, messages=[user("Why?")], temprature=0)  # type: ignore[call-arg]
    batch_line(1, model=MODEL, messages=[user("Why?")])  # type: ignore[arg-type]
    await files.upload(1)  # type: ignore[arg-type]


async def clients() -> None:
    async with GroqClient() as groq:
        assert_type(groq, GroqClient)
        assert_type(groq.config, GroqConfig)
        assert_type(await groq.models.list(), tuple[Model, ...])
        model = await groq.models.get(MODEL)
        assert_type(model, Model)
        assert_type(model.context_window, int | None)
        assert_type(model.supports("tools"), bool | None)
        assert_type(await groq.health(), Health)
        limits = groq.rate_limits(MODEL)
        assert_type(limits, RateLimits | None)
        if limits is not None:
            assert_type(limits.tokens, RateLimit | None)

    GroqClient(config=GroqConfig(api_key="k"))
    GroqClient(
        api_key="k",
        base_url="http://127.0.0.1:1",
        timeout=5,
        retry=None,
        circuit_breaker=CircuitBreakerPolicy(),
        rate_limit=RateLimitPolicy(patience=None),
        headers={"x-a": "b"},
        observe=[print, LoggingObserver()],
    )
    GroqClient(api_kee="k")  # type: ignore[call-arg]
    GroqClient(timeout="5")  # type: ignore[arg-type]
    GroqClient(retry=3)  # type: ignore[arg-type]
    GroqClient("k")  # type: ignore[call-arg,arg-type]
    RetryPolicy(attempts="3")  # type: ignore[arg-type]
    with GroqClient():  # type: ignore[attr-defined]
        pass


def builders(observer: Observer) -> None:
    builder = GroqClientBuilder()
    assert_type(builder.api_key("k"), GroqClientBuilder)
    assert_type(builder.api_key("k").base_url("u").timeout(5).header("a", "b"), GroqClientBuilder)
    assert_type(builder.retry(None).circuit_breaker(None).rate_limit(None), GroqClientBuilder)
    assert_type(builder.transport(FakeTransport()).clock(FakeClock()), GroqClientBuilder)
    assert_type(builder.observe(observer).from_environment({}), GroqClientBuilder)
    assert_type(builder.config(), GroqConfig)
    assert_type(builder.build(), GroqClient)

    builder.timeout("5")  # type: ignore[arg-type]
    builder.api_kee("k")  # type: ignore[attr-defined]


async def recordings() -> None:
    assert_type(GroqClient.recording_to("a.har", timeout=5), GroqClient)
    offline = GroqClient.replaying(Path("a.har"), speed=0, match="loose")
    assert_type(offline, GroqClient)
    await offline.models.list(timeout=5, max_wait=0, extra_headers={"x-team": "a"})
    limits = offline.rate_limits(MODEL)
    if limits is not None:
        assert_type(limits.tokens_left(offline.now()), float | None)

    await offline.models.list(timeuot=5)  # type: ignore[call-arg]
    await offline.files.get("file_01", timeout="5")  # type: ignore[arg-type]
    GroqClient.replaying("a.har", match="lax")  # type: ignore[arg-type]
    GroqClient.recording_to("a.har", api_kee="x")  # type: ignore[call-arg]


def seams() -> None:
    transport: Transport = HttpTransport()
    transport = RecordingTransport(transport, Path("a.har"))
    transport = ReplayTransport(Path("a.har"), match="loose")
    transport = FakeTransport(FakeResponse.stream(text_chunk("a"), Stall()), OSError())
    GroqClient(transport=transport)
    ReplayTransport(Path("a.har"), match="lax")  # type: ignore[arg-type]
    GroqClient(transport=FakeClock())  # type: ignore[arg-type]

    def without_event() -> None: ...
    def of_requests(event: Request) -> None: ...
    def of_events(event: ClientEvent) -> None:
        if isinstance(event, RetryScheduled):
            assert_type(event.delay, float)
            assert_type(event.error, GroqError)
        elif isinstance(event, AdmissionDelayed):
            assert_type(event.seconds, float)
        elif isinstance(event, ConnectionReady):
            assert_type(event.reused, bool)
            assert_type(event.name_lookup, float | None)

    GroqClient(observe=of_events)
    GroqClient(observe=without_event)  # type: ignore[arg-type]
    GroqClient(observe=of_requests)  # type: ignore[arg-type]


def front_door() -> None:
    assert_type(client.VERSION, str)

    client.GroqManager  # type: ignore[attr-defined] # noqa: B018


def errors(
    error: APIError,
    broken: StreamError,
    late: GroqTimeoutError,
    cut: GroqConnectionError,
    wrong: ValidationError,
) -> None:
    assert_type(error.status, int)
    assert_type(error.code, str | None)
    assert_type(error.retry_after, float | None)
    assert_type(error.retryable, bool)
    assert_type(broken.partial, AssistantMessage | None)
    assert_type(broken.error, APIError | None)
    assert_type(late.phase, str)
    assert_type(cut.phase, str)
    builtin: tuple[TimeoutError, ConnectionError, ValueError] = (late, cut, wrong)
    ours: tuple[GroqError, ...] = (error, broken, late, cut, wrong)
    del builtin, ours
