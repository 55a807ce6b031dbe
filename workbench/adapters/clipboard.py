"""The system's clipboard, by whichever program of the machine puts text there."""

import asyncio
import contextlib
import shutil
import sys
from collections.abc import Callable, Mapping
from typing import Final

_SECONDS: Final = 3.0
_PASSED_ON: Final = (
    *("PATH", "HOME", "LANG", "LC_ALL", "TMPDIR", "XDG_RUNTIME_DIR"),
    *("DISPLAY", "XAUTHORITY", "WAYLAND_DISPLAY", "SYSTEMROOT"),
)
"""What such a program needs of the environment; it is given no key."""


class SystemClipboard:
    """Puts text on the clipboard of this machine's desktop, where there is one.

    Args:
        environ: what says which desktop there is, and that one sits at another machine.
        which: finds a program.

    """

    def __init__(
        self,
        environ: Mapping[str, str],
        *,
        platform: str = sys.platform,
        which: Callable[[str], str | None] = shutil.which,
        seconds: float = _SECONDS,
    ) -> None:
        self._environ = {name: environ[name] for name in _PASSED_ON if name in environ}
        self._command = _command(environ, platform, which)
        self._seconds = seconds

    @property
    def route(self) -> str:
        """The program's name, "" where there is none."""
        return self._command[0] if self._command else ""

    async def put(self, text: str) -> bool:
        """Put it there; says whether the program took it. Never raises for what goes wrong."""
        if not self._command:
            return False
        try:
            program = await asyncio.create_subprocess_exec(
                *self._command,
                stdin=asyncio.subprocess.PIPE,
                # a program that stays to serve the text would keep these open
                stdout=asyncio.subprocess.DEVNULL,
                stderr=asyncio.subprocess.DEVNULL,
                env=self._environ,
                start_new_session=True,
            )
        except OSError:
            return False
        try:
            async with asyncio.timeout(self._seconds):
                await program.communicate(text.encode("utf-8", "replace"))
        except (TimeoutError, OSError):
            return False
        finally:
            if program.returncode is None:
                with contextlib.suppress(ProcessLookupError):
                    program.kill()
                await program.wait()
        return program.returncode == 0


def _command(
    environ: Mapping[str, str], platform: str, which: Callable[[str], str | None]
) -> tuple[str, ...]:
    """Choose the program; none over SSH, where the clipboard is that of another machine."""
    if environ.get("SSH_CONNECTION") or environ.get("SSH_TTY"):
        return ()
    choices: list[tuple[str, ...]] = []
    if platform == "darwin":
        choices.append(("pbcopy",))
    if environ.get("WAYLAND_DISPLAY"):
        choices.append(("wl-copy",))
    if environ.get("DISPLAY"):
        choices += [("xclip", "-selection", "clipboard"), ("xsel", "--input", "--clipboard")]
    if environ.get("WSL_DISTRO_NAME"):
        choices.append(("clip.exe",))
    return next((choice for choice in choices if which(choice[0])), ())
