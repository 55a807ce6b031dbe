"""The recordings there are, without a disk."""

from dataclasses import replace
from pathlib import Path

from tests.sound_fakes import FakeFolder, recording
from workbench.session.recordings import Recordings

ONE = recording(Path("/recordings/recording-1.wav"))
TWO = replace(recording(Path("/recordings/recording-2.wav")), state="interrupted")


async def test_what_was_cut_short_is_told_apart() -> None:
    found = await Recordings(FakeFolder(ONE, TWO)).look()

    assert found.recordings == (ONE, TWO)
    assert found.interrupted == (TWO,)
    assert found.size.count == 2


async def test_a_title_is_tidied_and_a_blank_one_changes_nothing() -> None:
    recordings = Recordings(FakeFolder(ONE))

    assert (await recordings.rename(ONE, "  An \n interview ")).title == "An interview"
    assert (await recordings.rename(ONE, "  ")).title == ONE.title


async def test_what_was_thrown_away_last_comes_back_first() -> None:
    recordings = Recordings(FakeFolder(ONE, TWO))
    await recordings.discard(ONE)
    await recordings.discard(TWO)

    back = [await recordings.restore() for _ in range(3)]

    assert back == [TWO, ONE, None]


async def test_a_discarded_one_can_be_named() -> None:
    recordings = Recordings(FakeFolder(ONE, TWO))
    discarded = await recordings.discard(ONE)
    await recordings.discard(TWO)

    assert await recordings.restore(discarded) == ONE
    assert await recordings.restore() == TWO
