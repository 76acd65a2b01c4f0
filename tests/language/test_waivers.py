"""Comments that waive warnings: of their own line, of the codes they name, and of nothing else."""

import pytest

from pepa.language.ignoring import heeded
from pepa.language.problem import LineIndex, Problem, Severity, Span

CODES = ("self-loop", "zero-rate", "unused-rate")


def left(text, severity=Severity.WARNING):
    """Return line and code of what is left of a problem of each code at the start of every line."""
    lines = LineIndex(text)
    starts = [0, *(at + 1 for at, sign in enumerate(text) if sign == "\n")]
    problems = [Problem(code, "m", Span(start, start), "", severity) for start in starts for code in CODES]
    return [(lines.place(one.span).line, one.code) for one in heeded(problems, text)]


def all_of(*lines):
    return [(line, code) for line in lines for code in CODES]


@pytest.mark.parametrize(
    ("comment", "kept"),
    [
        ("// pepa: ignore", ()),
        ("//pepa:ignore", ()),
        ("//  pepa:  ignore  ", ()),
        ("// pepa: ignore self-loop", ("zero-rate", "unused-rate")),
        ("// pepa: ignore self-loop, unused-rate", ("zero-rate",)),
        ("// pepa: ignore self-loop unused-rate", ("zero-rate",)),
        ("// pepa: ignore ,self-loop,", ("zero-rate", "unused-rate")),
        ("// pepa: ignore self-loop: it is meant", ("zero-rate", "unused-rate")),
        ("// pepa: ignored", CODES),
        ("// pepa ignore", CODES),
        ("// pepa: Ignore", CODES),
        ("/* pepa: ignore */", CODES),
    ],
)
def test_a_comment_waives_what_it_names_on_its_line(comment, kept):
    text = f"one\ntwo {comment}\nthree"
    assert left(text) == [*all_of(1), *((2, code) for code in kept), *all_of(3)]
    assert left(text.replace("\n", "\r\n")) == left(text)


def test_errors_are_never_waived():
    assert left("one // pepa: ignore", Severity.ERROR) == all_of(1)


def test_a_code_that_does_not_exist_waives_nothing_and_is_told_in_its_place():
    text = "one\ntwo // pepa: ignore self-lop, zero-rate\nthree // pepa: ignore xyz"
    found = heeded([], text)
    assert [(one.code, text[one.span.start : one.span.end], one.hint) for one in found] == [
        ("unknown-waiver", "self-lop", "did you mean `self-loop`?"),
        ("unknown-waiver", "xyz", "`pepa help` lists the codes"),
    ]
    assert (2, "self-loop") in left(text)
