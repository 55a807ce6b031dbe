"""What may be wrong with sound, as a person needs it: what happened, what was kept, what to do."""

from dataclasses import replace
from pathlib import Path
from typing import Final

from workbench.audio.capture import AudioUnavailable, CaptureEnded
from workbench.audio.playback import PlaybackEnded
from workbench.session.problems import Problem
from workbench.session.recording_updates import Trouble

_GOES_ON: Final = "The recording goes on; what was said before is on disk."
_ALL_ON_DISK: Final = "What was said until then is on disk, whole."
_FILES_WORK: Final = "Sound files still work."

_TITLES: Final = {
    "no-library": "No sound library here",
    "no-device": "No such device",
    "no-answer": "The sound system does not answer",
    "refused": "The device does not open",
}
_ADVICE: Final = {
    "no-library": "Install it, then look again.",
    "no-device": "Plug it in and look again, or choose another.",
    "no-answer": "Restart the sound server, then look again.",
    "refused": "Close what else uses it, or choose another.",
}


def unavailable(event: AudioUnavailable) -> Problem:
    """Why nothing can be recorded or played."""
    advice = f"Run: {event.command}" if event.command else _ADVICE[event.reason]
    return Problem(
        title=_TITLES[event.reason],
        explanation=event.explanation,
        kept=_FILES_WORK,
        advice=advice,
        retryable=True,
    )


def trouble(kind: Trouble, device: str, *, muted: bool = False) -> Problem:
    """What is wrong with the sound of a recording that goes on; the system may know it is muted."""
    match kind:
        case "zeros" if muted:
            return Problem(
                title="The microphone is muted",
                explanation=f"{device or 'It'} is muted in the system's sound settings.",
                kept=_GOES_ON,
                advice="Unmute it there, or stop and choose another microphone.",
            )
        case "zeros":
            return Problem(
                title="The microphone gives only zeros",
                explanation=f"{device or 'It'} is muted, unplugged, or this terminal may not "
                "use the microphone.",
                kept=_GOES_ON,
                advice="Unmute it, or stop and choose another microphone.",
            )
        case "stalled":
            return Problem(
                title="Nothing arrives from the microphone",
                explanation="The device sleeps, or the sound server hangs.",
                kept=_GOES_ON,
                advice="Wait, or stop: stopping always works.",
            )
        case "unplugged":
            return Problem(
                title="The microphone was unplugged",
                explanation=f"{device or 'It'} is gone. What is recorded now, if anything, comes "
                "from another microphone.",
                kept=_GOES_ON,
                advice="Plug it in again, or stop and choose another.",
            )


def broken(end: CaptureEnded) -> Problem:
    """Why a recording ended without being told to."""
    title, explanation, advice = {
        "lost": (
            "The microphone is gone",
            "The device was unplugged, or the sound server ended.",
            "Plug it in and record again.",
        ),
        "disk-full": ("The disk is full", "Nothing more can be written.", "Make room first."),
        "orphaned": ("The workbench ended", "It was closed while it recorded.", ""),
    }.get(
        end.reason,
        ("The recorder ended", "It was killed, or the sound system hung.", "Record again."),
    )
    said = f" ({end.detail})" if end.detail else ""
    return Problem(title=title, explanation=explanation + said, kept=_ALL_ON_DISK, advice=advice)


def disk_full(folder: Path) -> Problem:
    """There is no room to begin in."""
    return Problem(
        title="The disk is full",
        explanation="There is not room for a minute of sound.",
        kept="Nothing was recorded.",
        advice=f"Make room. What was thrown away lies in {folder / '.trash'} for a week.",
    )


def unwritable(error: OSError) -> Problem:
    """The folder of recordings cannot be used."""
    return Problem(
        title="Recordings cannot be written",
        explanation=f"{error.strerror or error}: {error.filename or 'the folder of recordings'}",
        kept="Nothing was recorded.",
        advice="Make the folder writable, or make room on the disk.",
    )


def unreadable(error: OSError, path: Path) -> Problem:
    """A sound file cannot be read."""
    return Problem(
        title="This file cannot be played",
        explanation=f"{path.name}: {error.strerror or error}",
        kept="The file is as it was.",
    )


def silenced(end: PlaybackEnded) -> Problem:
    """Why playing ended without being told to."""
    if end.reason == "lost":
        title, explanation = "The loudspeaker is gone", "It was unplugged, or the server ended."
    else:
        title, explanation = "The player ended", "It was killed, or the sound system hung."
    said = f" ({end.detail})" if end.detail else ""
    return Problem(
        title=title,
        explanation=explanation + said,
        kept="The recording is on disk.",
        advice="Plug it in, or choose another, then play again.",
    )


def nothing_recorded(end: CaptureEnded) -> Problem:
    """It ended without being told to, before there was any sound."""
    return replace(broken(end), kept="Nothing was recorded.")
