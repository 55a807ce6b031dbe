"""What every workspace shows of a recording that runs. Pure."""

from workbench.session.ongoing import Sign
from workbench.session.recording_updates import RecordingStatus


def sign_of(status: RecordingStatus) -> Sign | None:
    """A sign with the time in whole seconds; ``None`` while nothing is recorded."""
    minutes, seconds = divmod(int(status.seconds), 60)
    time = f"{minutes:02}:{seconds:02}"
    match status.phase:
        case "idle":
            return None
        case "arming":
            return Sign(text="◌ REC", urgency="alert")
        case "paused":
            return Sign(text=f"❚❚ {time}", urgency="alert")
        case _:
            trouble = " !" if status.trouble is not None else ""
            return Sign(text=f"● REC {time}{trouble}", urgency="alert")
