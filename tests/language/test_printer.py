"""Figures as a reader wants them."""

import math

import pytest

from pepa.language.printer import figure, margin


@pytest.mark.parametrize(
    ("value", "text"),
    [(0, "0"), (0.5, "0.5000"), (1234567.0, "1.235e+06"), (12, "12.00"), (1234.0, "1234"), (math.inf, "infinite"),
     (-math.inf, "minus infinite"), (math.nan, "no value")],
)  # fmt: skip
def test_a_figure_has_four_digits(value, text):
    assert figure(value) == text


@pytest.mark.parametrize(
    ("asked", "text"), [("2", "0.67"), ("6", "0.666667"), ("15", "0.666666666666667"), ("1", "0.6667"), ("x", "0.6667")]
)
def test_a_figure_has_as_many_digits_as_asked(monkeypatch, asked, text):
    monkeypatch.setenv("PEPA_DIGITS", asked)
    assert figure(2 / 3) == text
    assert figure(2 / 3, 3) == "0.667"


@pytest.mark.parametrize(
    ("half", "of", "text"),
    [(0, 1.0, "0"), (3e-11, 0.5, "3e-11"), (0.0123, 0.5, "0.012"), (math.inf, 1.0, "not known"),
     (math.nan, 1.0, "not known"), (2.7e-24, 0.7, "rounding"), (2.7e-24, -1e-7, "rounding"), (2.7e-24, 1e-9, "3e-24"),
     (2.7e-24, 0.0, "3e-24")],
)  # fmt: skip
def test_a_margin_below_the_rounding_of_its_figure_says_no_more_than_that(half, of, text):
    assert margin(half, of) == text
