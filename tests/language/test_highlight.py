"""Tokens for the editor."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pepa.language import highlight
from pepa.language.highlight import open_behind, stops, tokens
from pepa.language.statements import blank_comments


def kinds(line):
    return [(line[start:end].strip(), kind) for start, end, kind in tokens(line)]


def test_an_activity():
    assert [pair for pair in kinds("P = (think, 2.5).P'; // end") if pair[1] != "operator"] == [
        ("P", "process"), ("think", "action"), ("2.5", "number"), ("P'", "process"), ("// end", "comment"),
    ]  # fmt: skip


def test_passive_rates_and_sets():
    found = kinds("(a, infty).Q + (b, T).T <a, b> R/{c}")
    assert ("infty", "passive") in found
    assert ("T", "passive") in found
    assert ("T", "process") in found
    assert ("<a, b>", "cooperation") in found


def test_percent_marks_a_rate_or_starts_a_comment():
    assert ("r", "rate") in kinds("%r = 2;")
    assert kinds("% a comment") == [("% a comment", "comment")]


@given(st.lists(st.sampled_from(["/*", "*/", "//", "%", '"', "a", " ", "/", "*", "\n"]), max_size=12).map("".join))
def test_block_comments_are_open_where_the_parser_skips(text):
    is_open = False
    for number, line in enumerate(lines := text.split("\n")):
        before = "".join(f"{each}\n" for each in lines[:number])
        skipped = not blank_comments(f"{before}x")[0].endswith("x")
        assert is_open == skipped
        is_open = open_behind(line, is_open)


WORDS = [
    "a", "P", "(", ")", ",", " ", "=", "+", "*", "/*", "*/", "//", '"', "%", "% r = 2;", "<a, b>", "/{a, b}", "\\ {c}",
    "1.0", "1e+5", "(a, 1.0).P", "/", "infty", "T", ";", '"q r"', "/* c */",
]  # fmt: skip
CODE = st.lists(st.sampled_from(WORDS), max_size=25).map("".join)
IN_SETS = ('"', "%", "//", "/*")  # a set that holds one is a token from its start only


@given(CODE, st.lists(st.tuples(st.integers(0, 99), st.integers(0, 9), CODE), max_size=6))
def test_colours_of_a_part_of_a_line_are_those_of_the_whole(line, edits):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(highlight, "STEP", 6)
        patch.setattr(highlight, "NEAR", 3)
        known = stops(line)
        for place, length, new in edits:
            left, right = min(place, len(line)), min(place + length, len(line))
            line = line[:left] + new + line[right:]
            known = stops(line, 0, known, (left, right, len(new)))
            assert (known.quote, known.is_open) == (stops(line).quote, stops(line).is_open)
        whole = [*tokens(line)]
        if any(kind == "cooperation" and any(sign in line[a:b] for sign in IN_SETS) for a, b, kind in whole):
            return
        for column in range(len(line) + 1):
            start = known.token_before(line, column)
            assert start <= column
            assert [one for one in tokens(line, start) if one[1] > column] == [one for one in whole if one[1] > column]
