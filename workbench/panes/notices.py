"""What a person reads of a problem and of an answer's end. Pure."""

from workbench.session.chat import AnswerCompleted, AnswerFailed, AnswerStopped
from workbench.session.latency import Latency
from workbench.session.problems import Problem
from workbench.widgets.figures import countdown, duration, plural, speed
from workbench.widgets.transcript import ScreenLag

_ENDINGS = {
    "length": "cut off: the maximum of tokens is reached",
    "tool_calls": "asks for a tool; none is run here",
}


def wait_of(problem: Problem, now: float) -> float:
    """Seconds until it may be asked again; 0 when that is now, or no time was named."""
    return max(0.0, problem.retry_at - now) if problem.retry_at is not None else 0.0


def notice(problem: Problem, now: float) -> tuple[str, str]:
    """Title and body: what happened, what was kept, which key to press."""
    wait = wait_of(problem, now)
    title = problem.title
    if wait > 0:
        title += f" · try again in {countdown(wait)}"
    kept = " ".join(part for part in (problem.kept, problem.advice) if part)
    lines = [problem.explanation, kept, _keys(problem, wait)]
    if problem.request_id:
        lines.append(f"Request {problem.request_id}")
    return title, "\n".join(line for line in lines if line)


def _keys(problem: Problem, wait: float) -> str:
    keys = ["Ctrl+O chooses another model"] if problem.other_model else []
    if wait > 0:
        keys.append(f"Ctrl+R asks again in {countdown(wait)}")
    elif problem.retryable or problem.retry_at is not None:
        keys.append("Ctrl+R asks again now")
    else:
        keys.append("Ctrl+R asks again")
    if wait > 0 and not problem.other_model:
        keys.append("Ctrl+O chooses another model")
    if problem.title == "Not sent":
        keys.append("F2 opens the parameters")
    return " · ".join(keys)


def footer(
    outcome: AnswerCompleted | AnswerStopped | AnswerFailed, lag: ScreenLag | None = None
) -> str:
    """The line under an answer; ``lag`` is what showing it took so far."""
    figures = _figures(outcome.latency)
    if lag is not None:
        figures.append(f"shown within {duration(lag.p99)}")
    match outcome:
        case AnswerFailed():
            return " · ".join(["Incomplete", *figures])
        case AnswerCompleted() if outcome.finish_reason in _ENDINGS:
            return " · ".join([*figures, _ENDINGS[outcome.finish_reason]])
        case _:
            return " · ".join(figures)


def _figures(latency: Latency) -> list[str]:
    figures = []
    if latency.completion_tokens is not None:
        figures.append(plural(latency.completion_tokens, "token"))
    if latency.duration is not None:
        figures.append(duration(latency.duration))
    if latency.tokens_per_second is not None:
        about = "~" if latency.tokens_estimated else ""
        figures.append(f"{about}{speed(latency.tokens_per_second)} tok/s")
    return figures
