"""A transport around a transport: admits, breaks circuits, sends again."""

import math
from contextlib import suppress
from dataclasses import replace
from typing import Final

from client.codec import decode_error
from client.errors import (
    APIError,
    CircuitOpenError,
    GroqError,
    TransportError,
)
from client.events import (
    AttemptStarted,
    BodyReceived,
    CircuitChanged,
    ClientEvent,
    HeadersReceived,
    RetryScheduled,
)
from client.ports import Clock, Cost, Request, Response, Transport
from client.resilience.admission import Admission, Tell
from client.resilience.attempt import Attempt
from client.resilience.circuit_breaker import CircuitBreaker, CircuitBreakerPolicy, Rejection
from client.resilience.outcomes import circuit_key, reason_of
from client.resilience.rate_limit import RateLimitPolicy
from client.resilience.refusal import Refusal
from client.resilience.responses import ReadResponse, TrackedResponse
from client.resilience.retry import Retry, RetryBudget, RetryPolicy
from client.types.rate_limits import RateLimits

MAX_ERROR_BYTES: Final = 64 * 1024
_ERROR_BODY_SECONDS: Final = 5.0
_RETRY: Final = RetryPolicy()
_CIRCUIT_BREAKER: Final = CircuitBreakerPolicy()
_RATE_LIMIT: Final = RateLimitPolicy()


class ResilientTransport:
    """Carries requests by another transport, as carefully as its policies ask.

    Each attempt waits for the rate limits of its model, then asks the circuit breaker, and is then
    sent. A policy that is ``None`` is switched off. Every wait is told as an event before it
    begins; cancelling the call ends it at once, and gives back what the call held.

    Args:
        tell: is told the events, with the numbers of the exchanges they belong to.

    """

    def __init__(
        self,
        transport: Transport,
        *,
        retry: RetryPolicy | None = _RETRY,
        circuit_breaker: CircuitBreakerPolicy | None = _CIRCUIT_BREAKER,
        rate_limit: RateLimitPolicy | None = _RATE_LIMIT,
        clock: Clock,
        tell: Tell | None = None,
    ) -> None:
        self._transport = transport
        self._retry = retry
        self._circuit_breaker = circuit_breaker
        self._rate_limit = rate_limit
        self._clock = clock
        self._tell: Tell = tell or _ignore
        budget = None if retry is None else retry.budget
        self._budget = None if budget is None else RetryBudget(budget)
        self._circuits: dict[tuple[str, str], CircuitBreaker] = {}
        self._admissions: dict[str, Admission] = {}

    async def send(self, request: Request) -> Response:
        """Send it, again if that may help, and wait for the headers.

        Raises:
            TransportError: the last attempt did not get through.
            RateLimitError: a rate limit has no room within the caller's patience; not sent.
            RequestTooLargeError: it is larger than a rate limit; not sent.
            CircuitOpenError: the circuit breaker is open; not sent.

        """
        return await self._deliver(_Call(request, self._clock.now()))

    async def aclose(self) -> None:
        """Close every connection."""
        await self._transport.aclose()

    # Attempts

    async def _deliver(self, call: "_Call") -> TrackedResponse | ReadResponse:
        while True:
            call.attempt += 1
            attempt = await self._begin(call)
            try:
                response = await self._transport.send(call.request)
            except GroqError as error:
                failure = error
            except BaseException:
                attempt.leave()
                raise
            else:
                limits = RateLimits.from_headers(response.headers, received_at=self._clock.now())
                if response.status < 400:
                    attempt.answered(limits)
                    return TrackedResponse(
                        response, attempt, limits, lambda e: self._replace(call, e)
                    )
                refused = await self._read(response, attempt)
                refusal = self._error_of(refused)
                call.learn(attempt.refused(refusal, limits))
                if await self._wait_to_retry(call, refusal, refused):
                    continue
                return refused
            attempt.end(failure)
            if not await self._wait_to_retry(call, failure):
                raise failure

    async def _replace(self, call: "_Call", failure: TransportError) -> TrackedResponse | None:
        """Another answer for one that broke before its first event, ``None`` if there is none."""
        if not await self._wait_to_retry(call, failure):
            return None
        try:
            response = await self._deliver(call)
        except GroqError:
            return None
        if call.request.timing is not None:
            call.request.timing.headers = self._clock.now()
        return response if isinstance(response, TrackedResponse) else None

    async def _begin(self, call: "_Call") -> Attempt:
        """Wait until the limits and the circuit let it through, in this order."""
        attempt = Attempt(self._clock, self._budget)
        model, cost = call.request.model, call.cost
        if self._rate_limit is not None and model is not None and cost is not None:
            admission = self._admission(model)
            patience = call.patience(self._rate_limit.patience)
            try:
                ticket, waited = await admission.enter(call.request, cost, patience)
            except GroqError as error:
                raise error from call.failure
            attempt.hold_ticket(admission, ticket)
            call.waited += waited
        if self._circuit_breaker is not None:
            self._hold_permit(attempt, call)
        now = self._clock.now()
        if call.request.timing is not None:
            call.request.timing.sent_again(now)
        if call.attempt > 1 or call.waited > 0:
            self._tell(
                AttemptStarted(
                    exchange=call.request.exchange,
                    at=now,
                    attempt=call.attempt,
                    waited=call.waited,
                )
            )
        return attempt

    def _hold_permit(self, attempt: Attempt, call: "_Call") -> None:
        circuit = self._circuit(call.key)
        state = circuit.state
        permit = circuit.acquire(self._clock.now())
        if circuit.state != state:
            self._tell_circuit(call, circuit)
        if isinstance(permit, Rejection):
            attempt.leave(unsent=True)
            host, family = call.key
            raise CircuitOpenError(
                f"Not sent: {host} ({family}) kept failing; it is tried again in "
                f"{permit.retry_after:.1f} s.",
                retry_after=permit.retry_after,
            ) from call.failure
        attempt.hold_permit(circuit, permit, lambda: self._tell_circuit(call, circuit))

    def _admission(self, model: str) -> Admission:
        if model not in self._admissions:
            self._admissions[model] = Admission(model, self._clock, self._tell)
        return self._admissions[model]

    def _circuit(self, key: tuple[str, str]) -> CircuitBreaker:
        if key not in self._circuits:
            self._circuits[key] = CircuitBreaker(self._circuit_breaker)
        return self._circuits[key]

    # Retrying

    async def _wait_to_retry(
        self, call: "_Call", failure: GroqError, refused: ReadResponse | None = None
    ) -> bool:
        """Whether to send it again, after having waited as long as that takes."""
        call.failure = failure
        if self._retry is None:
            return False
        decision = self._retry.decide(
            failure,
            attempt=call.attempt,
            waited=call.waited,
            patience=call.request.max_wait,
            time_left=call.time_left(self._clock.now()),
            replayable=call.request.replayable,
        )
        if not isinstance(decision, Retry) or self._circuit_outlasts(decision.delay, call):
            return False
        if self._budget is not None and not self._budget.spend(decision.cost):
            return False
        if refused is not None:
            self._tell_refusal(call, refused)
        self._tell(
            RetryScheduled(
                exchange=call.request.exchange,
                at=self._clock.now(),
                attempt=call.attempt + 1,
                attempts=self._retry.attempts,
                delay=decision.delay,
                reason=reason_of(failure),
                error=failure,
            )
        )
        await self._clock.sleep(decision.delay)
        call.waited += decision.delay
        return True

    def _circuit_outlasts(self, delay: float, call: "_Call") -> bool:
        """Whether the circuit will still be open then, so that there is nothing to wait for."""
        circuit = self._circuits.get(call.key)
        return circuit is not None and circuit.retry_after(self._clock.now()) > delay

    # Refusals

    async def _read(self, response: Response, attempt: Attempt) -> ReadResponse:
        """An error with its body; the status says enough if that is long, slow or cut."""
        body = bytearray()
        try:
            with suppress(Exception):
                async with self._clock.timeout(_ERROR_BODY_SECONDS):
                    async for piece in response:
                        body += piece
                        if len(body) >= MAX_ERROR_BYTES:
                            break
        except BaseException:
            attempt.leave()
            raise
        finally:
            with suppress(Exception):
                await response.aclose()
        return ReadResponse(response.status, response.headers, bytes(body[:MAX_ERROR_BYTES]))

    def _error_of(self, refused: ReadResponse) -> APIError:
        wall_time = self._clock.wall_time()
        return decode_error(refused.status, refused.headers, refused.body, wall_time=wall_time)

    # Telling

    def _tell_refusal(self, call: "_Call", refused: ReadResponse) -> None:
        """The last refusal is told by whoever it is handed to."""
        exchange, now = call.request.exchange, self._clock.now()
        self._tell(
            HeadersReceived(
                exchange=exchange,
                at=now,
                status=refused.status,
                headers=refused.headers,
                rate_limits=RateLimits.from_headers(refused.headers, received_at=now),
                model=call.request.model,
            )
        )
        self._tell(BodyReceived(exchange=exchange, at=now, body=refused.body))

    def _tell_circuit(self, call: "_Call", circuit: CircuitBreaker) -> None:
        host, family = call.key
        now = self._clock.now()
        self._tell(
            CircuitChanged(
                exchange=call.request.exchange,
                at=now,
                host=host,
                family=family,
                state=circuit.state,
                retry_after=circuit.retry_after(now),
            )
        )


