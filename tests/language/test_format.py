"""Laying a text out: nothing of it is lost, it means what it meant, and once is enough."""

import dataclasses
from pathlib import Path

import pytest
from hypothesis import given, settings

from pepa.language.format import formatted, words
from pepa.language.parser import parse
from pepa.language.problem import ModelError, Span
from tests.language.written import models

ROOT = Path(__file__).parent.parent.parent


def without_places(value):
    if isinstance(value, Span):
        return None
    if dataclasses.is_dataclass(value):
        parts = [part for part in dataclasses.fields(value) if part.compare]  # all but the text with the places
        return type(value), [without_places(getattr(value, part.name)) for part in parts]
    if isinstance(value, tuple | list):
        return [without_places(item) for item in value]
    return value


def holds(text):
    try:
        after = formatted(text)
    except ModelError as error:
        assert {problem.code for problem in error.problems} == {
            problem.code for problem in parse(text).problems if problem.severity == "error"
        }
        return
    assert without_places(parse(after).model) == without_places(parse(text).model)
    comments = [[word.text for word in words(each) if word.is_comment] for each in (text, after)]
    assert comments[0] == comments[1]
    assert formatted(after) == after


@settings(max_examples=100)
@given(models())
def test_meaning_and_comments_stay_and_once_is_enough(text):
    holds(text)


@pytest.mark.slow
@settings(max_examples=5000)
@given(models())
def test_meaning_and_comments_stay_and_once_is_enough_at_length(text):
    holds(text)


@pytest.mark.parametrize("path", sorted((ROOT / "models").glob("*.pepa")), ids=lambda path: path.stem)
def test_models_that_ship_keep_their_meaning(path):
    holds(path.read_text(encoding="utf-8"))


def test_definitions_and_comments_are_aligned():
    before = (
        "\n\nr=1.0;//slow\nrate2 :=2*r - -1; // fast \n\n\n\nP=(a,r) . Q; Second=( b , rate2 ).P;\nQ=(c,r).P;\nP<a,c>Q"
    )
    assert formatted(before) == (
        "r     = 1.0;        //slow\n"
        "rate2 := 2*r - -1;  // fast\n"
        "\n"
        "P      = (a, r).Q;\n"
        "Second = (b, rate2).P;\n"
        "Q      = (c, r).P;\n"
        "P <a, c> Q\n"
    )


def test_a_choice_that_is_long_or_that_its_author_broke_has_a_line_for_each_alternative():
    long = " + ".join(f"(action{number}, rate).Process{number}" for number in range(4))
    assert formatted(f"P = {long};\nP").splitlines() == [
        "P = (action0, rate).Process0",
        "  + (action1, rate).Process1",
        "  + (action2, rate).Process2",
        "  + (action3, rate).Process3;",
        "P",
    ]
    assert formatted("P = (a, 1).P // one\n+ (b, 2).P +\n(c, 3).P;P") == (
        "P = (a, 1).P // one\n  + (b, 2).P\n  + (c, 3).P;\nP\n"
    )
    assert formatted("P = (a, 1 +\n2).\nP;\nP") == "P = (a, 1 + 2).P;\nP\n"


def test_arrays_hiding_and_cooperation_have_their_blanks():
    text = 'P = (a,1) . P;\n( P[ 2 ] < a > P [3]{ a } || P / { a } )<>(P[2]<a>)<*>"P"'
    assert formatted(text) == 'P = (a, 1).P;\n(P[2] <a> P[3]{a} || P/{a}) <> (P[2]<a>) <*> "P"\n'


def test_old_style_marks_line_ends_and_waivers_stay():
    assert formatted("#'P'=('a',1).'P';'P'<'a'>'P'") == "#'P' = ('a', 1).'P';\n'P' <'a'> 'P'\n"
    assert formatted("%r=1.0;\r\n#P=(a,r).P;\r\nP") == "%r = 1.0;\r\n#P = (a, r).P;\r\nP\r\n"
    waived = "P = (a, 1).P + (a, 1).P // pepa: ignore repeated-branch\n  + (b, 1).P + (b, 1).P;\nP\n"
    assert formatted(waived) == waived
    shared = "r=1;P = (a,r).P + (a,r).P; Q=(b,1).Q; // pepa: ignore repeated-branch\nP<>Q"
    after = formatted(shared)
    assert after == "r = 1; P = (a, r).P + (a, r).P; Q = (b, 1).Q;  // pepa: ignore repeated-branch\nP <> Q\n"
    assert formatted(after) == after
    holds("P=(a,1).P\n + (b,1)\n .P; Q=(b,1).Q // pepa: ignore\n + (c,1).Q; R=(c,1).R;\n\n// pepa: ignore\nP<>Q<>R")


def test_a_text_with_errors_is_refused():
    with pytest.raises(ModelError) as raised:
        formatted("P = (a, 1.P;\nP")
    assert raised.value.problems
