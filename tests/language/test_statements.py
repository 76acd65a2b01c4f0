"""A text cut into statements: what a comment is, where a definition begins, and a `;` that was forgotten anywhere."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pepa.language.edit import applied
from pepa.language.fixes.fixes import fixes
from pepa.language.parser import parse
from pepa.language.problem import LineIndex
from pepa.language.statements import blank_comments, split
from tests.models import MODELS

PIECES = ["/*", "*/", "//", '"', "a", " ", "/", "*", "\n", ";", "=", "'", "P"]


def without_comments(text):
    """Return a text with comments blank, sign by sign: a quoted name goes to the end of its line at most."""
    kept, at = list(text), 0
    while at < len(text):
        if text[at] == '"':
            closing = re.match(r'"[^"\n]*"', text[at:])
            at += closing.end() if closing else 1
            continue
        if text.startswith("//", at):
            end = text.find("\n", at)
            end = len(text) if end < 0 else end
        elif text.startswith("/*", at):
            end = text.find("*/", at + 2)
            end = len(text) if end < 0 else end + 2
        else:
            at += 1
            continue
        kept[at:end] = [sign if sign == "\n" else " " for sign in text[at:end]]
        at = end
    return "".join(kept)


@given(st.lists(st.sampled_from(PIECES), max_size=14).map("".join))
def test_comments_are_blank_and_all_else_stays(text):
    blanked, problems = blank_comments(text)
    expected = without_comments(text)
    assert len(blanked) == len(text)
    assert blanked.replace("'", " ") == expected.replace("'", " ")
    is_open = "/*" in text and not text.rstrip().endswith("*/") and expected.endswith(" ")
    assert len(problems) <= 1
    for problem in problems:
        assert is_open or expected[problem.span.start :].strip() == ""
        assert text[problem.span.start : problem.span.end] == "/*"
        assert problem.hint == "end it with `*/`"


@pytest.mark.parametrize(
    ("text", "blanked"),
    [
        ("'A' = B';", " A  = B';"), ("x'A' 'A'x", "x'A' 'A'x"), ("\"'A'\" 'B'", "\"'A'\"  B "), ("'1'", "'1'"),
        ('"a//b" // c', '"a//b"     '), ('"a\n// b', '"a\n    '), ("/*/ a */ b", "         b"), ("/**/a", "    a"),
        ("a % b", "a    "), ("%r = 1;", "%r = 1;"), ("% r := 1;", "% r := 1;"), ("% r = 1", "       "),
        ("% r = (a, 1);", " " * 13), ("// a\r\nb\r// c\rd", "     \nb\n    \nd"),
    ],
)  # fmt: skip
def test_each_kind_of_comment_and_of_quotes(text, blanked):
    assert blank_comments(text)[0] == blanked


@pytest.mark.parametrize(
    ("text", "rates"),
    [
        ("% r = 2;\nr = 1;\n", ["r"]),
        ("%r = 2;\nr = 1;\n", ["r"]),
        ("%r = 2;\ns = 1;\n", ["r", "s"]),
        ("% r = 2;\ns = 1;\n", ["s"]),
        ("% r = 2;\ns = r;\n", ["r", "s"]),
        ("% r = 2;\n% s = 3;\n", ["r", "s"]),
        ("% r = 2;\n% s = 2*r;\nt = 1;\n", ["r", "t"]),
        ("% r = 2; s = 3;\nr = 1;\n", ["r"]),
        ("// r = 1;\n% r = 2;\n", ["r"]),
        ('r = 1;\n"x % r = 2;" = 3;\n', ["r", "x % r = 2;"]),
    ],
)
def test_what_stands_behind_a_percent_sign_is_told_from_the_rest(text, rates):
    found = split(f"{text}P = (a, 1).P;\nP").found
    assert [one.name.strip('"') for one in found if one.is_rate] == rates
    assert [one.name for one in found[-2:]] == ["P", None]


@pytest.mark.parametrize("path", MODELS, ids=lambda path: path.stem)
def test_a_semicolon_forgotten_at_the_end_of_any_line_is_told_there_and_put_back(path):
    whole = path.read_text(encoding="utf-8")
    blanked = split(whole).text
    places = [match.start() for match in re.finditer(r";(?=[^\n;]*\n\s*[A-Za-z\"(])", blanked)]
    assert places
    for place in places[:: max(1, len(places) // 12)]:
        text = whole[:place] + whole[place + 1 :]
        (problem,) = parse(text).problems
        assert problem.code == "missing-semicolon"
        end = len(blanked[:place].rstrip())
        assert problem.span == (end - 1, end)
        (fix,) = fixes(problem, text)
        assert parse(applied(text, fix.edits)).problems == ()
        assert re.sub(r"\s*;", ";", applied(text, fix.edits)) == re.sub(r"\s*;", ";", whole)


DEFINITIONS = st.sampled_from(["r = 1", "P = (a, r).P", "%s = 2", "#Q := (b, 1).P", '"x;=y" = 3', "R = S[2]"])


@settings(max_examples=60)
@given(st.lists(DEFINITIONS, max_size=5), st.sampled_from([" ", "\n", "  // c; x = 1\n", "/* ;= */"]))
def test_every_statement_is_found_where_it_stands(definitions, gap):
    text = "".join(f"{gap}{one} ;" for one in definitions) + gap + "P <a> P" + gap
    found = split(text).found
    assert [text[one.span.start : one.span.end] for one in found] == [*definitions, "P <a> P"]
    for one, written in zip(found, definitions, strict=False):
        head = re.match(r"[%#]?(\"[^\"]*\"|\w+)\s*:?=", written)
        assert text[one.name_span.start : one.name_span.end] == one.name == head[1]
        assert one.body == one.span.start + head.end()
        assert one.is_rate == (written[0] in 'r%"')


def test_problems_of_crowded_lines_have_their_columns():
    text = "P = (a 1).P; Q = (b, ).Q; r = 1 +; R = (c, r)R;\nP <a"
    lines = LineIndex(text)
    places = [(lines.place(one.span).line, lines.place(one.span).column) for one in parse(text).problems]
    assert places == [(1, 8), (1, 22), (1, 33), (1, 46), (2, 3)]
