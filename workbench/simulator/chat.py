"""Chat completions: admitted, written, then sent at the model's speed."""

from dataclasses import dataclass
from random import Random

from workbench.simulator import answers, tokens, wire
from workbench.simulator.capabilities import check_capabilities
from workbench.simulator.completion import Identity
from workbench.simulator.errors import APIError, Header, context_length_exceeded
from workbench.simulator.exchange import NO_STORE, Exchange
from workbench.simulator.faults import Fault, error_event
from workbench.simulator.model import Model
from workbench.simulator.pace import paced
from workbench.simulator.quota import Cost, Quota
from workbench.simulator.reply import Reply, Step, compose
from workbench.simulator.request import ChatRequest, parse_chat, parse_object
from workbench.simulator.simulation import Simulation
from workbench.simulator.usage import Usage

# Prompts are read some twenty times faster than answers are written.
_PROMPT_TOKENS_PER_SECOND = 20_000.0
_QUEUE_SECONDS = (0.02, 0.09)
_SHOWN_BEFORE_ERROR = 6
_PORTION = 50


@dataclass(slots=True)
class _Stopwatch:
    """When each phase began, on the monotonic clock, and how much has been generated."""

    queued: float
    reading: float | None = None
    writing: float | None = None
    generated: int = 0


async def create_completion(simulation: Simulation, exchange: Exchange, fault: Fault) -> None:
    """`POST /openai/v1/chat/completions`."""
    request = parse_chat(parse_object(exchange.body))
    model = simulation.model(request.model)
    check_capabilities(request, model, simulation.settings.plan)
    tier = exchange.service_tier or request.service_tier
    quota = simulation.quota(exchange.key, model, tier)
    reserved = Cost(tokens=tokens.admission_cost(request))
    now = simulation.clock.monotonic
    subject = simulation.subject(exchange.key, model, tier)
    quota.admit(subject, reserved, now())
    headers = quota.headers()
    try:
        turn = _Turn(simulation, exchange, request, model, headers)
    except APIError:
        quota.refund(reserved, now())
        raise
    await _run(turn, quota, reserved, fault)


async def _run(turn: "_Turn", quota: Quota, reserved: Cost, fault: Fault) -> None:
    try:
        await turn.wait_for_first_token()
        if turn.request.stream:
            await turn.stream(fault)
        else:
            await turn.send_whole(fault)
    finally:
        # Also when the client has gone: what was generated until then is booked.
        used = Cost(tokens=turn.usage().charged_tokens)
        quota.settle(reserved, used, turn.clock.monotonic())


