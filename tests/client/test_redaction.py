"""Secrets are taken out wherever they stand, and nothing else is."""

import base64
import json
import pickle
from itertools import pairwise
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from client.redaction import Redactor, mask

KEY = "gsk_Zt9mQ4xLw82VbN7cRfKe"
AWKWARD = 'p<a&s"s\\w+r/d %41?='
SECRETS = st.text(st.characters(min_codepoint=0x21, max_codepoint=0x7E), min_size=8, max_size=60)


def event(text: str, name: str = "content") -> bytes:
    return b"data: " + json.dumps({"delta": {name: text}}).encode() + b"\n\n"


@pytest.mark.parametrize("secret", [KEY, AWKWARD])
@pytest.mark.parametrize(
    "written",
    [
        lambda secret: secret,
        lambda secret: json.dumps(secret),
        lambda secret: json.dumps(secret).replace("<", "\\u003c").replace("&", "\\u0026"),
        lambda secret: quote(secret, safe=""),
        lambda secret: quote(secret, safe="").lower() if secret == AWKWARD else secret,
        lambda secret: f"Authorization: Bearer {secret}\r\n",
    ],
)
def test_a_secret_is_masked_in_every_form_it_is_written_in(secret: str, written: object) -> None:
    text = written(secret)  # type: ignore[operator]
    redactor = Redactor([secret])

    masked = redactor.text(text)

    assert "REDACTED" in masked
    assert len(masked) == len(text)
    assert redactor.data(text.encode()) == masked.encode()
    assert redactor.finds(text.encode())
    assert not redactor.finds(masked.encode())


@given(secret=SECRETS, before=st.binary(max_size=5), after=st.binary(max_size=5))
def test_a_secret_inside_base64_can_no_longer_be_read(
    secret: str, before: bytes, after: bytes
) -> None:
    encoded = base64.b64encode(before + secret.encode() + after)

    masked = Redactor([secret]).data(encoded)

    assert len(masked) == len(encoded)
    # At most the bits that share a digit with a neighbour are left of it.
    assert secret.encode()[1:-1] not in base64.b64decode(masked)


@given(secret=SECRETS, before=st.text(max_size=20), after=st.text(max_size=20))
def test_lengths_stay_true_and_the_value_is_gone(secret: str, before: str, after: str) -> None:
    body = json.dumps({"text": before + secret + after}, ensure_ascii=False)
    data = body.encode(errors="replace")

    masked = Redactor([secret]).data(data)

    assert len(masked) == len(data)
    assert secret.encode() not in masked or secret in mask(200)
    if not {'"', "\\"} & set(secret):  # else it may look like the structure around it
        json.loads(masked)


@given(
    secret=SECRETS,
    cuts=st.lists(st.integers(min_value=1, max_value=60), max_size=8),
    name=st.sampled_from(["content", "reasoning", "arguments"]),
)
def test_a_secret_that_comes_in_pieces_over_many_events_is_masked(
    secret: str, cuts: list[int], name: str
) -> None:
    places = sorted({0, len(secret), *(cut for cut in cuts if cut < len(secret))})
    pieces = [secret[a:b] for a, b in pairwise(places)]
    stream = b"".join(event(piece, name) for piece in ["It is ", *pieces, ", is it not?"])

    masked = Redactor([secret]).event_stream(stream)

    said = "".join(
        json.loads(line[6:])["delta"][name] for line in masked.splitlines() if line[:1] == b"d"
    )
    assert len(masked) == len(stream)
    assert secret not in said or secret in mask(200)
    assert said.startswith("It is ")
    assert said.endswith(", is it not?")


def test_an_escape_that_is_none_keeps_every_place_true() -> None:
    stream = (
        rb'data: {"delta":{"content":"\q\u00e9gsk_Zt9mQ4xL"}}' + b"\n\n" + event("w82VbN7cRfKe")
    )

    masked = Redactor([KEY]).event_stream(stream)

    assert len(masked) == len(stream)
    assert masked.startswith(rb'data: {"delta":{"content":"\q\u00e9REDACTEDREDA')


def test_ids_of_organisations_and_projects_are_masked_alike_each_time() -> None:
    one, other = "org_01jx5kq8f3e9vbn2m4t6r8w0yz", "org_01jx5kq8f3e9vbn2m4t6r8w0yy"
    redactor = Redactor()

    text = redactor.text(f"{one} {other} {one} project_01jx5kq8f3e9vbn2m4t6r8w0yz")

    first, second, third, project = text.split()
    assert first == third != second
    assert first.startswith("org_redacted")
    assert project.startswith("project_redacted")
    assert len(first) == len(one)
    assert redactor.text(text) == text
    assert redactor.data(one.encode()) == first.encode()


@pytest.mark.parametrize("text", ["org_structure_of_the_company", "org_chart2", "project_manager"])
def test_words_that_begin_like_ids_are_left_alone(text: str) -> None:
    assert Redactor().text(text) == text


