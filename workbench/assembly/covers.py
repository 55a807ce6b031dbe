"""Makes what covers a workspace for a while: a race, a waterfall."""

import asyncio
import importlib
from typing import TYPE_CHECKING

from workbench.assembly.parts import Parts
from workbench.visits import RaceWanted, WaterfallWanted

if TYPE_CHECKING:
    from workbench.screens.covering import Covering


async def make_cover(wanted: RaceWanted | WaterfallWanted, parts: Parts) -> "Covering | None":
    """The screen, ``None`` where there is nothing to show on it; loads its modules on a thread."""
    name = "race" if isinstance(wanted, RaceWanted) else "waterfall"
    module = await asyncio.to_thread(importlib.import_module, f"workbench.assembly.{name}")
    cover: Covering | None = module.cover(wanted, parts)
    return cover
