"""Checks as a person writes them."""

import json

import pytest

from workbench.session.repeat.answer import Answer, Called
from workbench.session.repeat.checks import CheckError, parse_checks
from workbench.session.repeat.looking_up import PathError, steps_of, values_at

SCHEMA = {"type": "object", "properties": {"days": {"type": "integer"}}, "required": ["days"]}


def called(name: str = "get_weather", **arguments: object) -> Answer:
    return Answer(
        text="", calls=(Called(name=name, arguments=arguments),), value=arguments, schema=SCHEMA
    )


def said(text: str) -> Answer:
    try:
        value = json.loads(text)
    except ValueError:
        value = None
    return Answer(text=text, calls=(), value=value)


@pytest.mark.parametrize(
    ("line", "passes", "fails", "why"),
    [
        ("called get_weather", called(), said("no"), "calls nothing"),
        ("called get_weather", called(), called("other"), "calls other"),
        (
            'called get_weather {"city": "Lisbon"}',
            called(city="Lisbon", days=3),
            called(city="Porto"),
            'city is "Porto"',
        ),
        ('called get_weather {"days": 3}', called(days=3), called(days=True), "days is true"),
        ('called get_weather {"days": 3}', called(days=3), called(), "days is missing"),
        ("no call", said("hi"), called(), "calls get_weather"),
        ('path $.city = "Lisbon"', called(city="Lisbon"), called(city="L"), 'is "L"'),
        ("path $.city", called(city=None), called(), "there is nothing there"),
        ("path $.a[*].b = 2", said('{"a":[{"b":1},{"b":2}]}'), said('{"a":[{"b":1}]}'), "is 1"),
        ("path $.n != 1", said('{"n":2}'), said('{"n":1}'), "is 1"),
        ("path $.n ~ /^2/", said('{"n":21}'), said('{"n":12}'), "is 12"),
        ("match /sun|clear/i", said("It is SUNNY"), said("rain"), "does not occur"),
        ("no match /sorry/i", said("fine"), said("Sorry!"), '"Sorry" occurs'),
        ("schema", called(days=1), called(days="1"), "$.days is a string, not an integer"),
        ('schema {"type": "array"}', said("[]"), said("{}"), "$ is an object, not an array"),
        ("schema", called(days=1), said("prose"), "no schema was sent, and it is no JSON"),
    ],
)
def test_a_check_passes_and_fails_with_a_reason(
    line: str, passes: Answer, fails: Answer, why: str
) -> None:
    (check,) = parse_checks(line)

    assert check.judge(passes) == ""
    assert check.judge(fails) == why


def test_blank_lines_and_remarks_are_no_checks() -> None:
    checks = parse_checks("\n# the tool\n  called a  \n\nno match /x/\n")

    assert [check.text for check in checks] == ["called a", "no match /x/"]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("called", "Line 1: 'called' is no check"),
        ("no call\ncalled a {b}", "Line 2: '{b}' is no JSON"),
        ("called a [1]", "are an object"),
        ("match sunny", "between slashes"),
        ("match /(/", "no regular expression"),
        ("path city = 1", "begins with \\$"),
        ("path $.a = Lisbon", "in double quotes"),
        ("path $.a..b", "is no step"),
        ("schema 3", "a schema is an object"),
        ("rhyme", "is no check"),
    ],
)
def test_a_line_that_is_no_check_is_named(text: str, message: str) -> None:
    with pytest.raises(CheckError, match=message):
        parse_checks(text)


def test_paths_reach_members_places_and_all() -> None:
    value = {"a b": [1, 2, {"c": 3}], "d": {"e": 4}}

    assert values_at(value, steps_of('$["a b"][-1].c')) == [3]
    assert values_at(value, steps_of("$['a b'][0]")) == [1]
    assert values_at(value, steps_of("$.*.e")) == [4]
    assert values_at(value, steps_of("$")) == [value]
    assert values_at(value, steps_of("$.d[0]")) == []
    with pytest.raises(PathError):
        steps_of("$.")
