"""Wrong texts and what is said of them."""

import pytest

from pepa.language.checks.model import check
from pepa.language.parser import parse
from pepa.language.problem import LineIndex, Severity, Span, render
from pepa.language.slips import SLIPS


def problems(text):
    parsed = parse(text)
    return [*parsed.problems, *(check(parsed.model) if parsed.model else [])]


def errors(text):
    return [problem for problem in problems(text) if problem.severity is Severity.ERROR]


@pytest.mark.parametrize("slip", SLIPS, ids=lambda slip: slip.example)
def test_each_slip_gets_its_own_hint(slip):
    assert slip.hint in [problem.hint for problem in problems(slip.example)]


@pytest.mark.parametrize(
    ("text", "code", "at"),
    [
        ("P = (a, 1).P\nQ = (b, 1).Q;\nP", "missing-semicolon", "1:12"),
        ("P = (a, 1).P\nP <a> P", "missing-semicolon", "1:12"),
        ("user = (think, 1).user;\nuser", "lower-case-process", "1:1"),
        ("P = (a, R).P;\nP", "undefined-rate", "1:9"),
        ("P = (a, P).P;\nP", "undefined-rate", "1:9"),
        ("r = 1;\nP = (a, r).r;\nP", "undefined-process", "2:12"),
        ("P = (a, 1).Q;\nP", "undefined-process", "1:12"),
        ("r = 1;\nr = 2;\nP = (a, r).P;\nP", "duplicate-definition", "2:1"),
        ("P = (a, 1).P;\nP = (b, 1).P;\nP", "duplicate-definition", "2:1"),
        ("r = 1;", "missing-system", "1:6"),
        ("", "missing-system", "1:1"),
        ("  // nothing\n", "missing-system", "1:12"),
        ("P = Q; Q = P;\nP", "unguarded-recursion", "1:1"),
        ("P = P + (a, 1).P;\nP", "unguarded-recursion", "1:1"),
        ("P = (a, 1).(P || P);\nP", "not-sequential", "1:13"),
        ("P = (a, 1).P; S = P || P; R = S + P;\nR", "not-sequential", "1:31"),
        ("P = (a, -1).P;\nP", "invalid-rate", "1:9"),
        ("P = (a, 1/0).P;\nP", "invalid-rate", "1:11"),
        ("P = (a, 1e999).P;\nP", "invalid-rate", "1:9"),
        ("P = (a, infty + 1).P;\nP", "invalid-rate", "1:9"),
        ("r = s; s = r;\nP = (a, r).P;\nP", "cyclic-rate", "1:1"),
        ("P = (a, 1).P;\nP <a,,b> P", "syntax", "2:6"),
        ("P = (a, 1).P; /* open\nP", "syntax", "1:15"),
        ("P = (tau, 1).P;\nP <tau> P", "tau-cooperation", "2:4"),
        ("T = 5;\nP = (a, T).P;\nP", "reserved-name", "1:1"),
        ("P = (a, 1).P;\nP; P;", "misplaced-system", "2:1"),
    ],
)
def test_each_error_has_its_code_and_place(text, code, at):
    places = LineIndex(text)
    found = [(p.code, f"{places.place(p.span).line}:{places.place(p.span).column}") for p in errors(text)]
    assert (code, at) in found


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("r = 1; s = 1;\nP = (a, r).P;\nP", "unused-rate"),
        ("P = (a, 1).P; Q = (a, 1).Q;\nP", "unused-process"),
        ("P = (a, 1).P;\nP <a, a> P", "repeated-action"),
        ("P = (a, 1).P;\nP <*> P <a> P", "wildcard-reading"),
        ("R = 1;\nP = (a, R).P;\nP", "upper-case-rate"),
    ],
)
def test_warnings_do_not_forbid(text, code):
    assert [problem.code for problem in problems(text)] == [code]
    assert not errors(text)


def test_all_errors_are_reported_in_one_run():
    lines = [f"P{index} = (a, ).P{index};" for index in range(50)]
    found = errors("\n".join([*lines, "P0"]))
    assert len([problem for problem in found if problem.code == "syntax"]) == 50
    assert [LineIndex("\n".join(lines)).place(p.span).line for p in found[:50]] == list(range(1, 51))


def test_a_missing_semicolon_hides_no_other_error():
    codes = [problem.code for problem in errors("P = (a, 1).P\nQ = (b, 1.Q;\nR = (c).R;\nP")]
    assert codes == ["missing-semicolon", "syntax", "syntax"]


def test_did_you_mean():
    found = errors("rate = 1;\nClient = (a, rat).Clint;\nClient")
    assert [problem.hint for problem in found] == ["did you mean `rate`?", "did you mean `Client`?"]


def test_nesting_has_a_limit_that_is_said():
    deep = "(" * 20_000
    assert [problem.code for problem in errors(f"r = {deep}1{')' * 20_000};\nP = (a, r).P;\nP")] == ["too-deep"]
    assert "too-deep" in [problem.code for problem in errors(f"P = (a, 1).P;\n{deep}P{')' * 20_000}")]
    mixed = "P" + "".join(f" <a{index}> P" for index in range(300))
    assert "too-deep" in [problem.code for problem in errors(f"P = (a, 1).P;\n{mixed}")]


def test_a_problem_is_shown_with_its_line_and_a_caret():
    text = "P = (a, 1).P;\nP <a> Qu"
    shown = render(errors(text)[0], LineIndex(text), "m.pepa").splitlines()
    assert shown[0] == "m.pepa:2:7: error: process `Qu` is not defined [undefined-process]"
    assert shown[1:3] == ["    P <a> Qu", "          ^^"]


def test_places_beyond_the_text_are_its_end():
    place = LineIndex("ab\nc").place(Span(99, 100))
    assert (place.line, place.column) == (2, 2)
