"""A text says the same whatever ends its lines: a line feed, a carriage return, or both."""

import pytest
from hypothesis import given, settings

from pepa.control.error import PepaError
from pepa.language.format import formatted
from pepa.language.problem import LineIndex, ModelError
from pepa.net.check import check_text
from tests.language.written import models

TEXT = "// P = (a, 1).P;\nr = 1.0; // per hour\nP = (a, r).P;\nP\n"


def problems(text):
    """Return what is wrong with a text, each with its line and column."""
    try:
        found = check_text(text).warnings
    except ModelError as error:
        found = error.problems
    lines = LineIndex(text)
    places = [lines.place(problem.span) for problem in found]
    return [(one.code, one.message, place.line, place.column) for one, place in zip(found, places, strict=True)]


def laid_out(text):
    """Return a text laid out; nothing where it cannot be."""
    try:
        return formatted(text)
    except PepaError:
        return ""


@pytest.mark.parametrize("end", ["\r", "\r\n"])
def test_a_comment_ends_with_its_line(end):
    assert check_text(TEXT.replace("\n", end)).parameters["r"].value == 1.0


@settings(max_examples=60)
@given(models())
def test_problems_and_layout_are_alike_for_all_line_ends(text):
    for end in ("\r", "\r\n"):
        other = text.replace("\n", end)
        assert problems(other) == problems(text)
        assert laid_out(other) == laid_out(text).replace("\n", end if "\n" in text else "\n")
