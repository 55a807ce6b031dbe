"""A request copied as curl or as a program asks for the same again, and never holds the key."""

import asyncio
import json
import os
import shutil
import sys
from pathlib import Path

import pytest

from client import GroqClient, HttpTransport, RecordedExchange, user
from tests.hostile import FORBIDDEN, PAYLOADS
from tests.workbench.session.wire.conftest import KEY
from workbench.session.wire.asked import asked
from workbench.session.wire.curl import as_curl
from workbench.session.wire.log import WireLog
from workbench.session.wire.program import SDK_CHAT, SDK_SPEECH, NoProgramError, as_client, as_sdk
from workbench.simulator import Simulator, SimulatorSettings

ROOT = Path(__file__).parents[4]
MODEL = "openai/gpt-oss-20b"
NASTY = 'It\'s "quoted" $HOME `id` \\n {x}\nJSON\n\u202e \x1b[31m 🦙'
TOOL = {
    "type": "function",
    "function": {
        "name": "get_weather",
        "description": "The weather in a city",
        "parameters": {
            "type": "object",
            "properties": {"city": {"type": "string"}},
            "required": ["city"],
        },
    },
}
SPOKEN = {"model": "canopylabs/orpheus-v1-english", "voice": "hannah", "input": "Hello."}


async def exchanges(base_url: str, sound: Path) -> dict[str, RecordedExchange]:
    """One of each kind, as the log keeps them."""
    log = WireLog()
    transport = log.tap(HttpTransport.to(base_url))
    async with GroqClient(base_url=base_url, api_key=KEY, transport=transport) as groq:
        log.follow(groq)
        await groq.chat.create(model=MODEL, messages=[user(NASTY)], temperature=0.2)
        async with groq.chat.stream(
            model=MODEL,
            messages=[user("Weather in Lisbon?")],
            tools=[TOOL],
            stream_options={"include_usage": True},
            extra_body={"user": "someone"},
            extra_headers={"x-simulate": "first-byte-delay=0"},
        ) as stream:
            await stream.reply()
        await groq.models.list()
        await groq.models.get(MODEL)
        await groq.audio.speak(**SPOKEN)
        await groq.audio.transcribe(
            model="whisper-large-v3-turbo",
            file=sound,
            response_format="verbose_json",
            timestamp_granularities=["word", "segment"],
            temperature=0,
        )
        await groq.audio.translate(model="whisper-large-v3", file=sound)
    names = ("chat", "stream", "models", "model", "speech", "transcription", "translation")
    return dict(zip(names, (one.last for one in log.exchanges), strict=True))


@pytest.fixture
def sound(tmp_path: Path) -> Path:
    import wave

    path = tmp_path / "a talk's sound.wav"
    with wave.open(str(path), "wb") as writer:
        writer.setparams((1, 2, 16_000, 0, "NONE", ""))
        writer.writeframes(b"\x00\x20\x00\xe0" * 8_000)
    return path


