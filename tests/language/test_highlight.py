"""Tokens for the editor."""

from hypothesis import given
from hypothesis import strategies as st

from pepa.language.highlight import open_behind, tokens
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
