"""Updates that follow closely travel together."""

import asyncio

from workbench.messages import Outbox
from workbench.session.chat import ChatUpdate, TextArrived


def token(text: str) -> TextArrived:
    return TextArrived(turn=1, text=text, at=0.0)


async def test_the_first_goes_at_once_and_its_followers_together_none_lost_or_reordered() -> None:
    sent: list[tuple[ChatUpdate, ...]] = []
    followed = asyncio.Event()

    def send(updates: tuple[ChatUpdate, ...]) -> None:
        sent.append(updates)
        if len(sent) == 2:
            followed.set()

    outbox = Outbox(send)
    tokens = [token(str(number)) for number in range(50)]
    for each in tokens:
        outbox.put(each)
    assert sent == [(tokens[0],)]
    async with asyncio.timeout(5):
        await followed.wait()
    assert sent[1] == tuple(tokens[1:])


async def test_what_is_left_goes_out_at_the_end() -> None:
    sent: list[tuple[ChatUpdate, ...]] = []
    outbox = Outbox(sent.append)
    outbox.put(token("a"))
    outbox.put(token("b"))
    outbox.flush()
    assert [update.text for updates in sent for update in updates] == ["a", "b"]
    outbox.flush()
    assert len(sent) == 2
