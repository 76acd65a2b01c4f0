"""What an editor is told of names: values, users and places, words that fit, and the outline of any text."""

import pytest
from hypothesis import given, settings

from pepa.language.completion import completion
from pepa.language.hover import hover
from pepa.language.nearest import Nearest, known_parameters, nearest
from pepa.language.occurrences import Kind, occurrences
from pepa.language.outline import outline
from pepa.language.printer import name_text
from pepa.language.uses import dependents, rate_uses
from tests.language.written import models

TEXT = (
    "r = 2; s = 3*r; bad = 1/(r - 2); w = 2*infty;\n"
    'P = (a, r).(b, s).P + (a, w).Q + (c, bad).P;\nQ = (b, infty).Q; Alias = Q; "my N" = (a, 1)."my N";\n'
    "P[r] <a, b> (Q || Alias)/{c}"
)


def told(what, nth=1, text=TEXT):
    at = -1
    for _ in range(nth):
        at = text.index(what, at + 1)
    return hover(text, at).lines


@pytest.mark.parametrize(
    ("what", "nth", "lines"),
    [
        ("r =", 1, ("rate r = 2", "used in s, bad, P, the system equation")),
        ("s =", 1, ("rate s = 3*r = 6", "used in P")),
        ("bad", 1, ("rate bad = 1/(r - 2) (no value)", "used in P")),
        ("w =", 1, ("rate w = 2*infty", "used in P")),
        ("Alias", 1,
         ("process Alias: 1 activity", "  (b, infty) to Q", "derivatives: Alias, Q", "used in the system equation")),
        ('"my N"', 1, ("process my N: 1 activity", "  (a, 1) to \"my N\"", "derivatives: my N", 'used in "my N"')),
        ("c, bad", 1, ("action c: done by P", "  P: apparent rate bad", "in the sets of line 4")),
    ],
)  # fmt: skip
def test_what_is_known_of_a_name(what, nth, lines):
    assert told(what, nth) == lines


def test_apparent_rates_are_sums_of_one_kind():
    lines = told("a, r")
    assert lines[0] == "action a: done by P, my N"
    assert lines[1] == "  P: apparent rate r + w"  # active and passive: no sum
    two = "P = (a, 2).P + (a, 3).P;\nQ = (a, infty).Q + (a, 2*infty).Q;\nP <a> Q"
    assert hover(two, 5).lines[1:3] == ("  P: apparent rate 2 + 3 = 5", "  Q: apparent rate infty + 2*infty = 3*infty")


def test_long_lists_are_cut_and_counted():
    many = "".join(f"P{n} = (a, 1).P{n};\n" for n in range(15)) + "P0"
    assert hover(many, 6).lines[0].endswith("P11 and 3 more")
    assert hover(many, 6).lines[-1] == "and 3 more"
    wide = "P = " + " + ".join(f"(a{n}, 1).P" for n in range(14)) + ";\nP"
    lines = hover(wide, 0).lines
    assert (lines[0], lines[13], lines[14]) == ("process P: 14 activities", "and 2 more", "derivatives: P")


@settings(max_examples=12)
@given(models())
def test_a_word_that_is_whole_is_offered_first_wherever_it_fits(text):
    found = occurrences(text).found
    for item in found:
        others = [one for one in found if (one.name, one.kind) == (item.name, item.kind) and one is not item]
        offered = completion(text, item.span.end)
        assert text[offered.span.start : offered.span.end] == text[item.span.start : item.span.end]
        if others and item.kind is not Kind.RATE and offered.candidates:
            assert offered.candidates[0].text == name_text(item.name)


@settings(max_examples=12)
@given(models())
def test_uses_of_rates_are_all_their_places_the_definition_first(text):
    found = occurrences(text).found
    uses = rate_uses(text)
    defined = {one.name for one in found if one.defines and one.kind is Kind.RATE}
    assert set(uses) == defined
    for name, spans in uses.items():
        assert set(spans) == {one.span for one in found if one.kind is Kind.RATE and one.name == name}
        assert spans[0] in {one.span for one in found if one.defines}


def test_what_is_made_of_a_definition_is_found_once_each():
    text = "r = 1;\nP = (P, r).P;\nQ = (a, r).P;\nS = Q[r];\nR = (r, 1).R;\nR"
    assert dependents(text, 0) == [0, 1, 2, 3]
    assert dependents(text, 1) == [1, 2, 3]
    assert dependents(text, 3) == [3]
    assert dependents(text, 4) == [4, 5]
    assert dependents("r = 1;\nr = 2;\nP = (a, r).P;\nP", 0) == [0]


def test_the_outline_of_a_whole_text():
    text = "r = 2*3;\nP = (a, r).Q;\nQ = (b, r).P;\nS = (P <a> P)/{b};\nLeft = (c, 1).Left;\nr2 = r;\nS[2] || P[3]\n"
    found = {
        entry.label: [(below.label, text[below.span.start :][:4]) for below in entry.below] for entry in outline(text)
    }
    assert found == {
        "Rates": [("r = 2*3", "r = "), ("r2 = r", "r2 =")],
        "Components": [("P: 2 named", "P = ")],
        "System": [("||", "S[2]")],
        "Not used": [("Left = (c, 1).Left", "Left")],
    }
    long = f"P = {'(action, 1).' * 9}P;\n{' || '.join(['P'] * 30)}"
    assert all(len(below.label) <= 60 for entry in outline(long) for below in entry.below)


@pytest.mark.parametrize(
    ("asked", "names", "found"),
    [("rat", ["rate", "art"], "rate"), ("zzz", ["rate"], None), ("rate", [], None), ("x" * 61, ["x" * 60], None),
     ("x" * 60, ["x" * 59], "x" * 59), ("serve", ["sever", "Serve"], "Serve"), ("K", ["n", "k"], "k")],
)  # fmt: skip
def test_the_nearest_name(asked, names, found):
    assert nearest(asked, names) == found


def test_what_was_asked_once_is_known_and_only_so_many_are_listed():
    near = Nearest(iter(["rate"]), most=1)
    assert [near.to("rat"), near.to("rat"), near.to("rte")] == ["rate", "rate", None]
    assert known_parameters(["a", "b"]) == "they are a, b"
    assert known_parameters([]) == "the model defines none: as in `r = 1.0;`"
    assert known_parameters(map(str, range(20))).endswith("18, 19")
    assert known_parameters(map(str, range(21))).endswith("18, 19, …")