class _Call:
    """A request on its way through its attempts."""

    def __init__(self, request: Request, now: float) -> None:
        total = request.timeouts.total
        self.request = request
        self.cost: Cost | None = request.cost
        self.key = circuit_key(request.url)
        self.attempt = 0
        self.waited = 0.0  # seconds, for limits and between attempts
        self.failure: GroqError | None = None
        self._deadline = None if total is None else now + total

    def patience(self, default: float | None) -> float | None:
        """Seconds it may still wait, ``None`` for ever."""
        patience = default if self.request.max_wait is None else self.request.max_wait
        if patience is None or math.isinf(patience):
            return None
        return max(0.0, patience - self.waited)

    def time_left(self, now: float) -> float | None:
        """Seconds until its deadline, ``None`` without one."""
        return None if self._deadline is None else self._deadline - now

    def learn(self, refusal: Refusal | None) -> None:
        """Take the service's count of its input for our own."""
        if self.cost is not None and refusal is not None and refusal.dimension in _COUNTED:
            counted = refusal.requested
            if refusal.dimension != "ITPM":
                counted -= self.cost.max_completion_tokens or 0
            self.cost = replace(self.cost, input_tokens=max(0, counted), image_tokens=0)


_COUNTED: Final = ("TPM", "TPD", "ITPM")


def _ignore(event: ClientEvent) -> None:
    """Nobody listens."""