async def run(*command: str, cwd: Path, stdin: str = "") -> str:
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith("GROQ_")},
        "PYTHONPATH": str(ROOT),
        "GROQ_API_KEY": "gsk_of_the_person",
    }
    process = await asyncio.create_subprocess_exec(
        *command,
        cwd=cwd,
        env=environment,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    out, problems = await process.communicate(stdin.encode())
    assert process.returncode == 0, problems.decode()
    return out.decode()


WANTED = {
    "chat": "assistant",
    "stream": "get_weather",
    "models": MODEL,
    "model": MODEL,
    "speech": "",
    "transcription": "",
    "translation": "",
}


@pytest.mark.parametrize("kind", ["client", "sdk", "curl"])
async def test_every_copy_runs_against_a_service(kind: str, sound: Path, tmp_path: Path) -> None:
    settings = SimulatorSettings(speed=200.0, seed=1, plan="developer")
    async with Simulator(settings) as simulator:
        for name, exchange in (await exchanges(simulator.base_url, sound)).items():
            if kind == "curl":
                if shutil.which("curl") is None:
                    pytest.skip("curl is not installed")
                said = await run("sh", cwd=tmp_path, stdin=as_curl(exchange))
            else:
                make = as_client if kind == "client" else as_sdk
                (tmp_path / "program.py").write_text(make(exchange), encoding="utf-8")
                said = await run(sys.executable, "program.py", cwd=tmp_path)
            wanted = "" if kind != "curl" and name == "chat" else WANTED[name]
            assert wanted in said, name
            assert '"error"' not in said, name
            if name == "speech":
                assert (tmp_path / "speech.wav").stat().st_size > 44
                (tmp_path / "speech.wav").unlink()


async def test_the_same_body_goes_out_again(sound: Path, tmp_path: Path) -> None:
    settings = SimulatorSettings(speed=200.0, seed=1, plan="developer")
    async with Simulator(settings) as simulator:
        for name, exchange in (await exchanges(simulator.base_url, sound)).items():
            if name not in ("chat", "stream"):
                continue
            original = json.loads(exchange.request_body or b"")
            heredoc = as_curl(exchange).split("'\n", 1)[1].rsplit("\n", 1)[0]
            assert json.loads(heredoc) == original
            for text in (as_client(exchange), as_sdk(exchange)):
                compile(text, "copy", "exec")


async def test_no_copy_holds_a_key(sound: Path) -> None:
    async with Simulator(SimulatorSettings(speed=200.0, seed=1)) as simulator:
        for exchange in (await exchanges(simulator.base_url, sound)).values():
            for make in (as_curl, as_client, as_sdk):
                assert KEY not in make(exchange)
                assert "REDACTED" not in make(exchange)


def test_the_sdk_takes_by_name_what_is_passed_by_name() -> None:
    import inspect

    from groq import Groq

    groq = Groq(api_key="x")
    taken = set(inspect.signature(groq.chat.completions.create).parameters)
    assert taken >= SDK_CHAT
    assert set(inspect.signature(groq.audio.speech.create).parameters) >= SDK_SPEECH


def recorded(method: str, url: str, body: bytes | None = None) -> RecordedExchange:
    return RecordedExchange(method=method, url=url, started_at=0.0, request_body=body)


def test_the_services_own_address_is_left_out() -> None:
    body = b'{"model":"m","messages":[{"role":"user","content":"x"}]}'
    exchange = recorded("POST", "https://api.groq.com/openai/v1/chat/completions", body)

    assert "GroqClient()" in as_client(exchange)
    assert "Groq()" in as_sdk(exchange)
    assert "'https://api.groq.com" not in as_client(exchange)


@pytest.mark.parametrize("payload", PAYLOADS.values(), ids=PAYLOADS)
async def test_what_is_pasted_into_a_shell_holds_nothing_that_a_terminal_obeys(
    payload: str,
) -> None:
    text = payload.replace("\0", "").encode("utf-8", "replace").decode()
    for body in (json.dumps({"a": text}, ensure_ascii=False), f"{{{text}", text):
        exchange = RecordedExchange(
            method="POST",
            url="http://127.0.0.1:9/v1/chat/completions",
            started_at=0.0,
            request_headers={"x-said": text},
            request_body=body.encode(),
        )
        command = as_curl(exchange)
        assert not FORBIDDEN.search(command)
        # the shell makes the same of it as of the words themselves
        shown = command.replace("curl -sS", "printf '%s|' ", 1).replace("--data-binary @-", "", 1)
        shell = await asyncio.create_subprocess_exec(
            "sh", stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE
        )
        said, _ = await shell.communicate(shown.encode())
        assert said.decode().count(f"x-said: {text}|") == (text.strip() != "")


def test_where_there_is_no_program_it_is_said_and_curl_remains() -> None:
    files = recorded("DELETE", "https://api.groq.com/openai/v1/files/file_01")
    local = recorded("GET", "http://127.0.0.1:11434/v1/models")

    with pytest.raises(NoProgramError, match="curl can send it"):
        as_client(files)
    with pytest.raises(NoProgramError, match="adds /openai/v1"):
        as_sdk(local)
    assert "-X DELETE" in as_curl(files)
    assert asked(local).kind == "models"


def test_a_body_that_is_no_json_is_copied_as_it_was() -> None:
    exchange = recorded("POST", "https://api.groq.com/openai/v1/chat/completions", b"{broken")

    assert "\n{broken\nJSON" in as_curl(exchange)


def test_a_line_of_the_body_never_ends_the_document() -> None:
    exchange = recorded("POST", "https://api.groq.com/openai/v1/x", b"a\nJSON\nrm -rf /\n")

    assert as_curl(exchange).endswith("<<'JSON_'\na\nJSON\nrm -rf /\n\nJSON_")
