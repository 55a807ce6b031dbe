import json
import os
import signal
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

REPO = Path(__file__).parents[3]
Process = subprocess.Popen[str]


@pytest.fixture
def start() -> Iterator[Any]:
    running: list[Process] = []

    def spawn(*args: str) -> Process:
        process = subprocess.Popen(
            [sys.executable, "-m", "workbench.simulator", *args],
            cwd=REPO,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        running.append(process)
        return process

    yield spawn
    for process in running:
        process.kill()
        process.communicate()


def status_of(base_url: str) -> int:
    request = urllib.request.Request(
        f"{base_url}/models", headers={"authorization": "Bearer gsk_x"}
    )
    with urllib.request.urlopen(request, timeout=10) as response:
        return int(response.status)


def test_embedded_announces_json_and_ends_with_its_input(start: Any) -> None:
    process = start("--embedded", "--port", "0")
    base_url = json.loads(process.stdout.readline())["base_url"]
    assert status_of(base_url) == 200
    rest, errors = process.communicate("", timeout=10)
    assert (process.returncode, rest, errors) == (0, "", "")


def test_embedded_dies_with_the_program_that_started_it() -> None:
    parent_code = (
        "import subprocess, sys, time\n"
        "child = subprocess.Popen([sys.executable, '-m', 'workbench.simulator', '--embedded',"
        " '--port', '0'], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)\n"
        "print(child.pid, child.stdout.readline(), flush=True)\n"
        "time.sleep(60)\n"
    )
    parent = subprocess.Popen(
        [sys.executable, "-c", parent_code], cwd=REPO, stdout=subprocess.PIPE, text=True
    )
    assert parent.stdout is not None
    pid = int(parent.stdout.readline().split()[0])
    watched = os.pidfd_open(pid) if hasattr(os, "pidfd_open") else None
    parent.kill()
    parent.communicate()
    if watched is None:
        pytest.skip("this platform cannot wait for somebody else's child")
    import select

    ready, _, _ = select.select([watched], [], [], 10)
    os.close(watched)
    assert ready, "the simulator outlived the program that started it"


def test_embedded_is_silent_and_survives_ctrl_c(start: Any) -> None:
    process = start("--embedded", "--port", "0")
    base_url = json.loads(process.stdout.readline())["base_url"]
    port = int(base_url.split(":")[2].split("/")[0])
    with socket.create_connection(("127.0.0.1", port), timeout=10) as connection:
        connection.sendall(b"this is not HTTP\r\n\r\n")
        assert connection.recv(100).startswith(b"HTTP/1.1 400")
    process.send_signal(signal.SIGINT)
    assert status_of(base_url) == 200
    rest, errors = process.communicate("", timeout=10)
    assert (process.returncode, rest, errors) == (0, "", "")


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_it_quietly(start: Any, number: signal.Signals) -> None:
    process = start("--port", "0")
    line = process.stdout.readline()
    assert line.startswith("Groq simulator listening on http://127.0.0.1:")
    assert status_of(line.split()[-1]) == 200
    process.send_signal(number)
    rest, errors = process.communicate(timeout=10)
    assert (process.returncode, rest, errors) == (0, "", "")


def test_a_port_in_use_is_one_clear_line(start: Any) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        process = start("--port", str(port))
        out, errors = process.communicate(timeout=10)
    assert process.returncode == 1
    assert out == ""
    assert errors.count("\n") == 1
    assert f"port {port} is in use" in errors


def test_a_fault_that_does_not_exist_is_refused_before_it_starts(start: Any) -> None:
    process = start("--fault", "explode")
    _, errors = process.communicate(timeout=10)
    assert process.returncode == 2
    assert "unknown fault 'explode'" in errors


def test_a_speed_of_nothing_is_refused(start: Any) -> None:
    process = start("--speed", "0")
    _, errors = process.communicate(timeout=10)
    assert process.returncode == 1
    assert errors == "groq-workbench simulate: speed must be greater than zero\n"


def test_importing_the_package_stays_cheap() -> None:
    code = (
        "import sys, workbench.simulator, workbench.simulator.command as c, argparse;"
        "c.add_arguments(argparse.ArgumentParser());"
        "heavy = {'uvicorn', 'httpx', 'textual', 'rich', 'client', 'pydantic', 'h11', 'numpy'};"
        "print(sorted(heavy & {name.partition('.')[0] for name in sys.modules}))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], check=False, cwd=REPO, capture_output=True, text=True
    )
    assert done.stdout.strip() == "[]", done.stderr


def test_the_running_server_imports_no_client_and_no_screen() -> None:
    code = (
        "import sys, workbench.simulator.server;"
        "heavy = {'httpx', 'textual', 'rich', 'client', 'pydantic', 'numpy', 'soundfile'};"
        "print(sorted(heavy & {name.partition('.')[0] for name in sys.modules}))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], check=False, cwd=REPO, capture_output=True, text=True
    )
    assert done.stdout.strip() == "[]", done.stderr


def test_damaged_files_do_not_fill_a_pipe_that_nobody_reads(start: Any, sound: Any) -> None:
    process = start("--embedded", "--port", "0", "--plan", "developer")
    base_url = json.loads(process.stdout.readline())["base_url"]
    mp3 = bytearray(sound((0, 60), seconds=60, kind="MP3"))
    # Every frame's side information is spoilt, and the decoder has a line to say for each.
    for place in range(2000, len(mp3), 50):
        mp3[place] ^= 0x55
    with httpx.Client(
        base_url=base_url, headers={"authorization": "Bearer gsk_x"}, trust_env=False
    ) as http:
        for _ in range(4):
            answer = http.post(
                "/audio/transcriptions",
                data={"model": "whisper-large-v3"},
                files={"file": ("a.mp3", bytes(mp3))},
            )
            assert answer.status_code in (200, 400)
    rest, errors = process.communicate("", timeout=10)
    assert (process.returncode, rest, errors) == (0, "", "")
