"""What the client tells of an exchange beside its bytes, in words. Pure."""

from client import (
    AdmissionDelayed,
    AttemptStarted,
    CircuitChanged,
    ClientEvent,
    ConnectionReady,
    ExchangeCancelled,
    ExchangeFailed,
    ReplyCompleted,
    RetryScheduled,
)
from workbench.session.wire.exchange import StepKind


def step_of(event: ClientEvent) -> tuple[StepKind, str] | None:
    """What kind of step an event is and what to say of it, ``None`` for bytes."""
    match event:
        case AdmissionDelayed():
            return "wait", f"waits {event.seconds:.1f} s for the rate limit: {event.reason}"
        case RetryScheduled():
            return "retry", f"{event.reason}: sent again in {event.delay:.2f} s"
        case AttemptStarted():
            return "attempt", f"attempt {event.attempt} goes out"
        case ConnectionReady():
            return "connection", _connection(event)
        case CircuitChanged():
            return "circuit", f"the circuit to {event.host} is {event.state}"
        case ReplyCompleted():
            return "reply", "the reply is whole"
        case ExchangeFailed():
            return "end", f"{type(event.error).__name__}: {event.error}"
        case ExchangeCancelled():
            return "end", "the caller left"
    return None


def _connection(event: ConnectionReady) -> str:
    if event.reused:
        return "on a connection that was open"
    parts = (("look-up", event.name_lookup), ("connect", event.tcp), ("TLS", event.tls))
    told = ", ".join(f"{name} {seconds * 1000:.1f} ms" for name, seconds in parts if seconds)
    return f"on a new connection: {told}" if told else "on a new connection"
