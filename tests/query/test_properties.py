"""Files of properties: constants, labels, names, comments; one a line or ended by `;`."""

import re

import pytest

from pepa.control.control import Control
from pepa.control.error import PepaError
from pepa.query.properties import read_properties
from pepa.query.property import answer, understood
from tests.models import derive

MODEL = "A0 = (up, 1.0).A1; A1 = (up, 1.0).A2 + (down, 2.0).A0; A2 = (down, 2.0).A1; A0"
FILE = """
// what is asked of it
const double T = 2 * 5;
const int k = 1;
label "high" = A2 = k;      // all the way up
"soon": P=? [ F<=T
    "high" ]
S=? [ "high" ]
"soon" > 0.5; "soon" + 1 > 1.2
formula low = A0 >= k;
R=? [ F low ];
"""


def test_a_file_as_a_whole():
    found = read_properties(FILE)
    assert [(one.name, one.line) for one in found.properties] == [("soon", 6), ("", 8), ("", 9), ("", 9), ("", 11)]
    derived = derive(MODEL)
    answers = [answer(one.text, derived, Control(), found.names) for one in found.properties]
    assert answers[0].value == pytest.approx(answer("P=? [ F<=10 A2 = 1 ]", derived, Control()).value, abs=1e-15)
    assert answers[1].value == pytest.approx(1 / 7, rel=1e-9)
    assert [one.verdict for one in answers[2:4]] == [True, True]
    assert answers[4].value == 0


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "no property"),
        ("// nothing\n", "no property"),
        ("const double T;\nP=? [ F<=T init ]", "line 1: the constant `T` has no value"),
        ("P=? [ F init", "line 1: unexpected end"),
        ("S=? [ init ] ]", "unexpected"),
        ("x" * 200_000, "at most"),
    ],
)
def test_what_is_wrong_is_said(text, said):
    with pytest.raises(PepaError, match=said):
        read_properties(text)


def test_true_and_false_stand_for_themselves():
    derived = derive(MODEL)
    assert (
        answer("P=? [ true U<=2 A2 = 1 ]", derived, Control()).value
        == answer("P=? [ F<=2 A2 = 1 ]", derived, Control()).value
    )
    assert answer("false | !true", derived, Control()).verdict is False


def test_a_range_is_told_as_one():
    found = answer("filter(range, P=? [ F<=2 A2 = 1 ])", derive(MODEL), Control())
    assert re.fullmatch(r"from 0\.\d+ to 1", found.words)
    assert (found.report["value"], found.report["high"]) == (None, 1)


def test_what_is_beyond_all_numbers_is_no_division():
    found = answer("R{1e300 * A1}=? [ C<=1e300 ]", derive(MODEL), Control())
    assert "beyond all numbers" in found.words


def test_an_unknown_filter_is_told_with_those_there_are():
    with pytest.raises(PepaError, match=r"no filter `argmax`") as error:
        understood("filter(argmax, P=? [ F A2 = 1 ])", derive(MODEL).net)
    assert "forall" in error.value.hint
