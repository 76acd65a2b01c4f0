"""Texts that are no models, as something is missing or cannot be read: the rest is looked at all the same."""

import pytest

from pepa.language.problem import LineIndex, ModelError
from pepa.net.compile import load


def told(text):
    with pytest.raises(ModelError) as caught:
        load(text)
    lines = LineIndex(text)
    places = [(one.code, lines.place(one.span)) for one in caught.value.problems]
    return [(code, place.line, place.column) for code, place in places]


@pytest.mark.parametrize(
    ("text", "others"),
    [
        (
            "Pump = (fill, quick).Tank;\nTank = (drain, slow).Pump;",
            [("undefined-rate", 1, 15), ("undefined-rate", 2, 16)],
        ),
        ("Pump = (fill, 1).Tank;", [("undefined-process", 1, 18)]),
        ("u = v; v = u;\nPump = (fill, u).Pump;", [("cyclic-rate", 1, 1)]),
        ("Pump = (fill, 1).Pump; Pump = (drain, 2).Pump;", [("duplicate-definition", 1, 24)]),
        ("Pump = (fill, 0 - 3).Pump;", [("invalid-rate", 1, 15)]),
        ("Pump = Pump;", [("unguarded-recursion", 1, 1)]),
    ],
)
def test_without_a_system_equation_definitions_are_looked_at(text, others):
    found = told(text)
    assert [one for one in found if one[0] != "missing-system"] == others
    assert [one[0] for one in found].count("missing-system") == 1


@pytest.mark.parametrize(
    "text", ["used = 1; spare = 2;\nPump = (fill, used).Tank; Tank = (drain, 2).Pump;", "spare = 2;", ""]
)
def test_without_a_system_equation_nothing_is_unused(text):
    assert [code for code, *_ in told(text)] == ["missing-system"]


def test_what_cannot_be_read_hides_no_name_that_is_not_defined():
    assert told("Pump = (fill, quick).Tank;\nTank = (drain, ).Pump;\nPump <fill> Sink") == [
        ("undefined-rate", 1, 15),
        ("syntax", 2, 16),
        ("undefined-process", 3, 13),
    ]


@pytest.mark.parametrize(
    "text",
    [
        "quick = 1 +;\nPump = (fill, quick).Pump;\nPump",
        "Quick = 1 +;\nPump = (fill, Quick).Pump;\nPump",
        "Pump = (fill, 1).Tank;\nTank = (drain).Pump;\nPump",
        "Pump = (fill, 'quick').Pump;\n'quick' = 2 *;\nPump",
        "Pump = (fill, quick).Pump;\n/* quick = 2;\nPump",
    ],
)
def test_what_cannot_be_read_may_be_what_a_name_is_defined_by(text):
    assert {code for code, *_ in told(text)} <= {"syntax", "missing-system"}
