"""Lines that are folded to their width, and left with nothing lost."""

from hypothesis import given
from hypothesis import strategies as st

from workbench.widgets.told import NARROWEST, folded

WORDS = st.lists(st.text("abcdef-→", min_size=1, max_size=14), max_size=30).map(" ".join)


@given(WORDS, st.integers(0, 70), st.integers(30, 200))
def test_no_word_is_lost_and_no_line_is_too_wide(text, before, width):
    fixed = "x" * before
    lines = folded(fixed, text, width)
    assert " ".join(" ".join(lines).removeprefix(fixed).split()) == text
    assert all(len(line) <= max(width, before, NARROWEST + 4) for line in lines)


def test_what_follows_stands_beneath_where_it_began():
    assert folded("  a   ", "one two three four five six", 31) == ["  a   one two three four five", "      six"]
    assert folded("", "one two three four five six seven", 28) == ["one two three four five six", "  seven"]
