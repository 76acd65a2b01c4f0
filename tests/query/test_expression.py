"""Expressions as they are read: Python's own reading of the same text, the parts of properties, places of errors."""

import math
import pickle

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pepa.query.expression import (
    EXCERPT,
    MOST_SIGNS,
    Call,
    ExpressionError,
    Name,
    Number,
    Operation,
    Quantified,
    Route,
    Watched,
    below,
    parse,
    walk,
)
from pepa.query.interpreter import Interpreter

atoms = st.sampled_from(["2", "3", "0.5", "1e1", "7.", ".25"])


def joined(sign):
    return lambda parts: f"{parts[0]} {sign} {parts[1]}"


numbers = st.recursive(
    atoms,
    lambda inner: st.one_of(
        *(st.tuples(inner, inner).map(joined(sign)) for sign in "+-*/"),
        inner.map("-{}".format),
        inner.map("({})".format),
        st.tuples(inner.map("({})".format), st.sampled_from(["2", "3", "-1"])).map("^".join),
    ),
    max_leaves=8,
)
comparisons = st.tuples(numbers, st.sampled_from(["<", "<=", ">", ">=", "=", "!="]), numbers).map(" ".join)
truths = st.recursive(
    comparisons,
    lambda inner: st.one_of(
        *(st.tuples(inner, inner).map(joined(sign)) for sign in "&|"),
        inner.map("({})".format),
        comparisons.map("!{}".format),
    ),
    max_leaves=5,
)


def ours(text):
    return Interpreter(text).value(parse(text))


@given(numbers)
def test_arithmetic_is_read_as_python_reads_it(text):
    try:
        expected = eval(text.replace("^", "**"))
    except ZeroDivisionError:
        assert math.isnan(ours(text))
        return
    found = float(ours(text))
    scale = sum(abs(part.value) for part in walk(parse(text)) if isinstance(part, Number)) + abs(expected)
    assert found == pytest.approx(expected, rel=1e-9, abs=1e-9 * scale) or math.isnan(found)


def in_python(text):
    """Return what a text of & | ! and comparisons is, read by splitting at what binds least: no tree of ours."""
    text = text.strip()
    for sign, together in (("|", any), ("&", all)):
        parts = outside(text, sign)
        if len(parts) > 1:
            return together([in_python(part) for part in parts])
    if text.startswith("!"):
        return not in_python(text[1:])
    for sign in ("<=", ">=", "!=", "<", ">", "="):
        parts = outside(text, sign)
        if len(parts) == 2:
            left, right = (eval(part.replace("^", "**")) for part in parts)
            same = math.isclose(left, right, rel_tol=1e-9)
            strict = (left < right if "<" in sign else left > right) and not same
            return {"=": same, "!=": not same}.get(sign, strict or (same and len(sign) == 2))
    assert text.startswith("("), text
    return in_python(text[1:-1])


def outside(text, sign):
    """Return the parts of a text between signs that stand in no parentheses."""
    parts, depth, at = [""], 0, 0
    while at < len(text):
        depth += (text[at] == "(") - (text[at] == ")")
        if depth == 0 and text.startswith(sign, at):
            parts.append("")
            at += len(sign)
            continue
        parts[-1] += text[at]
        at += 1
    return parts


@given(truths)
def test_logic_is_read_with_and_before_or_and_not_before_both(text):
    try:
        expected = in_python(text)
    except ZeroDivisionError:
        return
    assert bool(ours(text)) == expected


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("2 - 3 - 4", -5),
        ("16 / 4 / 2", 2),
        ("2 ^ 3 ^ 2", 512),  # from the right
        ("-2 ^ 2", -4),
        ("2 ^ -1", 0.5),
        ("2 * 3 ^ 2", 18),
        ("--2", 2),
        ("+3 - -2", 5),
        ("1 - 2 + 3", 2),
        ("6 / 2 * 3", 9),
        ("1 < 2 => 3 < 2", False),
        ("2 < 1 => 2 < 1 => 2 < 1", True),  # from the right
        ("1 < 2 => 2 < 1 => 2 < 1", True),
        ("(1 < 2 => 2 < 1) => 2 < 1", True),
        ("1 < 2 | 1 < 2 => 2 < 1", False),  # binds least
        ("!1 < 2 | 1 < 2", True),
        ("!(1 < 2 | 1 < 2)", False),
        ("1 < 2 & 2 < 1 | 1 < 2", True),
        ("1 < 2 | 2 < 1 & 2 < 1", True),
        ("1 + 1 = 2 & 3 = 2 + 1", True),
        ("(1 < 2) + 1", 2),
    ],
)
def test_what_binds_more(text, value):
    assert ours(text) == value


