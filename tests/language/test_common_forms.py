"""What is read without the parser is what the parser reads: the same trees and problems, at the same places."""

from unittest import mock

from hypothesis import given, settings
from hypothesis import strategies as st

from pepa.language import common_forms
from pepa.language.parser import parse

NAMES = st.sampled_from(["P", "Q'", "r", "p_1", '"my x"', '"T"', "T", "infty", "_a", "é"])
NUMBERS = st.sampled_from(["2", "0", ".5", "1.", "1e-3", "2.5E+2", "1e400", "1_0"])
GAPS = st.sampled_from(["", "", "", " ", "\n", "  ", "// c\n", "/* c */"])
SLIPS = st.sampled_from(["", *"()[]{}+-*/^,.;=<>#é²", "**", "||", "<*>", "0x", " "])


def spaced(*parts):
    """Texts one after the other, with gaps between them."""
    woven = [each for part in parts for each in (GAPS, st.just(part) if isinstance(part, str) else part)]
    return st.tuples(*woven, GAPS).map("".join)


def joined(part, signs, most=3):
    signed = st.tuples(st.sampled_from(signs), part).map("".join)
    return st.tuples(part, st.lists(signed, max_size=most - 1).map("".join)).map("".join)


EXPRESSIONS = st.recursive(
    spaced(st.one_of(NUMBERS, NAMES)),
    lambda inner: st.one_of(spaced("(", inner, ")"), joined(inner, ["+", "-", "*", "/", "*", "^", "**"])),
    max_leaves=5,
)
ACTIVITIES = spaced("(", NAMES, ",", EXPRESSIONS, ")", ".")
TERMS = st.tuples(st.lists(ACTIVITIES, max_size=3).map("".join), spaced(NAMES)).map("".join)
CHOICES = joined(TERMS, ["+"])
SETS = st.sampled_from(["||", "<>", "<*>", "< a , b >", "<a>", '<"my x">', "<a,>"])
MEMBERS = st.one_of(spaced(NAMES), spaced(NAMES, "[", EXPRESSIONS, "]"))
SYSTEMS = st.recursive(
    st.tuples(MEMBERS, st.lists(st.tuples(SETS, MEMBERS).map("".join), max_size=3).map("".join)).map("".join),
    lambda inner: st.one_of(
        spaced("(", inner, ")"),
        spaced("(", inner, ")", "[", EXPRESSIONS, "]"),
        st.tuples(inner, SETS, inner).map("".join),
    ),
    max_leaves=4,
)
STATEMENTS = st.one_of(
    spaced(NAMES, "=", EXPRESSIONS, ";"), spaced(NAMES, "=", CHOICES, ";"), spaced(NAMES, "=", SYSTEMS, ";")
)


def told(text):
    parsed = parse(text)
    return repr(parsed.model), [(one.code, one.span, one.message, one.hint) for one in parsed.problems]


def by_parser(text):
    nothing = {name: mock.Mock(return_value=None) for name in ("expression", "process", "composition")}
    with mock.patch.multiple(common_forms, **nothing):
        return told(text)


@settings(max_examples=300, deadline=None)
@given(st.lists(STATEMENTS, max_size=2).map("".join), SYSTEMS, st.integers(0, 400), SLIPS)
def test_every_text_is_read_as_the_parser_reads_it(definitions, system, place, slip):
    text = definitions + system
    assert told(text) == by_parser(text)
    at = place % (len(text) + 1)
    wrong = text[:at] + slip + text[at + 1 :]
    assert told(wrong) == by_parser(wrong)
