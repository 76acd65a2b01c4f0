"""Keys out of bytes: whatever the packets they come in, they mean what they mean when sent slowly."""

import codecs
import itertools

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from textual import events

from workbench.terminal.keys import ALT, KeyParser

CONTROLS = [chr(code) for code in range(1, 27)] + ["\x00", "\x1c", "\x1f", "\x7f"]
ARROWS = [f"\x1b[{final}" for final in "ABCDHFZ"] + ["\x1bOA", "\x1bOD"]
MODIFIED = [f"\x1b[1;{modifier}{final}" for modifier in (2, 3, 5, 6) for final in "ABCDHFPQRS"]
NUMBERED = [f"\x1b[{number}~" for number in (2, 3, 5, 6, 15, 17, 18, 19, 20, 21, 23, 24)]
FUNCTION = ["\x1bOP", "\x1bOQ", "\x1bOR", "\x1bOS", "\x1b[[A", "\x1b[24;2~", "\x1b[13;2~", "\x1b[97;5u", "\x1b[3$"]
ALT_DIGITS = [f"\x1b{digit}" for digit in "0123456789"]
MOUSE = ["\x1b[<0;10;5M", "\x1b[<0;10;5m", "\x1b[<64;3;4M", "\x1b[M !!"]
REPORTS = ["\x1b[I", "\x1b[O", "\x1b[?2026;2$y", "\x1b[?1;2c", "\x1b[>0;276;0c", "\x1b[7777z"]
TEXTS = ["", "x", "P = (a, r).P;\nP\n", "\x1b", "a\x1bb\n", "tail~", "\x1b[201", "é漢\u0301", "\x00"]
PASTES = [f"\x1b[200~{text}\x1b[201~" for text in TEXTS]
TYPED = list("aZ5[O~;(< é漢\u0301")

KEYS = st.one_of(
    *(st.sampled_from(kind) for kind in (TYPED, CONTROLS, ARROWS, MODIFIED, NUMBERED, FUNCTION, ALT_DIGITS, PASTES)),
    st.sampled_from(MOUSE + REPORTS),
    st.just("\x1b"),
)


def told_apart(keys):
    """Leave out what follows Esc where the two are, in one packet or any, the same bytes as another key."""
    kept = []
    for key in keys:
        if not (kept and kept[-1] == "\x1b" and key[0] in {*ALT, *"[OaZ"}):
            kept.append(key)
    return kept


def described(found):
    said = ("key", "character", "text")
    return [(type(event).__name__, *(getattr(event, name, None) for name in said)) for event in found]


def timed_out(parser):
    """What a pause brings, if the parser waits for one."""
    if parser._timeout_time is not None:
        parser._timeout_time = 0.0
    return list(parser.tick())


def sent_slowly(keys):
    parser, found = KeyParser(), []
    for key in keys:
        found += [*parser.feed(key), *timed_out(parser)]
    return described(found)


def sent_in_pieces(keys, cuts):
    data = "".join(keys).encode()
    places = sorted({cut % (len(data) + 1) for cut in cuts} | {0, len(data)})
    parser, found = KeyParser(), []
    decode = codecs.getincrementaldecoder("utf-8")("replace").decode
    for start, end in itertools.pairwise(places):
        if text := decode(data[start:end]):
            found += parser.feed(text)
    return described([*found, *timed_out(parser)])


def check(keys, cuts):
    keys = told_apart(keys)
    slowly = sent_slowly(keys)
    assert sent_in_pieces(keys, cuts) == slowly
    assert sent_in_pieces(keys, range(10**4)) == slowly  # byte by byte
    assert sent_in_pieces(keys, []) == slowly  # in one packet


SEQUENCES = st.lists(KEYS, max_size=12)
CUTS = st.lists(st.integers(0, 10**6), max_size=12)


@given(SEQUENCES, CUTS)
@settings(max_examples=300)
def test_keys_in_any_packets_are_the_keys_sent_slowly(keys, cuts):
    check(keys, cuts)


@pytest.mark.slow
@given(SEQUENCES, CUTS)
@settings(max_examples=10_000)
def test_keys_in_any_packets_are_the_keys_sent_slowly_at_length(keys, cuts):
    check(keys, cuts)


@given(st.binary(max_size=60))
@settings(max_examples=300)
def test_no_bytes_end_the_parser(data):
    parser = KeyParser()
    text = data.decode("utf-8", "replace")
    if text:
        list(parser.feed(text))
    timed_out(parser)
    timed_out(parser)
    if not data.startswith(b"\x1b[M") and b"\x1b" not in data:
        assert [event.key for event in parser.feed("x")] == ["x"]


@pytest.mark.parametrize(
    ("data", "keys"),
    [
        ("\x1b4\x1b[A", ["alt+4", "up"]),
        ("\x1b4\x1b2\x1bOP", ["alt+4", "alt+2", "f1"]),
        ("\x1b\x1b4", ["escape", "alt+4"]),
        ("\x1bxy", ["alt+x", "y"]),
        ("\x1bX", ["alt+shift+x"]),
        ("\x1b:", ["escape", "colon"]),
        ("\x1b\t", ["escape", "tab"]),
        ("\x1bb\x1bf\x1b\x7f", ["ctrl+left", "ctrl+right", "ctrl+w"]),
        ("\x1b[1;2R\x1b[1;2S", ["shift+f3", "shift+f4"]),
        ("\x1b[1;3A\x1b[1;3B", ["alt+up", "alt+down"]),
        ("\x1b[7777z\x1b[?1;2cx", ["x"]),
        ("\x1b[1;\x1b[Bx", ["down", "x"]),
        ("\ufffdx", ["x"]),
    ],
)
def test_what_sequences_mean(data, keys):
    parser = KeyParser()
    assert [event.key for event in [*parser.feed(data), *timed_out(parser)]] == keys


@pytest.mark.parametrize(
    ("data", "set_keys", "key"),
    [
        ("\x1br", {"alt+r"}, "alt+r"),
        ("\x1bR", {"alt+R"}, "alt+R"),
        ("\x1bR", {"alt+shift+r"}, "alt+shift+r"),
        ("\x1bb", {"alt+b"}, "alt+b"),
        ("\x1b.", {"alt+full_stop"}, "alt+full_stop"),
        ("\x1b.", {"alt+."}, "alt+."),
    ],
)
def test_keys_set_with_alt_are_read_as_they_are_set(data, set_keys, key):
    parser = KeyParser(set_keys)
    found = [*parser.feed(data), *timed_out(parser)]
    assert [(event.key, event.character) for event in found] == [(key, None)]


def test_escape_and_a_letter_that_comes_by_itself_are_two_keys():
    parser = KeyParser({"alt+r"})
    found = [*parser.feed("\x1b"), *parser.feed("r"), *timed_out(parser)]
    assert [event.key for event in found] == ["escape", "r"]


def test_pasted_text_comes_as_it_is_without_what_cannot_be_seen():
    parser = KeyParser()
    assert list(parser.feed("\x1b[200~one\r\n\x1btwo\x00\tthree\x1b")) == []
    assert timed_out(parser) == []  # a pause in the middle of the end mark
    (paste,) = parser.feed("[201~")
    assert isinstance(paste, events.Paste)
    assert paste.text == "one\r\ntwo\tthree"
    assert [event.key for event in parser.feed("x")] == ["x"]
