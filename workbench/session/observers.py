"""Hands the client's events to whoever listens now."""

from collections.abc import Callable

from client import ClientEvent, Observer


class Observers:
    """An observer that many may join and leave while the client runs."""

    def __init__(self, *observers: Observer) -> None:
        self._observers: tuple[Observer, ...] = observers

    def __call__(self, event: ClientEvent) -> None:
        """Tell everyone; the client keeps what an observer raises away from the call."""
        for observe in self._observers:
            observe(event)

    def join(self, observer: Observer) -> Callable[[], None]:
        """Have ``observer`` told from now on; call the result to end that."""
        self._observers = (*self._observers, observer)

        def leave() -> None:
            self._observers = tuple(one for one in self._observers if one is not observer)

        return leave
