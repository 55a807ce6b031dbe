"""The prompts of earlier."""

import stat
from pathlib import Path

from workbench.adapters.prompt_history import PromptHistoryFile


def test_prompts_are_there_again_after_a_restart(tmp_path: Path) -> None:
    file = tmp_path / "state" / "prompts.jsonl"
    history = PromptHistoryFile(file)
    history.add("first")
    history.add("two\nlines, and ünïcode")
    history.add("two\nlines, and ünïcode")

    assert PromptHistoryFile(file).entries() == ("first", "two\nlines, and ünïcode")


def test_only_the_owner_can_read_them(tmp_path: Path) -> None:
    file = tmp_path / "state" / "prompts.jsonl"
    PromptHistoryFile(file).add("a secret")

    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE(file.parent.stat().st_mode) == 0o700


def test_a_torn_line_costs_only_itself(tmp_path: Path) -> None:
    file = tmp_path / "prompts.jsonl"
    file.write_text('"whole"\n"torn\n"also whole"\n{"not": "a prompt"}\n')

    assert PromptHistoryFile(file).entries() == ("whole", "also whole")


def test_a_history_that_cannot_be_written_still_works(tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("")
    history = PromptHistoryFile(blocked / "prompts.jsonl")

    history.add("kept in memory")

    assert history.entries() == ("kept in memory",)


def test_no_symbolic_link_is_followed(tmp_path: Path) -> None:
    target = tmp_path / "precious"
    target.write_text("precious")
    link = tmp_path / "prompts.jsonl"
    link.symlink_to(target)

    PromptHistoryFile(link).add("overwritten?")

    assert target.read_text() == "precious"


def test_no_more_than_a_thousand_are_kept(tmp_path: Path) -> None:
    file = tmp_path / "prompts.jsonl"
    history = PromptHistoryFile(file)
    for number in range(1_010):
        history.add(str(number))

    assert len(history.entries()) == 1_000
    assert PromptHistoryFile(file).entries()[0] == "10"
