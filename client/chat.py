"""Chat completions: ``groq.chat``."""

from collections.abc import Mapping, Sequence

from typing_extensions import Unpack

from client.codec import encode_chat
from client.config import checked_wait, timeouts
from client.events import ReplyCompleted
from client.exchange import Exchange
from client.ports import Timeouts
from client.resilience.estimate import estimate_chat
from client.stream import ChatStream
from client.types.chat import ChatReply
from client.types.chat_options import ChatOptions, MessageLike, check_chat
from client.wire import Wire

_PATH = "/chat/completions"


class Chat:
    """Asks a model to continue a conversation.

    Both ways take the same keywords: ``model``, ``messages`` (ours or plain dicts in the API's
    form), every parameter of ``ChatOptions``, and ``extra_headers``, ``extra_body`` (members this
    client does not know yet) and ``timeout`` for this one call.
    """

    def __init__(self, wire: Wire) -> None:
        self._wire = wire

    async def create(
        self,
        *,
        model: str,
        messages: Sequence[MessageLike],
        extra_headers: Mapping[str, str] | None = None,
        extra_body: Mapping[str, object] | None = None,
        timeout: Timeouts | float | None = None,
        max_wait: float | None = None,
        **options: Unpack[ChatOptions],
    ) -> ChatReply:
        """The whole reply at once.

        Raises:
            ValidationError: an option is misspelt, out of range or contradicts another.
            APIError: the service refused the request.
            TransportError: it was not reached, or answered with something else.

        """
        exchange = self._exchange(
            model, messages, options, extra_headers, extra_body, timeout, max_wait, streaming=False
        )
        reply = (await exchange.fetch(ChatReply)).measured(
            timing=exchange.timing,
            rate_limits=exchange.rate_limits,
            request_id=exchange.request_id,
        )
        if self._wire.observers:
            exchange.tell(
                ReplyCompleted(
                    exchange=exchange.number,
                    at=exchange.timing.end or self._wire.clock.now(),
                    reply=reply,
                    timing=exchange.timing,
                )
            )
        return reply

    def stream(
        self,
        *,
        model: str,
        messages: Sequence[MessageLike],
        extra_headers: Mapping[str, str] | None = None,
        extra_body: Mapping[str, object] | None = None,
        timeout: Timeouts | float | None = None,
        max_wait: float | None = None,
        **options: Unpack[ChatOptions],
    ) -> ChatStream:
        """The reply as it arrives; nothing is sent before it is iterated or entered.

        Raises:
            ValidationError: an option is misspelt, out of range or contradicts another.

        """
        return ChatStream(
            self._exchange(
                model,
                messages,
                options,
                extra_headers,
                extra_body,
                timeout,
                max_wait,
                streaming=True,
            )
        )

    def _exchange(
        self,
        model: str,
        messages: Sequence[MessageLike],
        options: ChatOptions,
        extra_headers: Mapping[str, str] | None,
        extra_body: Mapping[str, object] | None,
        timeout: Timeouts | float | None,
        max_wait: float | None,
        *,
        streaming: bool,
    ) -> Exchange:
        check_chat(model=model, messages=messages, options=options, extra_body=extra_body)
        body = encode_chat(
            model=model,
            messages=messages,
            options=options,
            stream=streaming,
            extra_body=extra_body,
        )
        return Exchange(
            self._wire,
            "POST",
            _PATH,
            body=body,
            model=model,
            streaming=streaming,
            headers=extra_headers,
            timeouts=None if timeout is None else timeouts(timeout),
            cost=estimate_chat(messages, {**options, **(extra_body or {})}),
            max_wait=checked_wait(max_wait),
        )
