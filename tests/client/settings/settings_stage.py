"""What the tests of the settings share."""

import traceback
from typing import Any

import pytest

from client import (
    GroqConfig,
    ValidationError,
)

CANARY = "gsk_canary_3f9a"


def refused(**fields: Any) -> str:
    with pytest.raises(ValidationError) as caught:
        GroqConfig(**fields)
    shown = "".join(traceback.format_exception(caught.value)) + repr(vars(caught.value))
    assert CANARY not in shown
    assert caught.value.__context__ is None
    return str(caught.value)
