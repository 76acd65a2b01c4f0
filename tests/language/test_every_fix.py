"""Every fix of every problem: it takes its problem away, brings no other of syntax, and leaves comments alone."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pepa.language.checks.model import check
from pepa.language.edit import applied
from pepa.language.fixes.fixes import fixes
from pepa.language.format import words
from pepa.language.line_ends import fed
from pepa.language.parser import parse
from pepa.language.problem import Severity
from tests.mutants import TOKEN

SOUND = (
    "r = 1; s = 2*(r + 1);\nP = (a, r).(b, s).Q + (c, 2*r).P;\nQ = (a, infty).P;\n(P[2] <a, b> Q)/{c} || P[r]\n",
    "P = (a, 1.0).Q;\nQ = (b, 2.0).P;\nR = (a, 1).(b, 2).R;\nP <a> Q[3] <a, b> R",
    "%r = 1;\n#'P' = ('a', r).P + (b, r).(a, (r)).'P';\nP <*> 'P'",
    '"my r" = 1;\n"my P" = ("ask me", "my r")."my P" + (b, 2).Q\';\nQ\' = (b, 1).Q\';\n"my P"[2]{"ask me"} <b> Q\'\n',
)
SIGNS = ("(", ")", "[", "]", "{", "}", "<", ">", ",", ".", "+", "|", "#", "?", '"', "@", "a", "P", "1")
COMMENTS = (" // c; x\n", "/* c */", " /* (b, */ ", " ", "\n")


@st.composite
def damaged(draw):
    """A sound text with one sign more, less or another, and comments between its words."""
    text = draw(st.sampled_from(SOUND))
    place, sign = draw(st.integers(0, len(text) - 1)), draw(st.sampled_from(("", *SIGNS)))
    text = text[:place] + sign + text[place + draw(st.integers(0 if sign else 1, 1)) :]
    tokens = TOKEN.findall(text)
    for place, comment in draw(st.lists(st.tuples(st.integers(0, 99), st.sampled_from(COMMENTS)), max_size=4)):
        tokens.insert(place, comment)
    return "".join(tokens).replace("\n", draw(st.sampled_from(("\n", "\n", "\r\n"))))


def comments(text):
    return [word.text for word in words(fed(text)) if word.is_comment]


def told(problem):
    return problem.code, problem.message, problem.hint


def errors(text):
    return [one for one in parse(text).problems if one.severity is Severity.ERROR]


def holds(text):
    before = errors(text)
    for problem in parse(text).problems:
        for fix in fixes(problem, text):
            fixed = applied(text, fix.edits)
            longer = len(fixed) - len(text)
            same = [one.span.start - longer for one in errors(fixed) if told(one) == told(problem)]
            others = [one.span.start for one in before if told(one) == told(problem) and one is not problem]
            further = [place for place in same if place > problem.span.start]  # the next of several such slips
            assert len(same) <= len(others) or further, fix.title
            assert len(errors(fixed)) <= len(before), fix.title
            if (
                problem.hint != "end it with `*/`" and "%" not in text
            ):  # with a `%` it may be told anew what comments are
                assert comments(fixed) == comments(text), fix.title


@settings(max_examples=300)
@given(damaged())
def test_a_fix_of_a_slip_takes_it_away_and_touches_no_comment(text):
    holds(text)


@pytest.mark.slow
@settings(max_examples=5_000)
@given(damaged())
def test_a_fix_of_a_slip_takes_it_away_and_touches_no_comment_at_length(text):
    holds(text)


def problems(text):
    parsed = parse(text)
    return [*parsed.problems, *(check(parsed.model) if parsed.model else [])]


def fixed(text, code, hint=""):
    """Return the text after the first fix of its first problem of a code."""
    problem = next(one for one in problems(text) if one.code == code and hint in one.hint)
    found = fixes(problem, text)
    assert found, problem
    return applied(text, found[0].edits)


@pytest.mark.parametrize(
    ("text", "after"),
    [
        ("P = (a // c\n 1).P;\nP", "P = (a, // c\n 1).P;\nP"),
        ("P = (a, 1) /* c */ P;\nP", "P = (a, 1). /* c */ P;\nP"),
        ("P = (a, (1) // )\n.P;\nP", "P = (a, (1)) // )\n.P;\nP"),
        ("P = (a, 1). % z\n + (b, 1).P;\nP", "P = (a, 1).P % z\n + (b, 1).P;\nP"),
        ("P = (a /* ) */).P;\nP", "P = (a /* ) */, 1.0).P;\nP"),
        ("P = (a, 1).P;\nP // c\n<a>", "P = (a, 1).P;\nP // c\n"),
        ("P = (a, 1).P;\nP <a /* c */ b> P", "P = (a, 1).P;\nP <a, /* c */ b> P"),
        ("P = (a, 1).P;\nP <a /* c */ P", "P = (a, 1).P;\nP <a> /* c */ P"),
        ("P = (a, 1).P;\r\nP /* open\r\n", "P = (a, 1).P;\r\nP /* open */\r\n"),
    ],
)
def test_what_is_written_goes_behind_the_code_and_before_a_comment(text, after):
    assert fixed(text, "syntax") == after


def test_no_comment_goes_with_what_a_fix_takes_out():
    text = "P = (a, 1).P;\nP </* c */a>"
    assert [fix for one in problems(text) for fix in fixes(one, text)] == []
    assert fixed("P = (a, 1).P;\nP/{a, /* c */ b}", "hides-nothing") == "P = (a, 1).P;\nP/{a /* c */ }"
    assert fixed("P = (a, 1).P;\nP/{b /* c */, // d\n a}", "hides-nothing") == "P = (a, 1).P;\nP/{ /* c */// d\n a}"


@pytest.mark.parametrize(
    ("written", "after"),
    [
        ("<,, a>", "< a>"), ("<a, ,>", "<a >"), ("<a,, b>", "<a, b>"), ("<a b>", "<a, b>"), ("<a b\nc>", "<a, b,\nc>"),
        ("<a, , b>", "<a,  b>"), ("<,>", "<>"), ("<a,,,b>", "<a,b>"),
    ],
)  # fmt: skip
def test_a_set_has_one_comma_between_two_names(written, after):
    text = "P = (a, 1).(b, 1).(c, 1).P;\nP {} P".format
    result = text(written)
    while "syntax" in [one.code for one in problems(result)]:
        result = fixed(result, "syntax")
    assert result == text(after)


@pytest.mark.parametrize(
    ("written", "action", "after"),
    [("{b}", "b", "{}"), ("{b, a}", "b", "{a}"), ("{a , b}", "b", "{a }"), ("{a, b, a}", "b", "{a, a}"),
     ("{'a', 'b'}", "b", "{'a'}"), ("{'b', 'a'}", "b", "{'a'}"), ('{"a b", a}', "a b", "{a}")],
)  # fmt: skip
def test_an_action_goes_out_of_its_set_with_one_comma_and_its_quotes(written, action, after):
    text = "P = (a, 1).P;\nP/{}".format
    problem = next(one for one in problems(text(written)) if f"`{action}`" in one.message)
    assert problem.code == "hides-nothing"
    (fix,) = fixes(problem, text(written))
    assert applied(text(written), fix.edits) == text(after)


@pytest.mark.parametrize(
    ("system", "hint", "after"),
    [
        ("(P[2) <a> P", "`[` is not", "(P[2]) <a> P"), ("P[2 <a> P", "`[` is not", "P[2] <a> P"),
        ("P[(2)", "`[` is not", "P[(2)]"), ("P[(2 <a> P", "", None), ('P" <a> P', "double quote", "P <a> P"),
        ("P <a> P)", "has no `(`", "P <a> P"), ("P@ <a> P", "double quotes", "P <a> P"),
        ("P[]", "", None), ("P[2 +]", "", None),
    ],
)  # fmt: skip
def test_the_hint_names_the_sign_that_is_missing_or_too_much(system, hint, after):
    text = f"P = (a, 1).P;\n{system}"
    (problem,) = problems(text)
    assert hint in problem.hint
    if after is None:
        assert not re.search("has no|`\\[` is not", problem.hint)
    else:
        assert fixed(text, "syntax") == f"P = (a, 1).P;\n{after}"


def test_a_parenthesis_that_was_opened_is_not_said_to_have_no_beginning():
    (problem,) = problems("P = (a, ()).P;\nP")
    assert (problem.message, problem.hint) == ("expected a value, got `)`", "")


def test_a_number_with_a_stray_sign_is_not_made_a_name():
    (problem,) = problems("r = 1.5@;\nP = (a, r).P;\nP")
    assert [fix.title for fix in fixes(problem, "r = 1.5@;\nP = (a, r).P;\nP")] == ["leave out `@`"]


def test_no_name_is_written_where_the_next_statement_begins_at_once():
    text = "P = (a, 1).Q=(b, 2).P;\nP"
    assert [fix.title for one in problems(text) for fix in fixes(one, text)] == []


GONE = [
    ("P = (a, 1).P;\nQ = (b, 1).R;\nR = (b, 1).Q;\nP", "Q", "`Q`, `R`", "P = (a, 1).P;\nP"),
    ("P = (a, 1).P;\nQ = (b, 1).P;\nR = (b, 1).Q;\nP", "Q", "`Q`, `R`", "P = (a, 1).P;\nP"),
    ("P = (a, 1).P;\nQ = (b, 1).P;\nR = (b, 1).Q;\nP", "R", "`R`", "P = (a, 1).P;\nQ = (b, 1).P;\nP"),
    ("P = (a, 1).P; Q = (b, 1).Q; R = (b, 1).Q;\nP", "Q", "`Q`, `R`", "P = (a, 1).P;  \nP"),
    ("P = (a, 1).P;\nQ = (b, 1)\n  .Q; R = (b, 1).Q;\nP", "Q", "`Q`, `R`", "P = (a, 1).P;\nP"),
    ("P = (a, 1).P;\n/* one\n two */ Q = (b, 1).Q; // q\nP", "Q", "`Q`", "P = (a, 1).P;\n/* one\n two */  // q\nP"),
    ("P = (a, 1).P;\r\nQ = (b, 1).Q ; // q\r\nP", "Q", "`Q`", "P = (a, 1).P;\r\nP"),
    ("P = (a, 1).P;\nQ = (b, 1).Q; /* one\n two */ P", "Q", "`Q`", "P = (a, 1).P;\n /* one\n two */ P"),
    ("P = (a, 1).P;\nQ = (b, 1).Q;\nS = Q[2];\nU = S || Q;\nV = (b, 1).Q;\nP", "Q", "`Q`, `S`, `U` and 1 more",
     "P = (a, 1).P;\nP"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "name", "told", "after"), GONE)
def test_a_definition_that_is_deleted_takes_with_it_what_is_made_of_it(text, name, told, after):
    problem = next(one for one in problems(text) if one.code == "unused-process" and f"`{name}`" in one.message)
    fix = fixes(problem, text)[-1]
    assert fix.title.endswith(f" of {told}")
    assert fix.deletes
    assert applied(text, fix.edits) == after
    assert not [one for one in problems(after) if one.severity is Severity.ERROR]


def test_of_two_definitions_with_one_name_one_goes_alone():
    text = "r = 1;\nr = 2;\nP = (a, 1).P;\nP"
    problem = [one for one in problems(text) if one.code == "unused-rate"][-1]
    (fix,) = fixes(problem, text)
    assert applied(text, fix.edits) == "r = 1;\nP = (a, 1).P;\nP"


MILL = "Mill = (grind, 1).Worn; Worn = (mend, 2).Mill;\n"
FORGOTTEN = [
    (MILL + "Mills = Mill[3];\nMill", "Mills", "Mills"),
    (MILL + "Mills = Mill[3];\nMill[ 3 ] || Mill // all", "Mills", "Mills || Mill // all"),
    (MILL + "Mills = Mill[3];\nMill[2] <grind> Mill", "Mills", None),  # which of the two is not known
    (MILL + "Cart = (load, 1).Cart;\nAll = Mill[2] || Cart;\nCart", "All", "All"),
    (MILL + "Cart = (grind, 1).Cart;\nMills = Mill[3];\nCart", "Mills", "Cart <*> Mills"),
    (MILL + "Cart = (grind, 1).Cart;\nMills = Mill[3];\nCart", "Mill", "Cart <*> Mills"),
    (MILL + "Cart = (grind, 1).Cart;\nMills = Mill[3];\nCart[2] <grind> Cart // two", "Mills",
     "(Cart[2] <grind> Cart) <*> Mills // two"),
    (MILL + "Cart = (grind, 1).Cart;\nMills = Mill[3];\nAll = Mills || Mill;\nCart;", "Mill", "Cart <*> All;"),
    (MILL + 'Cart = (grind, 1).Cart;\n"my mills" = Mill[3];\nCart', "my mills", 'Cart <*> "my mills"'),
    (MILL + "Cart = (grind, 1).Cart;\nCart", "Mill", None),
]  # fmt: skip


@pytest.mark.parametrize(("text", "name", "system"), FORGOTTEN)
def test_an_array_that_was_forgotten_is_put_into_the_system_before_it_is_deleted(text, name, system):
    problem = next(one for one in problems(text) if one.code.startswith("unused-") and f"`{name}`" in one.message)
    *put, last = fixes(problem, text)
    assert last.deletes
    assert [applied(text, fix.edits) for fix in put if not fix.deletes][:1] == (
        [] if system is None else [text[: text.rindex(";\n") + 2] + system]
    )
    for fix in put:
        after = problems(applied(text, fix.edits))
        assert not [one for one in after if one.severity is Severity.ERROR or one.code == problem.code]
