"""Text on its way to a terminal: nothing in it commands, nothing in it is lost to the reader."""

import json
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pepa.language.parser import parse
from pepa.language.problem import LineIndex
from pepa.language.shown import escaped, shown

ANY = st.text(st.characters(codec=None) | st.sampled_from("\x00\x1b\x7f\x9b\u202e\u2066\ufeff\ud800\udc9b\t\n\r"))
DIRECTIONS = {"LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI"}


def commands(sign):
    """Whether a character commands a terminal or turns the order, by what Unicode says of it."""
    if sign in "\t\n":
        return False
    return (
        unicodedata.category(sign) in {"Cc", "Zl", "Zp", "Cs"}
        or unicodedata.bidirectional(sign) in DIRECTIONS
        or sign in "\u061c\u200e\u200f\ufeff"
    )


@given(ANY)
def test_what_is_shown_holds_no_command_and_all_else_as_it_was(text):
    safe = shown(text)
    assert not any(map(commands, safe))
    assert shown(safe) == safe
    position = 0
    for sign in text:
        if not commands(sign):
            assert safe[position] == sign
            position += 1
        else:
            position += 1 if ord(sign) < 0x80 else 4 if ord(sign) < 0x100 or 0xDC80 <= ord(sign) <= 0xDCFF else 6
    assert position == len(safe)


def test_every_character_that_commands_is_shown_as_another_and_no_other_is():
    for code in range(0x10000):
        assert (shown(chr(code)) != chr(code)) == commands(chr(code)), hex(code)


@pytest.mark.parametrize(
    ("text", "safe"),
    [("\x1b[2J", "␛[2J"), ("\x00", "␀"), ("\r", "␍"), ("\x7f", "␡"), ("\x9b2J", "\\x9b2J"), ("a\u202eb", "a\\u202eb"),
     ("\udc9b", "\\x9b"),
     ("\udc80\udcff", "\\x80\\xff"), ("\udc7f", "\\udc7f"), ("\ud800", "\\ud800"),
     ("\u2028", "\\u2028"), ("\t\n é ∞", "\t\n é ∞")],
)  # fmt: skip
def test_each_kind_has_its_sign(text, safe):
    assert shown(text) == safe


@given(st.recursive(ANY, lambda inner: st.lists(inner) | st.dictionaries(ANY, inner), max_leaves=6))
def test_escaped_json_says_the_same(value):
    written = escaped(json.dumps(value, ensure_ascii=False))
    assert json.loads(written) == value
    assert not any(map(commands, written))


@given(st.characters(codec="utf-8").filter(lambda sign: sign not in '"\n\r'))
def test_a_name_holds_no_character_that_cannot_be_shown(sign):
    text = f'P = (a, 1).P;\n"x{sign}y" = 1;\nP'
    found = [problem for problem in parse(text).problems if problem.code == "harmful-name"]
    assert bool(found) == (commands(sign) or sign == "\t")
    for problem in found:
        place = LineIndex(text).place(problem.span)
        assert (place.line, place.column, place.end_column) == (2, 3, 4)
        assert f"U+{ord(sign):04X}" in problem.message
