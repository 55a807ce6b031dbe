"""Makes the workspaces: the chat at once, each other one when it is first wanted."""

import asyncio
import importlib
from collections.abc import Callable
from typing import TYPE_CHECKING

from workbench.assembly.parts import Parts
from workbench.places import PlaceName
from workbench.screens.chat import ChatScreen
from workbench.screens.workspace import Workspace

if TYPE_CHECKING:
    from workbench.session.speaking import Speaking


def chat_screen(
    parts: Parts, draft: Callable[[], tuple[str, bool]] = lambda: ("", False)
) -> ChatScreen:
    """The chat; ``draft`` gives what was typed before and whether it was meant to be sent."""
    return ChatScreen(
        parts.surroundings,
        chat=parts.chat,
        models=parts.models,
        measurements=parts.measurements,
        waits=parts.waits,
        history=parts.history,
        draft=draft,
        speaking=lambda: _speaking(parts),
    )


def _speaking(parts: Parts) -> "Speaking":
    from workbench.assembly.sound import sound_parts  # when somebody wants to hear something

    return sound_parts(parts).speaking


async def make_workspace(place: PlaceName, parts: Parts) -> Workspace:
    """A workspace; its modules are loaded on a thread, for that may take longer than a frame."""
    module = await asyncio.to_thread(importlib.import_module, f"workbench.assembly.{place}")
    workspace: Workspace = module.screen(parts)
    return workspace
