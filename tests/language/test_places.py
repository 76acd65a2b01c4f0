"""Where a problem stands, and how it is printed there: lines, columns, carets, cuts of long lines."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pepa.language.edit import Edit, applied
from pepa.language.problem import LineIndex, ModelError, Problem, Severity, Span, headline, render
from pepa.language.told_problem import problems_report

TEXTS = st.text(st.sampled_from("ab \n\r\té∞"), max_size=30)


def ends(text):
    """Return where lines begin, counted sign by sign: behind `\\n`, and behind a `\\r` without one."""
    return [
        0,
        *(at + 1 for at, sign in enumerate(text) if sign == "\n" or (sign == "\r" and text[at + 1 : at + 2] != "\n")),
    ]


@given(TEXTS, st.integers(0, 35), st.integers(0, 35))
def test_lines_and_columns_are_counted_from_one(text, start, end):
    place = LineIndex(text).place(Span(start, end))
    for offset, line, column in (
        (min(start, len(text)), place.line, place.column),
        (min(max(start, end), len(text)), place.end_line, place.end_column),
    ):
        before = [begin for begin in ends(text) if begin <= offset]
        assert (line, column) == (len(before), offset - before[-1] + 1)


@given(TEXTS, st.integers(0, 10), st.integers(0, 10))
def test_a_line_is_given_without_its_end_and_in_part(text, start, most):
    lines, begun = LineIndex(text), ends(text)
    for number, begin in enumerate(begun, 1):
        whole = text[begin : begun[number] if number < len(begun) else len(text)]
        whole = whole[:-1] if number < len(begun) else whole
        assert lines.line(number) == whole.rstrip("\r")
        assert lines.line(number, start, most) == whole[start : start + most].rstrip("\r")


@pytest.mark.parametrize(
    ("text", "span", "excerpt", "caret"),
    [
        ("P = Qu;\nP", (4, 6), "P = Qu;", "    ^^"),
        ("P = Qu;\nP", (6, 6), "P = Qu;", "      ^"),
        ("P\t= Qu;\nP", (4, 6), "P = Qu;", "    ^^"),
        ("ab\r\ncde\r\n", (4, 7), "cde", "^^^"),
        ("ab\rcde\r", (4, 5), "cde", " ^"),
        ("ab\ncde", (1, 5), "ab", " ^"),
        ("abcd\ncde", (1, 7), "abcd", " ^^^"),
        ("ab", (2, 2), "ab", "  ^"),
        ("", (0, 0), "", "^"),
        ("é∞ x", (3, 4), "é∞ x", "   ^"),
        (f"{'a' * 200}!{'b' * 200}", (200, 201), f"{'a' * 50}!{'b' * 49}", f"{' ' * 50}^"),
        (f"{'a' * 200}{'!' * 90}", (200, 290), f"{'a' * 50}{'!' * 50}", f"{' ' * 50}{'^' * 50}"),
        (f"{'a' * 50}!{'b' * 90}", (50, 51), f"{'a' * 50}!{'b' * 49}", f"{' ' * 50}^"),
        (f"{'a' * 51}!", (51, 52), f"{'a' * 50}!", f"{' ' * 50}^"),
    ],
)
def test_the_caret_stands_below_what_is_meant(text, span, excerpt, caret):
    problem = Problem("code", "message", Span(*span), "a hint")
    place = LineIndex(text).place(problem.span)
    assert render(problem, LineIndex(text), "m.pepa").split("\n") == [
        f"m.pepa:{place.line}:{place.column}: error: message [code]",
        f"    {excerpt}",
        f"    {caret}",
        "    hint: a hint",
    ]


def test_a_headline_is_one_line_whatever_is_told():
    long = "x" * 400
    told = headline(Problem("c", f"a\n  b {long} {long}", Span(0, 0), "", Severity.WARNING), LineIndex(""), "m")
    assert told.startswith("m:1:1: warning: a b xxx")
    assert told.endswith("xxx [c]")
    assert " ... " in told
    assert len(told) < 650
    exact = "y" * 600
    assert exact in headline(Problem("c", exact, Span(0, 0)), LineIndex(""), "m")
    assert "hint" not in render(Problem("c", "m", Span(0, 0)), LineIndex(""), "m")


def test_other_programs_are_told_the_same_place():
    text = "P = (a, 1).P;\nP <a>\nQ"
    (told,) = problems_report([Problem("c", "m", Span(16, 21), "h", Severity.WARNING)], text)
    assert told == {
        "severity": "warning", "code": "c", "message": "m", "hint": "h",
        "line": 2, "column": 3, "end_line": 3, "end_column": 2,
    }  # fmt: skip


def test_an_error_has_each_of_its_problems_once_and_the_first_as_its_message():
    first, second = Problem("a", "one", Span(3, 4), "h1"), Problem("b", "two", Span(0, 1), "h2")
    error = ModelError([first, second, first])
    assert error.problems == (first, second)
    assert (error.message, error.hint) == ("one", "h1")


@given(st.integers(0, 9), st.integers(0, 9), st.integers(0, 9), st.integers(0, 9))
def test_one_span_to_another_holds_both_from_the_start_of_the_first(start, length, other, width):
    span = Span(start, start + length).to(Span(start + other, start + other + width))
    assert span == (start, max(start + length, start + other + width))


@given(st.text("abc", max_size=12), st.data())
def test_edits_are_made_where_they_stand_in_the_text_before(text, data):
    cuts = sorted(data.draw(st.lists(st.integers(0, len(text)), max_size=6)))
    edits = [
        Edit(Span(start, end), data.draw(st.text("XY", max_size=2)))
        for start, end in zip(cuts[::2], cuts[1::2], strict=False)
    ]
    after = text
    for edit in reversed(edits):
        after = after[: edit.span.start] + edit.text + after[edit.span.end :]
    assert (
        applied(text, data.draw(st.permutations(edits)) if len({e.span for e in edits}) == len(edits) else edits)
        == after
    )
