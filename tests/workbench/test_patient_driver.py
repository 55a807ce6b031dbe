"""Keys reach the application as before, and nothing wakes up while none is typed."""

import asyncio
import os
import queue
import select
import threading
from collections.abc import Iterator

import pytest
from textual import events
from textual.app import App
from textual.message import Message

from workbench import patient_driver
from workbench.patient_driver import PatientDriver, WakingEvent


class Typed(PatientDriver):
    """A driver whose terminal is a pipe."""

    def __init__(self, fileno: int) -> None:
        loop = asyncio.new_event_loop()
        loop.run_until_complete(self._begin())
        loop.close()
        self.fileno = fileno
        self.messages: queue.Queue[Message] = queue.Queue()

    async def _begin(self) -> None:
        super().__init__(App())  # which asks for the loop it runs in

    def process_message(self, message: Message) -> None:
        self.messages.put(message)

    def key(self) -> str:
        message = self.messages.get(timeout=10)
        assert isinstance(message, events.Key)
        return message.key


class Typing:
    """A driver at work, and what is typed at it."""

    def __init__(self) -> None:
        readable, self.terminal = os.pipe()
        self.driver = Typed(readable)
        self.thread = threading.Thread(target=self.driver.run_input_thread)
        self.thread.start()

    def type(self, data: bytes) -> None:
        os.write(self.terminal, data)

    def leave(self) -> None:
        self.driver.exit_event.set()
        self.thread.join(10)


@pytest.fixture
def typing(monkeypatch: pytest.MonkeyPatch) -> Iterator[Typing]:
    monkeypatch.setattr("signal.signal", lambda *_: None)
    typing = Typing()
    yield typing
    typing.leave()
    typing.driver.close()
    os.close(typing.driver.fileno)
    os.close(typing.terminal)


def test_keys_arrive(typing: Typing) -> None:
    typing.type(b"a\x1b[A")
    assert [typing.driver.key(), typing.driver.key()] == ["a", "up"]


def test_a_character_in_two_reads_is_one_key(typing: Typing) -> None:
    typing.type("é".encode()[:1])
    typing.type("é".encode()[1:])
    assert typing.driver.key() == "é"


def test_an_escape_that_nothing_follows_is_the_escape_key(typing: Typing) -> None:
    typing.type(b"\x1b")
    assert typing.driver.key() == "escape"


def test_what_is_no_text_at_all_ends_nothing(typing: Typing) -> None:
    typing.type(b"\xff\xfea")
    keys = [typing.driver.key() for _ in range(3)]
    assert keys[-1] == "a"


def test_it_leaves_at_once_when_told_and_can_begin_again(typing: Typing) -> None:
    typing.leave()
    assert not typing.thread.is_alive()
    typing.driver.exit_event.clear()
    typing.thread = threading.Thread(target=typing.driver.run_input_thread)
    typing.thread.start()
    typing.type(b"b")
    assert typing.driver.key() == "b"


def test_it_waits_without_a_limit_while_nothing_is_typed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    limits: list[float | None] = []
    real = select.select

    def watched(
        reading: list[int], writing: list[int], odd: list[int], limit: float | None
    ) -> object:
        limits.append(limit)
        return real(reading, writing, odd, limit)

    monkeypatch.setattr("signal.signal", lambda *_: None)
    monkeypatch.setattr(patient_driver.select, "select", watched)
    typing = Typing()
    typing.type(b"\x1b")
    assert typing.driver.key() == "escape"
    typing.leave()
    assert limits[0] is None
    assert limits[1] is not None
    assert limits[1] < 1
    assert limits[-1] is None


def test_a_terminal_that_went_away_is_not_read_again_and_again(typing: Typing) -> None:
    os.close(typing.terminal)
    typing.terminal = os.open(os.devnull, os.O_WRONLY)
    typing.leave()
    assert not typing.thread.is_alive()


def test_an_event_can_be_waited_for_beside_other_things() -> None:
    event = WakingEvent()
    event.set()
    event.set()
    assert select.select([event.fileno], [], [], 0)[0]
    event.clear()
    assert not select.select([event.fileno], [], [], 0)[0]
    event.close()
