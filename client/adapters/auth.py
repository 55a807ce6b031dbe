"""Who is asking: a bearer key, or nobody."""

from collections.abc import Mapping
from typing import NoReturn

from pydantic import SecretStr


class BearerAuth:
    """Authenticates with an API key, which no repr, log or pickle shows."""

    __slots__ = ("_key",)

    def __init__(self, key: SecretStr) -> None:
        self._key = key

    async def headers(self) -> Mapping[str, str]:
        """The authorization header."""
        return {"authorization": f"Bearer {self._key.get_secret_value()}"}

    def __repr__(self) -> str:
        return "BearerAuth(**********)"

    def __reduce__(self) -> NoReturn:
        """Refused: a pickle would hold the key in plain text."""
        raise TypeError("A key is not pickled.")


class NoAuth:
    """Asks anonymously, as servers on this machine allow."""

    async def headers(self) -> Mapping[str, str]:
        """No headers."""
        return {}