class _Turn:
    """One answer on its way."""

    def __init__(
        self,
        simulation: Simulation,
        exchange: Exchange,
        request: ChatRequest,
        model: Model,
        headers: list[Header],
    ) -> None:
        self.clock = simulation.clock
        self.request = request
        self._exchange = exchange
        self._model = model
        self._headers = headers
        self._speed = simulation.settings.speed
        self._watch = _Stopwatch(queued=self.clock.monotonic())
        self._queue_time = simulation.random.uniform(*_QUEUE_SECONDS) / self._speed
        prompt = tokens.prompt_pieces(request)
        self._prompt_tokens = model.prompt_overhead + len(prompt)
        room = model.context_window - self._prompt_tokens
        if room < max(1, request.max_tokens or 0):
            raise context_length_exceeded()
        self._cached_tokens = self._read_cache(simulation, prompt)
        self._reply = _reply(simulation, request, model, room)
        self._identity = Identity(
            id=wire.completion_id(simulation.random),
            request_id=exchange.request_id,
            model=model.id,
            seed=simulation.random.getrandbits(31) if request.seed is None else request.seed,
            service_tier=simulation.tier(exchange.service_tier or request.service_tier),
            channel="analysis" if model.family == "gpt-oss" else None,
            silent_opening=bool(self._reply.calls) and model.family != "gpt-oss",
        )

    def _read_cache(self, simulation: Simulation, prompt: list[str]) -> int:
        if not self._model.caches_prompts:
            return 0
        owner = f"{wire.organisation(self._exchange.key)} {self._model.id}"
        return simulation.prompt_cache.read(owner, prompt, self.clock.monotonic())

    async def wait_for_first_token(self) -> None:
        """Queue, then read the prompt."""
        watch = self._watch
        await self.clock.sleep_until(watch.queued + self._queue_time)
        watch.reading = self.clock.monotonic()
        unread = self._prompt_tokens - self._cached_tokens
        reading_time = unread / (_PROMPT_TOKENS_PER_SECOND * self._speed)
        await self.clock.sleep_until(watch.reading + reading_time)
        watch.writing = self.clock.monotonic()

    async def stream(self, fault: Fault) -> None:
        """Send the answer as it is generated."""
        exchange, identity, reply = self._exchange, self._identity, self._reply
        await exchange.start(200, "text/event-stream", self._headers, cache="no-cache")
        await exchange.write(identity.role_chunk(self._created))
        calls = shown = 0
        async for step in paced(reply.steps, self._tokens_per_second, self.clock):
            self._watch.generated += step.tokens
            if step.kind == "silent":
                continue
            if fault.error_event is not None and shown >= _SHOWN_BEFORE_ERROR:
                break
            await exchange.write(identity.step_chunk(self._created, step, calls))
            shown += 1
            calls += step.call is not None
        failure = reply.failure
        if fault.error_event is not None:
            failure = error_event(fault.error_event, self._model.id)
        if failure is not None:
            await exchange.write(failure.as_event(), last=True)
            return
        usage = self.usage()
        await exchange.write(identity.finish_chunk(self._created, reply.finish_reason, usage))
        if self.request.include_usage:
            await exchange.write(identity.usage_chunk(self._created, usage))
        await exchange.write(wire.DONE, last=True)

    async def send_whole(self, fault: Fault) -> None:
        """Send the answer once it is complete."""
        total = self._reply.completion_tokens
        # Nobody watches the single tokens, and whoever leaves still pays for those written.
        portions = [min(_PORTION, total - done) for done in range(0, total, _PORTION)]
        silent = [Step(kind="silent", tokens=portion) for portion in portions]
        async for step in paced(silent, self._tokens_per_second, self.clock):
            self._watch.generated += step.tokens
        if fault.error_event is not None:
            raise error_event(fault.error_event, self._model.id)
        if self._reply.failure is not None:
            raise self._reply.failure
        body = self._identity.whole(self._created, self._reply, self.usage())
        await self._exchange.start(200, "application/json", self._headers, cache=NO_STORE)
        await self._exchange.write(body)
        await self._exchange.write(b"", last=True)

    def usage(self) -> Usage:
        """What has been used up to now."""
        watch, now = self._watch, self.clock.monotonic()
        reading = now if watch.reading is None else watch.reading
        writing = now if watch.writing is None else watch.writing
        return Usage(
            queue_time=reading - watch.queued,
            prompt_time=writing - reading,
            completion_time=now - writing,
            prompt_tokens=self._prompt_tokens,
            completion_tokens=watch.generated,
            cached_tokens=self._cached_tokens,
            reasoning_tokens=self._reply.reasoning_tokens if self._reply.reasons else None,
        )

    @property
    def _created(self) -> int:
        return int(self.clock.now())

    @property
    def _tokens_per_second(self) -> float:
        return self._model.tokens_per_second * self._speed


def _reply(simulation: Simulation, request: ChatRequest, model: Model, room: int) -> Reply:
    # The same conversation and seed get the same answer, whatever was asked before.
    seed = request.seed if request.seed is not None else simulation.settings.seed or 0
    random = Random(f"{seed} {model.id}")  # noqa: S311
    draft = answers.write(request, model, random)
    return compose(request, model, draft, room=room, random=simulation.random)
