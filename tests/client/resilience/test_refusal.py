"""Which limit the text of a refusal names."""

import pytest

from client.resilience.refusal import Refusal

MESSAGES = [
    (
        "on tokens per minute (TPM): Limit 8000, Used 6670, Requested 5883. Please try again",
        Refusal(dimension="TPM", limit=8000, used=6670, requested=5883),
    ),
    (
        "on tokens per minute (TPM): Limit 12000, Requested 14137, please reduce your message",
        Refusal(dimension="TPM", limit=12_000, used=None, requested=14_137),
    ),
    (
        "on seconds of audio per hour (ASPH): Limit 7200, Used 7100, Requested 300.",
        Refusal(dimension="ASH", limit=7200, used=7100, requested=300),
    ),
    (
        "on requests per day (RPD): Limit 1000, Used 1000, Requested 1.",
        Refusal(dimension="RPD", limit=1000, used=1000, requested=1),
    ),
    ("on unicorns per day (UPD): Limit 1, Used 1, Requested 1.", None),
    ("(TPM): Limit 0, Used 0, Requested 1.", None),
    ("(TPM): Limit 9999999999999999999999999, Used 0, Requested 1.", None),
    ("Too many requests", None),
]


@pytest.mark.parametrize(("message", "expected"), MESSAGES)
def test_a_refusal_says_which_limit_and_by_how_much(message: str, expected: Refusal | None) -> None:
    assert Refusal.parse(message) == expected