def test_an_id_after_an_escaped_line_break_is_masked_too() -> None:
    assert "01jx5kq8" not in Redactor().text(json.dumps("\norg_01jx5kq8f3e9vbn2m4t6r8w0yz"))


def test_a_value_too_short_to_be_a_secret_is_left_alone() -> None:
    redactor = Redactor(["a", "local"])

    assert redactor.text("a local server") == "a local server"


def test_credentials_are_learnt_from_headers() -> None:
    redactor = Redactor()

    redactor.learn_from({"Authorization": f"Bearer {KEY}", "X-Api-Key": "another-secret"})

    assert redactor.text(f"{KEY} another-secret") == f"{mask(len(KEY))} {mask(14)}"


def test_a_redactor_shows_no_secret_and_is_not_pickled() -> None:
    redactor = Redactor([KEY])

    assert KEY not in repr(redactor)
    with pytest.raises(TypeError, match="not pickled"):
        pickle.dumps(redactor)


def test_of_two_secrets_the_longer_is_masked_whole() -> None:
    short, long = KEY[:12], KEY

    for secrets in ([short, long], [long, short]):
        assert Redactor(secrets).text(f"{long} {short}") == f"{mask(len(long))} {mask(12)}"


def test_a_secret_at_the_very_beginning_and_one_after_another_is_masked() -> None:
    stream = event(KEY + KEY) + event("x" + KEY, "reasoning")

    masked = Redactor([KEY]).event_stream(stream)
    cut = Redactor([KEY]).event_stream(
        event(KEY[:5]) + event(KEY[5:] + "," + KEY[:9]) + event(KEY[9:])
    )

    assert KEY.encode() not in masked
    assert masked == event(mask(len(KEY)) * 2) + event("x" + mask(len(KEY)), "reasoning")
    said = "".join(json.loads(line[6:])["delta"]["content"] for line in cut.splitlines() if line)
    assert said == f"{mask(len(KEY))},{mask(len(KEY))}"


@pytest.mark.parametrize("kind", ["org", "proj", "project"])
def test_ids_are_left_alone_where_one_asks_for_that(kind: str) -> None:
    name = f"{kind}_01jx5kq8f3e9vbn2m4t6r8w0yz"

    assert Redactor(identifiers=False).text(name) == name
    assert Redactor(identifiers=False).data(name.encode()) == name.encode()
    assert Redactor().text(name).startswith(f"{kind}_redacted")
    assert Redactor().data(name.encode()) == Redactor().text(name).encode()


@pytest.mark.parametrize(
    "value", [KEY, f"Bearer {KEY}", f"Bearer  {KEY} ", f"Basic {KEY}", f"Token a b {KEY}"]
)
def test_what_follows_the_scheme_of_a_credential_is_the_secret(value: str) -> None:
    redactor = Redactor()
    redactor.learn_from({"Proxy-Authorization": value, "content-type": "application/json"})

    secret = value.split(" ", 1)[-1].strip()
    assert redactor.text(f"<{secret}>") == f"<{mask(len(secret))}>"
    assert redactor.text("application/json") == "application/json"


def test_a_secret_beyond_ascii_is_masked_in_json_of_either_kind() -> None:
    secret = "größe-und-maß"
    redactor = Redactor([secret])

    for ascii_only in (False, True):
        written = json.dumps({"key": secret}, ensure_ascii=ascii_only)
        if not ascii_only:
            assert secret not in redactor.text(written)
    assert secret not in redactor.text(f"x={quote(secret)}&y={quote(secret, safe='')}")
    assert "gr%C3%B6%C3%9Fe" not in redactor.text(quote(secret))


@pytest.mark.parametrize("before", [b"", b"a", b"ab", b"abc"])
def test_every_digit_that_a_secret_alone_decides_is_masked_in_base64(before: bytes) -> None:
    """And no other: what stands around it is decoded as it was."""
    encoded = base64.b64encode(before + KEY.encode() + b" and more")
    masked = Redactor([KEY]).data(encoded)

    first, end = -(-8 * len(before) // 6), 8 * (len(before) + len(KEY)) // 6
    assert masked == encoded[:first] + mask(end - first).encode() + encoded[end:]


@pytest.mark.parametrize(("written", "read"), [(rb"\u0067", "g"), (rb"\n", "\n"), (rb"\"", '"')])
def test_a_secret_whose_letters_are_escaped_is_found_all_the_same(
    written: bytes, read: str
) -> None:
    secret = f"{read}sk_Zt9mQ4xLw82VbN7cRfKe"
    stream = b'data: {"delta":{"content":"' + written + secret[1:].encode() + b'"}}\n\n'

    masked = Redactor([secret]).event_stream(stream)

    assert b"Zt9mQ4xLw82VbN7cRfKe" not in masked
    assert len(masked) == len(stream)
