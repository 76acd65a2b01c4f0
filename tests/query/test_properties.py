"""Files of properties: constants, labels, names, comments; one a line or ended by `;`."""

import re

import pytest

from pepa.control.control import Control
from pepa.control.error import PepaError
from pepa.query.properties import read_properties, refuse_taken
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
        ('\nlabel "init" = A2 = 1;\ninit', "line 2: the label `init` has the name of a word of the language"),
        ("formula deadlock = A2 = 1;\ninit", "the formula `deadlock` has the name of a word"),
        ("const double time = 3;\nR{time}=? [ C<=1 ]", "the constant `time` has the name of a word"),
        ('"true": S=? [ init ]', "the property `true` has the name of a word"),
        ('label "x" = A2 = 1;\nlabel "x" = A1 = 1;\n"x"', "line 2: the label `x` has the name of the label in line 1"),
        ('const int x = 1;\n"x": S=? [ init ]', "line 2: the property `x` has the name of the constant in line 1"),
    ],
)
def test_what_is_wrong_is_said(text, said):
    with pytest.raises(PepaError, match=said):
        read_properties(text)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("const double r = 5;\nR{r*A}=? [ S ]", "line 1: the constant `r` has the name of a rate of the model"),
        ("init\nconst int go = 7;\nR{go}=? [ S ]", "line 2: the constant `go` has the name of an action of the model"),
        ("const int z = 7/2;\ninit", "line 1: the constant `z` is no int: it is 3.5"),
        ("const double h = 0.5; const int z = h * r + 0.5;\ninit", "the constant `z` is no int: it is 1.5"),
        ("const int z = 1 > 0;\ninit", "the constant `z` is no int: it is true or false"),
        ("const bool z = 2;\ninit", "the constant `z` is no bool: it is 2"),
        ("const int A = 2;\nS=? [ A >= 1 ]", "the constant `A` has the name of a local derivative"),
        ('label "B" = A >= 1;\nS=? [ B ]', "the label `B` has the name of a local derivative"),
        ("formula go = A >= 1;\nR{go}=? [ S ]", "the formula `go` has the name of an action"),
        ('"go": S=? [ A = 1 ]\n"go"', "the property `go` has the name of an action"),
        ('label "gone" = A >= 1;\n"gone"', "the label `gone` has the name of an action"),
        ('label "C" = A >= 1;\n"C"', "the label `C` has the name of a local derivative"),
    ],
)
def test_what_has_a_name_of_the_model_or_is_not_its_kind_is_refused(text, said):
    net = derive("r = 2; A = (go, r).B; B = (gone, 3).A; C = (go, 1).A; (A / {gone})[2]").net
    with pytest.raises(PepaError, match=said) as raised:
        refuse_taken(read_properties(text), net)
    assert ("command line, as in r=5" in raised.value.hint) == text.startswith("const double r")


def test_what_has_a_name_of_its_own_is_not():
    refuse_taken(read_properties(FILE), derive(MODEL).net)


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


def test_constants_of_their_kind_are_taken():
    text = "const int n = 2 * r; const double x = 1; const bool b = n > 3; const free = 1 / 2;\nP=? [ F<=x b ]"
    refuse_taken(read_properties(text), derive("r = 2; A = (go, r).A; A").net)
