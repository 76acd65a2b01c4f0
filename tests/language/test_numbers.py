"""Texts and values that become numbers, and how those are told that do not."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pepa.control.error import PepaError
from pepa.language.numbers import LARGEST, SMALLEST, counted, number, shortened, told_number
from pepa.language.printer import expression_text, number_text
from tests.language.test_parser import model
from tests.language.written import expressions

WITHIN = st.floats(SMALLEST, LARGEST) | st.floats(-LARGEST, -SMALLEST) | st.just(0.0)


@given(WITHIN)
def test_a_number_written_by_any_printer_reads_back(value):
    for written in (repr(value), f" {value!r}\n", number_text(value)):
        assert number(written) == value
    assert counted(value) == value


@given(st.floats(0, 1e150, exclude_min=True).filter(lambda value: value >= 1e-150))
def test_a_number_written_in_a_model_is_the_one_that_is_read(value):
    written = number_text(value)
    assert expression_text(model(f"r = {written};\nP = (a, r).P;\nP").rates[0].expression) == written


@pytest.mark.parametrize("value", [LARGEST, -LARGEST, SMALLEST, -SMALLEST, 0.0])
def test_the_bounds_are_numbers_themselves(value):
    assert counted(value) == value
    assert isinstance(counted(value), float)


@pytest.mark.parametrize(
    ("value", "message", "hint"),
    [
        (math.nextafter(LARGEST, math.inf), "`1e+150` is too large: numbers are at most 1e+150", "another unit"),
        (-2e150, "`-2e+150` is too large", "another unit"),
        (10**150 + 1, "too large", "another unit"),
        (math.nextafter(SMALLEST, 0), "is too near 0: numbers are 0, or at least 1e-150", "write 0"),
        (-5e-324, "`-4.94066e-324` is too near 0", "write 0"),
        (math.nan, "`nan` is not a finite number", "as in 12"),
        (-math.inf, "`-inf` is not a finite number", "as in 12"),
        (10**400, "`a whole number of some 401 digits` is too large", "another unit"),
        (-(10**400), "`a negative whole number of some 401 digits` is too large", "another unit"),
    ],
)
def test_what_is_beyond_the_bounds_is_refused_in_few_words(value, message, hint):
    with pytest.raises(PepaError) as raised:
        counted(value)
    assert message in raised.value.message
    assert hint in raised.value.hint


@pytest.mark.parametrize(
    ("text", "message"),
    [("", "`` is not a number"), ("1,5", "`1,5` is not a number"), (" two ", "`two` is not a number"),
     ("1e400", "`1e400` is not a finite number"), (" 1e200 ", "`1e200` is too large"), ("nan", "`nan` is not a finite"),
     ("1e-200", "`1e-200` is too near 0"), ("x" * 99, f"`{'x' * 20}...{'x' * 20}` is not a number")],
)  # fmt: skip
def test_what_was_typed_is_told_as_it_was_typed(text, message):
    with pytest.raises(PepaError) as raised:
        number(text)
    assert raised.value.message.startswith(message)


@given(st.text(max_size=90), st.integers(1, 20))
def test_a_long_text_keeps_both_its_ends(text, length):
    short = shortened(text, length)
    if len(text) <= 2 * length:
        assert short == text
    else:
        assert short == f"{text[:length]}...{text[len(text) - length :]}"


@given(
    st.integers(0, 10**30).map(lambda number: 10**151 + number) | st.integers(151, 999).map(lambda most: 10**most - 1)
)
def test_the_digits_of_a_whole_number_too_long_to_write_are_counted(value):
    told = told_number(value)
    assert abs(int(told.split("some ")[1].split()[0].replace(",", "")) - len(str(value))) <= 1
    assert told_number(-value) == told.replace("a whole", "a negative whole")


def test_a_whole_number_is_told_by_its_thousands():
    assert (told_number(1234567), told_number(-1234), told_number(0.5)) == ("1,234,567", "-1,234", "0.5")
    assert len(told_number(10**149)) < 50


@given(expressions())
def test_an_expression_that_is_printed_reads_back_as_it_is_printed(text):
    def read(written):
        return expression_text(model(f"r = {written};\nP = (a, r).P;\nP").rates[0].expression)

    try:
        printed = read(text)
    except AssertionError:
        return  # no model: a name that is written alone may be that of a process
    assert read(printed) == printed
