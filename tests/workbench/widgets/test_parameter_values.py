"""Parameters as they are typed."""

import pytest

from workbench.widgets.parameter_values import NUMBER_FIELDS, InvalidParameterError

FIELDS = {field.name: field for field in NUMBER_FIELDS}


@pytest.mark.parametrize(
    ("name", "text", "value"),
    [
        ("temperature", "", None),
        ("temperature", "  ", None),
        ("temperature", "0", 0.0),
        ("temperature", " 0.7 ", 0.7),
        ("top_p", "1", 1.0),
        ("max_completion_tokens", "65536", 65536),
        ("seed", "-7", -7),
    ],
)
def test_what_is_right_is_read(name: str, text: str, value: float | None) -> None:
    assert FIELDS[name].value(text) == value


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("temperature", "2.1"),
        ("temperature", "-0.1"),
        ("temperature", "nan"),
        ("temperature", "inf"),
        ("temperature", "warm"),
        ("top_p", "1.01"),
        ("max_completion_tokens", "0"),
        ("max_completion_tokens", "1.5"),
        ("max_completion_tokens", "٣"),
        ("seed", "9" * 30),
        ("seed", "--1"),
        ("seed", "-"),
    ],
)
def test_what_is_wrong_says_so(name: str, text: str) -> None:
    with pytest.raises(InvalidParameterError, match="only"):
        FIELDS[name].value(text)
