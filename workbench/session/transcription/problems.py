"""What went wrong with a transcription, as a person needs it."""

from dataclasses import replace

from client import (
    AuthenticationError,
    BadRequestError,
    GroqError,
    NotFoundError,
    PermissionDeniedError,
    RequestTooLargeError,
    ValidationError,
)
from workbench.session.problems import Problem, problem_of
from workbench.sound.sound_file import SoundError

_KEPT = "The sound is kept, and every part that was transcribed."


def transcription_problem(error: GroqError, *, now: float) -> Problem:
    """What to tell of a request that failed; ``now`` is the client's monotonic clock."""
    problem = problem_of(error, now=now)
    match error:
        case ValidationError():
            advice = "Change what is asked for, then transcribe again."
        case RequestTooLargeError():
            advice = "Choose shorter pieces, then transcribe again."
        case BadRequestError():
            advice = "The service cannot use this sound or what is asked for. Change it, try again."
        case _:
            advice = problem.advice.replace("Ask again", "Try again").replace(
                "then ask again", "then try again"
            )
    return replace(problem, kept=_KEPT, advice=advice)


def sound_problem(error: SoundError) -> Problem:
    """What to tell of a file that cannot be read."""
    return Problem(
        title="This file cannot be read",
        explanation=str(error),
        kept="The file is as it was; nothing was sent.",
        advice=error.advice,
    )


def saving_problem(error: OSError) -> Problem:
    """What to tell when a transcript cannot be kept."""
    return Problem(
        title="The transcript is not on disk",
        explanation=f"{error.strerror or error}.",
        kept="It is whole in memory, until you leave.",
        advice="Export or copy it.",
    )


def concerns_all(error: GroqError) -> bool:
    """Whether every other request would fail the same way, so that none needs to be sent."""
    return isinstance(
        error, AuthenticationError | PermissionDeniedError | NotFoundError | ValidationError
    )