# Properties


def quantified(text):
    found = parse(text)
    assert isinstance(found, Quantified)
    return found


def source(text, node):
    return None if node is None else text[node.span.start : node.span.end]


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        # quantifier, comparison, bound, operator, operands, low, high, reward
        ("P=? [ X a > 1 ]", ("P", "=?", None, "X", ["a > 1"], None, None, None)),
        ("P>=0.9 [ F<=10 a ]", ("P", ">=", "0.9", "F", ["a"], None, "10", None)),
        ("P<r [ G>=2 a ]", ("P", "<", "r", "G", ["a"], "2", None, None)),
        ("P<r [ G>2 a ]", ("P", "<", "r", "G", ["a"], "2", None, None)),
        ("P<r [ G<2 a ]", ("P", "<", "r", "G", ["a"], None, "2", None)),
        ("P>0 [ a U[1,r] b ]", ("P", ">", "0", "U", ["a", "b"], "1", "r", None)),
        ("P<=1 [ a & b W b | c ]", ("P", "<=", "1", "W", ["a & b", "b | c"], None, None, None)),
        ("P=? [ a U<(r + 1) b ]", ("P", "=?", None, "U", ["a", "b"], None, "r + 1", None)),
        ("P = ? [ F[2, 3] a ]", ("P", "=?", None, "F", ["a"], "2", "3", None)),
        ("S=? [ a => b ]", ("S", "=?", None, "S", ["a => b"], None, None, None)),
        ("S>=0.5 [ a ]", ("S", ">=", "0.5", "S", ["a"], None, None, None)),
        ("R=? [ F a ]", ("R", "=?", None, "F", ["a"], None, None, None)),
        ("R{b}=? [ C<=5 ]", ("R", "=?", None, "C", [], None, "5", "b")),
        ("R{b}=? [ C ]", ("R", "=?", None, "C", [], None, None, "b")),
        ("R{b + 1}>2 [ I=r ]", ("R", ">", "2", "I", [], "r", None, "b + 1")),
        ("R{b}=? [ S ]", ("R", "=?", None, "S", [], None, None, "b")),
        ("R{b}=? [ LRA ]", ("R", "=?", None, "S", [], None, None, "b")),
    ],
)
def test_the_parts_of_a_property(text, parts):
    found = quantified(text)
    told = (
        found.quantifier,
        found.comparison,
        source(text, found.bound),
        found.operator,
        [source(text, one) for one in found.operands],
        source(text, found.low),
        source(text, found.high),
        source(text, found.reward),
    )
    assert told == parts
    assert source(text, found) == text
    assert len(below(found)) == len([part for part in (*parts[4], parts[2], *parts[5:]) if part is not None])


def test_letters_of_properties_are_names_elsewhere():
    for text in ("P + S", "R > 1", "P(x)", "X", "F + G", "U = 1", "S > 0.5", "C <= 2 & I = 1"):
        assert not any(isinstance(node, Quantified) for node in walk(parse(text)))
    inner = quantified("P=? [ F (X = 1) ]")
    assert isinstance(inner.operands[0], Operation)
    nested = parse("P>0.5 [ F<=2 S>0.1 [ X > 1 ] & R{up}<3 [ F a ] ] => P > 1")
    assert [node.quantifier for node in walk(nested) if isinstance(node, Quantified)] == ["P", "S", "R"]


