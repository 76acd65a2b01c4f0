"""Quick fixes: applied, they take their problem away and bring no error."""

import pytest

from pepa.language.checks.model import check
from pepa.language.edit import applied
from pepa.language.fixes.fixes import fixes
from pepa.language.parser import parse
from pepa.language.problem import Severity
from pepa.language.slips import SLIPS


def problems(text):
    parsed = parse(text)
    return [*parsed.problems, *(check(parsed.model) if parsed.model else [])]


def first_fix(text, code):
    return next(fix for problem in problems(text) if problem.code == code for fix in fixes(problem, text))


FIXED = [
    ("P = (a, 1).(b, 1).P;\nP <a> P", "unshared-action", "P = (a, 1).(b, 1).P;\nP <a, b> P"),
    ("P = (a, 1).P;\nP/{a, b}", "hides-nothing", "P = (a, 1).P;\nP/{a}"),
    ("P = (a, 1).P\nP <a> P", "missing-semicolon", "P = (a, 1).P;\nP <a> P"),
    ("// model\nP = (a, r).P;\nP", "undefined-rate", "// model\nr = 1.0;\nP = (a, r).P;\nP"),
    ("s = 1; // s\nP = (a, s).(b, q).P;\nP", "undefined-rate", "s = 1; // s\nq = 1.0;\nP = (a, s).(b, q).P;\nP"),
    ("rate = 1;\nP = (a, rat).P;\nP", "undefined-rate", "rate = 1;\nP = (a, rate).P;\nP"),
    ("P = (a, 1).Q;\nP", "undefined-process", "P = (a, 1).Q;\nQ = (action, 1.0).Q;\nP"),
    ('"my P" = (a, 1).Pin;\nPine = (a, 1)."my P";\nPine', "undefined-process",
     '"my P" = (a, 1).Pine;\nPine = (a, 1)."my P";\nPine'),
    ("user = (think, 1).user;\nuser", "lower-case-process", "User = (think, 1).User;\nUser"),
    ("R = 1;\nP = (a, R).P;\nP", "upper-case-rate", "r = 1;\nP = (a, r).P;\nP"),
    ("P = (a, 1).P;\nP <a,,b> P", "syntax", "P = (a, 1).P;\nP <a,b> P"),
    ("P = (a, 1).P;\nP <a b> P", "syntax", "P = (a, 1).P;\nP <a, b> P"),
    ("P = (a, 1).P; /* open\nP", "syntax", "P = (a, 1).P; /* open */\nP"),
    ("P = (tau, 1).(a, 1).P;\nP <tau, a> P", "tau-cooperation", "P = (tau, 1).(a, 1).P;\nP <a> P"),
    ("P = (a, 1).P;\nP <a, a> P", "repeated-action", "P = (a, 1).P;\nP <a> P"),
    ("r = 1;\ns = 1; // s\nP = (a, r).P;\nP", "unused-rate", "r = 1;\nP = (a, r).P;\nP"),
    ("r = 1;\n?\nP = (a, r).P;\nP", "syntax", "r = 1;\n\nP = (a, r).P;\nP"),
    ("P = (a, ?r).P;\nP", "syntax", "P = (a, r).P;\nP"),
    ("P = (a, 1).P?;\nP", "syntax", "P = (a, 1).P;\nP"),
    ("P = (a, 1).P; Q = (a, 1).Q;\nP", "unused-process", "P = (a, 1).P; \nP"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "code", "fixed"), FIXED)
def test_a_fix_writes_what_the_hint_says(text, code, fixed):
    assert applied(text, first_fix(text, code).edits) == fixed


@pytest.mark.parametrize("system", ["P <+> P", "P <1> P", "P <a, (b)> P", "P <a||b> P"])
def test_what_is_no_comma_too_many_has_no_fix_as_if_it_were(system):
    text = f"P = (a, 1).P;\n{system}"
    assert not [fix for problem in problems(text) for fix in fixes(problem, text) if "," in fix.title]


@pytest.mark.parametrize("slip", SLIPS, ids=lambda slip: slip.example)
def test_the_fix_of_each_slip_repairs_its_example(slip):
    problem = next(problem for problem in problems(slip.example) if problem.hint == slip.hint)
    found = fixes(problem, slip.example)
    if not found:
        pytest.skip("what is meant cannot be known")
    repaired = problems(applied(slip.example, found[0].edits))
    assert slip.hint not in [problem.hint for problem in repaired]
    assert not [problem for problem in repaired if problem.severity is Severity.ERROR and problem.code == "syntax"]


def test_a_name_that_is_taken_is_not_given_by_a_fix():
    text = "user = (think, 1).user;\nUser = (a, 1).User;\nuser <a> User"
    problem = next(problem for problem in problems(text) if problem.code == "lower-case-process")
    assert fixes(problem, text) == ()
