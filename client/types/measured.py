"""An answer's value together with what its exchange knows. No I/O."""

from typing import Self

from pydantic import PrivateAttr

from client.timing import Timing
from client.types.base import WireValue
from client.types.rate_limits import RateLimits


class MeasuredValue(WireValue):
    """A value that remembers when it came and what its headers said.

    What is measured comes from the exchange, not from the body, and is no part of ``model_dump``.
    """

    _timing: Timing | None = PrivateAttr(default=None)
    _rate_limits: RateLimits | None = PrivateAttr(default=None)
    _request_id: str | None = PrivateAttr(default=None)

    def measured(
        self, *, timing: Timing, rate_limits: RateLimits | None, request_id: str | None
    ) -> Self:
        """The value itself, which has just been decoded, with what its body does not say."""
        self.__pydantic_private__ = {
            "_timing": timing,
            "_rate_limits": rate_limits,
            "_request_id": request_id,
        }
        return self

    @property
    def timing(self) -> Timing:
        """When its parts arrived."""
        return self._timing or Timing()

    @property
    def rate_limits(self) -> RateLimits | None:
        """The limits its headers reported."""
        return self._rate_limits
