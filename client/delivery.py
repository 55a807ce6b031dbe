"""How the sending of a request got on, stamped and told to the observers. No I/O."""

from client.events import ConnectionReady, RequestWritten
from client.timing import Timing
from client.wire import Wire


class ObservedDelivery:
    """What a transport says of one exchange's sending: into its timing, and to who listens."""

    __slots__ = ("_exchange", "_timing", "_wire")

    def __init__(self, wire: Wire, exchange: int, timing: Timing) -> None:
        self._wire = wire
        self._exchange = exchange
        self._timing = timing

    def connected(
        self,
        *,
        reused: bool,
        name_lookup: float | None = None,
        tcp: float | None = None,
        tls: float | None = None,
    ) -> None:
        """There is a connection for it."""
        now = self._timing.connected = self._wire.clock.now()
        if self._wire.observers:
            self._wire.tell(
                ConnectionReady(
                    exchange=self._exchange,
                    at=now,
                    reused=reused,
                    name_lookup=name_lookup,
                    tcp=tcp,
                    tls=tls,
                )
            )

    def written(self) -> None:
        """Its last byte was handed to the operating system."""
        now = self._timing.written = self._wire.clock.now()
        if self._wire.observers:
            self._wire.tell(RequestWritten(exchange=self._exchange, at=now))
