"""Every dialog shows what it is given as text; a new one must be fed as well."""

import ast
from collections.abc import Callable
from pathlib import Path

import pytest
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Input

from client import AssistantMessage, Model
from tests.hostile import assert_harmless, joined, marked, seen
from tests.stage import Stage
from workbench.screens.confirm import ConfirmScreen
from workbench.screens.help import HelpScreen
from workbench.screens.inspecting.editor import EditorScreen
from workbench.screens.inspecting.puppet_choice import PuppetScreen
from workbench.screens.inspecting.tool_approval import ToolApprovalScreen
from workbench.screens.model_choice import ModelChoiceScreen
from workbench.screens.race_answer import AnswerScreen
from workbench.screens.sound.text_entry import TextEntryScreen
from workbench.screens.wire.ask_path import AskPathScreen
from workbench.screens.wire.choose import Choosable, ChooseScreen
from workbench.screens.wire.edit import EditScreen
from workbench.screens.wire.send import SendScreen
from workbench.session.inspector.puppets import Puppet, puppets
from workbench.session.service import Service
from workbench.session.wire.difference import differences
from workbench.widgets.inspector.page import Line

TEXT = joined(" ")


async def refuse(_: Path) -> str:
    return TEXT


DIALOGS: dict[str, Callable[[], ModalScreen[object]]] = {
    "AnswerScreen": lambda: AnswerScreen(
        TEXT, AssistantMessage(content=joined(), reasoning=joined()), clipboard=None
    ),
    "AskPathScreen": lambda: AskPathScreen(TEXT, TEXT, path=TEXT, do=refuse),
    "ChooseScreen": lambda: ChooseScreen(
        TEXT, [Choosable(name=f"n{n}", title=text, words=text) for n, text in enumerate(marked())]
    ),
    "ConfirmScreen": lambda: ConfirmScreen(TEXT, TEXT, yes=TEXT, no=TEXT),
    "EditScreen": lambda: EditScreen(TEXT, joined(), check=lambda _: (TEXT, False)),
    "EditorScreen": lambda: EditorScreen(
        TEXT, joined(), about=TEXT, judge=lambda _: Content("fine")
    ),
    "HelpScreen": lambda: HelpScreen(
        (), (), service=Service(name=TEXT, simulated=False, key_source=TEXT)
    ),
    "ModelChoiceScreen": lambda: ModelChoiceScreen(
        tuple(Model(id=text) for text in marked()), current=TEXT, speeds={}, problem="none"
    ),
    "PuppetScreen": lambda: PuppetScreen(
        TEXT, [Puppet(name="n", about="a", text=TEXT), *puppets(TEXT)]
    ),
    "SendScreen": lambda: SendScreen(TEXT, differences({"a": 1, TEXT: 2}, {TEXT: TEXT})),
    "TextEntryScreen": lambda: TextEntryScreen(TEXT, joined(), original=joined()),
    "ToolApprovalScreen": lambda: ToolApprovalScreen(
        TEXT, [Line((("fine", ""),))], yes="y", no="n"
    ),
}
"""By name: those that take a text of any kind."""
ELSEWHERE = {
    "ApprovalScreen": "test_hostile_inspector.py",
    "DeviceChoiceScreen": "test_hostile_microphone.py",
    "ExportScreen": "test_hostile_microphone.py",
    "LinkScreen": "test_hostile_chat.py",
    "OpenSoundScreen": "test_hostile_microphone.py",
    "RecoveredScreen": "test_hostile_microphone.py",
}
"""Those that are fed where they are opened."""


def test_every_dialog_is_fed(repository: Path) -> None:
    found = {
        node.name
        for file in (repository / "workbench").rglob("*.py")
        for node in ast.walk(ast.parse(file.read_text("utf-8")))
        if isinstance(node, ast.ClassDef)
        and any("ModalScreen" in ast.unparse(base) for base in node.bases)
    }
    assert found == {*DIALOGS, *ELSEWHERE}
    for name, file in ELSEWHERE.items():
        assert f"{name}" in Path(__file__).with_name(file).read_text("utf-8")


async def test_what_a_dialog_is_given_is_only_text() -> None:
    stage = Stage()
    async with stage.open(size=(130, 90)) as actor:
        for name, make in DIALOGS.items():
            await stage.app.push_screen(make())
            await actor.pilot.pause()
            assert stage.app.screen.__class__.__name__ == name
            assert seen(stage.app), name
            assert_harmless(stage.app)
            await actor.press(*(["enter"] if name == "AskPathScreen" else ["down", "end"]))
            assert_harmless(stage.app)
            stage.app.pop_screen()


async def test_what_is_typed_into_the_palette_is_only_text() -> None:
    stage = Stage()
    async with stage.open(size=(130, 40)) as actor:
        await actor.press("ctrl+p")
        stage.app.screen.query_one(Input).value = TEXT
        await actor.pilot.pause()
        assert_harmless(stage.app)


@pytest.mark.parametrize("markup", ["[/foo]", "[@click=app.quit]x[/]", "[link=file:///a]b[/link]"])
async def test_a_dialog_does_nothing_that_a_text_asks_for(markup: str) -> None:
    stage = Stage()
    async with stage.open() as actor:
        await stage.app.push_screen(ConfirmScreen(markup, markup, yes=markup, no="no"))
        await actor.pilot.pause()
        assert actor.screen.count(markup) == 3
        rows = actor.screen.splitlines()
        y = next(y for y, row in enumerate(rows) if markup in row)
        await actor.pilot.click(offset=(rows[y].index(markup) + len(markup) // 2, y))
        assert stage.app.is_running
        assert isinstance(stage.app.screen, ConfirmScreen)
