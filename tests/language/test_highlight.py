"""Tokens for the editor."""

from pepa.language.highlight import comment_state, tokens


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


def test_block_comments_reach_over_lines():
    assert comment_state(["a /* b", "c", "d */ e", "/* x */ y", "z"]) == [False, True, True, False, False]