def test_names_calls_and_ways():
    assert isinstance(parse("a.b"), Name)
    assert (parse("a.b").group, parse("a.b").name) == ("a", "b")
    assert (parse("a").group, parse("a'").name) == (None, "a'")
    assert parse('"(c, 1).A"').name == "(c, 1).A"
    call = parse("responsetime(A, B)")
    assert isinstance(call, Call)
    assert (call.function, [one.name for one in call.arguments]) == ("responsetime", ["A", "B"])
    assert parse("f()").arguments == ()
    (way,) = parse("passage(User: a | b -> c & d)").arguments
    assert isinstance(way, Route)
    assert way.member == "User"
    assert (way.begin.operator, way.end.operator) == ("|", "&")
    number, way = parse("quantile(0.9, a -> b)").arguments
    assert (number.value, way.member) == (0.9, "")
    (watched,) = parse("passage(User::a:start, b{2}, (c | d):stop)").arguments
    assert isinstance(watched, Watched)
    assert watched.text.strip() == "User::a:start, b{2}, (c | d):stop"


@given(truths)
def test_every_part_has_its_place_in_the_text(text):
    tree = parse(text)
    for node in walk(tree):
        assert 0 <= node.span.start < node.span.end <= len(text)
        for part in below(node):
            assert node.span.start <= part.span.start
            assert part.span.end <= node.span.end
        if isinstance(node, Number):
            assert float(text[node.span.start : node.span.end]) == node.value


@pytest.mark.parametrize(
    ("text", "said", "start", "hint"),
    [
        ("", "an expression is missing", 0, "as in throughput(useVM)"),
        ("  \n ", "an expression is missing", 0, "as in throughput(useVM)"),
        ("1 +", "unexpected end", 3, "expected"),
        ("1 +  ", "unexpected end", 3, "expected"),
        ("(1 + 2", "unexpected end", 6, "`)`"),
        ("1 + 2)", "unexpected `)`", 5, "expected"),
        ("1 2", "unexpected `2`", 2, "an operator"),
        ("a b", "unexpected `b`", 2, "an operator"),
        ("f(1,)", "unexpected `)`", 4, "a number"),
        ("1 = 2 = 3", "unexpected `=`", 6, "expected"),
        ("a $ b", "unexpected `$`", 2, ""),
        ("P=? [ F<=10 ]", "unexpected `]`", 12, ""),
        ("P=? [ a ]", "unexpected `]`", 8, ""),
        ("population((c, 1).A)", "unexpected", 13, "is quoted"),
        ('"', 'unexpected `"`', 0, ""),
    ],
)
def test_texts_that_are_none_are_marked_where_they_go_wrong(text, said, start, hint):
    with pytest.raises(ExpressionError) as caught:
        parse(text)
    error = caught.value
    assert error.said.startswith(said)
    assert error.span.start == start
    assert hint in error.hint
    first, shown, mark = error.message.splitlines()
    assert first.endswith(f", at column {start + 1}")
    assert mark.index("^") - 4 == start
    assert shown[4:] == text.replace("\n", " ")


@pytest.mark.parametrize("length", [10, 400, 3000])
def test_an_error_far_into_a_long_text_is_shown_with_what_stands_around_it(length):
    text = "1" + " + 1" * min(100, length // 4) + " " * length + "$ + 2"
    with pytest.raises(ExpressionError) as caught:
        parse(text)
    _, shown, mark = caught.value.message.splitlines()
    assert shown[mark.index("^")] == "$"
    assert len(shown) <= EXCERPT + 4
    again = pickle.loads(pickle.dumps(caught.value))
    assert (again.message, again.hint, again.span) == (caught.value.message, caught.value.hint, caught.value.span)


def test_what_is_too_deep_is_refused_at_the_sign_that_is_too_many():
    parse("1" + "+1" * MOST_SIGNS)
    text = "1" + "+1" * (MOST_SIGNS + 1)
    with pytest.raises(ExpressionError, match="more than 500 operators and parentheses") as caught:
        parse(text)
    assert caught.value.span.start == len(text) - 2
    with pytest.raises(ExpressionError, match="more than 500"):
        parse("(" * 501 + "1" + ")" * 501)
