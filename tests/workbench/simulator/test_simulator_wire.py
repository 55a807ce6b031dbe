import json
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.simulator import wire

_JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)


def test_angle_brackets_and_ampersands_are_escaped_and_other_text_is_raw() -> None:
    assert wire.encode("<b> & ü 汉 🚀 \u2028") == (
        r'"\u003cb\u003e \u0026 ü 汉 🚀 \u2028"'.encode()
    )


@pytest.mark.parametrize(
    ("number", "text"),
    [(0.000075669, b"0.000075669"), (0.5, b"0.5"), (2.0, b"2"), (1e-7, b"1e-7"), (12, b"12")],
)
def test_numbers_are_written_as_go_writes_them(number: float, text: bytes) -> None:
    assert wire.encode(number) == text


@given(_JSON)
def test_what_is_encoded_reads_back_the_same(value: wire.JSON) -> None:
    encoded = wire.encode(value)
    assert b"\n" not in encoded
    expected = json.loads(json.dumps(value).encode().decode("utf-8", "replace"))
    assert json.loads(encoded) == expected


def test_a_lone_surrogate_does_not_stop_an_answer() -> None:
    assert wire.encode("a\ud800b") == '"a\ufffdb"'.encode()


def test_ids_have_the_service_s_shapes() -> None:
    random = Random(1)
    assert wire.request_id(1_785_813_179.0, random).startswith("req_01kz5c5")
    assert len(wire.request_id(1_785_813_179.0, random)) == 30
    assert wire.completion_id(random).startswith("chatcmpl-")
    assert wire.tool_call_id("gpt-oss", random).startswith("fc_")
    assert len(wire.tool_call_id("llama", random)) == 9
    assert len(wire.fingerprint("openai/gpt-oss-20b")) == 13
