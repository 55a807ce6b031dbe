"""What the responses say of the service's limits, for whoever shows it."""

from collections.abc import Callable

from client import ClientEvent, HeadersReceived, RateLimits


class ServiceStatus:
    """An observer of the client that keeps the limits of each model and tells of new ones.

    It hears of every request, whoever made it.
    """

    def __init__(self) -> None:
        self._rate_limits: dict[str, RateLimits] = {}
        self._subscribers: list[Callable[[str, RateLimits], None]] = []

    def __call__(self, event: ClientEvent) -> None:
        """Take note of the limits in a response's headers."""
        if not isinstance(event, HeadersReceived):
            return
        if event.rate_limits is None or event.model is None:
            return
        self._rate_limits[event.model] = event.rate_limits
        for tell in tuple(self._subscribers):
            tell(event.model, event.rate_limits)

    def rate_limits(self, model: str) -> RateLimits | None:
        """The limits last seen for a model, ``None`` before its first answer."""
        return self._rate_limits.get(model)

    def subscribe(self, tell: Callable[[str, RateLimits], None]) -> Callable[[], None]:
        """Have ``tell(model, limits)`` called for every response; call the result to end that."""
        self._subscribers.append(tell)
        return lambda: self._subscribers.remove(tell)
