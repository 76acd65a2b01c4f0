"""Warnings of well-formed models: what fires, at which words, how often, and what is left alone."""

import pytest

from pepa.language.edit import applied
from pepa.language.fixes.fixes import fixes
from pepa.language.problem import ModelError
from pepa.net.check import check_text

TWO = "P = (a, 1).P;\n"
LOOP = "P = (a, 1).Q + (b, 2).P; Q = (c, 3).P; R = (b, infty).R;\n"
UNITS = "P = (a, r).(b, s).(c, t).P;\nP"


def told(text, code):
    """Return the words at which a warning of a code stands."""
    try:
        found = check_text(text).warnings
    except ModelError as error:
        found = error.problems
    return [text[one.span.start : one.span.end] for one in found if one.code == code]


SHARING = [
    ("unshared-action", "P = (a, 1).(b, 1).(c, 1).P;\nP <b> P", ["b", "b"]),
    ("unshared-action", "P = (a, 1).(b, 1).P;\nP <a, b> P", []),
    ("unshared-action", "P = (a, 1).(b, 1).P;\nP || P", []),
    ("unshared-action", "P = (tau, 1).(b, 1).P;\nP <b> P", []),
    ("unshared-action", "P = (a, 1).P; Q = (b, 1).Q; R = (a, 1).(c, 1).R;\nS = Q <b> Q;\nR <c> R", ["c"]),
    ("unshared-action", "P = (a, 1).P; Q = (b, 1).Q; R = (a, 1).(b, 1).R;\nP <b> Q <b> R", ["b"]),
    ("unshared-action", "P = (a, 1).(b, 1).P;\n(P/{a}) <b> P", []),
    ("hidden-cooperation", f"{TWO}P/{{a}} <a> P", ["a"]),
    ("hidden-cooperation", f"{TWO}P/{{a}} || P", []),
    ("hidden-cooperation", "P = (a, 1).P; Q = (a, 1).Q;\n(P/{a} || Q) <a> P", []),
    ("hides-nothing", f"{TWO}(P/{{a}})/{{a}}", ["a"]),
    ("hides-nothing", f"{TWO}P/{{a, b, c}}", ["b", "c"]),
    ("independent-parts", f"{TWO}Q = (b, 1).Q;\nP || Q", ["P || Q"]),
    ("independent-parts", f"{TWO}Q = (b, 1).Q;\n((P || Q)/{{b}})/{{a}}", ["P || Q"]),
    ("independent-parts", f"{TWO}Q = (b, 1).Q;\nP <*> Q", ["P <*> Q"]),
    ("independent-parts", f"{TWO}Q = (b, 1).Q; R = (a, 1).(b, 1).R;\nP || Q || R", []),
    ("independent-parts", f"{TWO}P || P", []),
    ("repeated-action", f"{TWO}P <a, b, a, a> P", ["a", "a"]),
    ("repeated-action", f"{TWO}P/{{a, a}}", ["a"]),
    ("repeated-action", f"{TWO}P[2]{{a, a}}", ["a"]),
    ("repeated-action", f"{TWO}P <tau, tau> P", []),
    ("repeated-action", f"{TWO}P/{{tau, tau}}", ["tau"]),
    ("tau-cooperation", f"{TWO}P[2]{{a, tau}}", ["tau"]),
    ("tau-cooperation", f"{TWO}P/{{tau}}", []),
    ("wildcard-reading", f"{TWO}P <*> P || P", ["P <*> P"]),
    ("wildcard-reading", f"{TWO}P <*> P <*> P <a> P", ["P <*> P <*> P", "P <*> P"]),
    ("wildcard-reading", f"{TWO}P <a> P <*> P", []),
    ("wildcard-reading", f"{TWO}( P <*> P ) || P", []),
    ("wildcard-reading", f"{TWO}(/* one */ P <*> P // two\n) <a> P", []),
    ("wildcard-reading", f"{TWO}({' ' * 300}P <*> P) <a> P", []),
    ("wildcard-reading", f"{TWO}(P <*> P <a> P)", ["P <*> P"]),
    ("wildcard-reading", f"{TWO}(P <*> P)[2] <a> P", []),
    ("prism-rates", "#P = (a, 2).P; #Q = (a, 3).Q;\nP <a> Q", ["a"]),
    ("prism-rates", "P = (a, 2).P; Q = (a, 3).Q; // #P = 2\nP <a> Q", []),
    ("prism-rates", "#P = (a, 2).P; #Q = (a, 3*infty).Q;\nP <a> Q", []),
]
BEHAVIOUR = [
    ("self-loop", f"{LOOP}P", ["(b, 2).P"]),
    ("self-loop", f"{LOOP}P <b> R", []),
    ("self-loop", f"{LOOP}P[2]{{b}}", []),
    ("self-loop", f"{LOOP}P[2]", ["(b, 2).P"]),
    ("self-loop", f"{LOOP}P/{{b}}", ["(b, 2).P"]),
    ("self-loop", f"{LOOP}(P/{{b}}) <b> R", ["(b, 2).P"]),
    ("self-loop", f"{LOOP}P <*> R", []),
    ("self-loop", f"{LOOP}P <*> P", []),
    ("self-loop", "P = (a, 1).P + (b, 2).P;\nP", []),
    ("local-deadlock", "z = 0; P = (a, 1).Q; Q = (b, z).P;\nP", ["Q"]),
    ("local-deadlock", "z = 0; P = (a, 1).(b, z).P;\nP", ["(b, z).P"]),
    ("local-deadlock", "P = (a, 1).Q; Q = (b, 0).P;\nP", []),
    ("local-deadlock", "P = (a, 1).Q; Q = (b, 1).P; R = (a, 1).R;\nP <b> R", ["Q"]),
    ("local-deadlock", "P = (a, 1).Q; Q = (b, 1).P; R = (a, 1).R;\n(P/{b}) <b> R", []),
    ("local-deadlock", "P = (a, 1).Q; Q = (b, 1).P; R = (a, 1).R;\n(P || P) <b> R", ["Q"]),
    ("local-deadlock", "P = (a, 1).Q; Q = (b, 1).P + (a, 1).P; R = (a, 1).R;\nP <b> R", []),
    ("unreachable-derivative", "z = 0; P = (a, 1).P + (b, z).Q; Q = (c, 1).P;\nP", ["Q"]),
    ("unreachable-derivative", "z = 0; P = (a, 1).Q + (b, z).Q; Q = (c, 1).P;\nP", []),
    ("unreachable-derivative", "z = 0; P = (a, 1).P + (b, z).Q + (c, z).Q; Q = (c, 1).P;\nP", ["Q"]),
    ("unused-process", "P = (a, 1).P; Q = (b, 1).R; R = (b, 1).Q;\nP", ["Q", "R"]),
    ("unused-process", "z = 0; P = (a, 1).P + (b, z).Q; Q = (c, 1).P;\nP", []),
    ("unused-array", "P = (a, 1).P; S = P[2]; U = S;\nP", ["S", "U"]),
    ("unused-process", "P = (a, 1).P; S = P[2]; U = S;\nP", []),
]
NUMBERS = [
    ("probabilities", "r = 1; P = (a, 0.3*r).P + (b, 0.3*r).P + (c, 0.39*r).P;\nP",
     ["(a, 0.3*r).P + (b, 0.3*r).P + (c, 0.39*r).P"]),
    ("probabilities", "r = 1; p = 0.3; q = 0.69; P = (a, p*r).P + (b, q*r).P;\nP", ["(a, p*r).P + (b, q*r).P"]),
    ("probabilities", "r = 1; P = (a, 0.3*r).P + (b, 0.7501*r).P;\nP", []),
    ("probabilities", "r = 1; P = (a, 0.3*r).P + (b, 0.749*r).P;\nP", ["(a, 0.3*r).P + (b, 0.749*r).P"]),
    ("probabilities", "r = 1; P = (a, 0.3*r).P + (b, 0.65*r).P + (c, 0.0501*r).P + (d, r).P;\nP",
     ["(a, 0.3*r).P + (b, 0.65*r).P + (c, 0.0501*r).P + (d, r).P"]),
    ("probabilities", "r = 1; P = (a, 0.1*r).P + (b, 0.2*r).P + (c, 0.7*r).P;\nP", []),
    ("probabilities", "r = 1; s = 1; P = (a, 0.3*r).P + (b, 0.69*s).P;\nP", []),
    ("probabilities", "r = 1; P = (a, 0.99*r).P;\nP", []),
    ("probabilities", "r = 1; P = (a, r/3).P + (b, r/1.52).P;\nP", []),
    ("probabilities", "r = 1; P = (a, 1*r).P + (b, 0.04*r).P;\nP", []),
    ("repeated-branch", "r = 1; P = (a, r).Q + (b, r).Q + (a, r).Q + (a,r).Q; Q = (c, r).P;\nP",
     ["(a, r).Q", "(a,r).Q"]),
    ("repeated-branch", "P = (a, 2).Q + (a, 2.0).Q; Q = (c, 1).P;\nP", ["(a, 2.0).Q"]),
    ("repeated-branch", "P = (a, T).Q + (a, infty).Q; Q = (c, 1).P; R = (a, 1).R;\nP <a> R", ["(a, infty).Q"]),
    ("repeated-branch", "r = 1; s = 1; P = (a, r).Q + (a, s).Q + (a, r).P; Q = (c, 1).P;\nP", []),
    ("zero-rate", "P = (a, 1).Stop; Stop = (stop, 0.0).Stop;\nP", []),
    ("zero-rate", "P = (a, 1).Q; Q = (stop, 0).P;\nP", ["0"]),
    ("zero-rate", "z = 0; P = (a, 1).P + (b, z).P;\nP", []),
    ("outlying-rate", "P = (a, 1).(b, 1.5).(c, 1e-6).P;\nP", ["1e-6"]),
    ("outlying-rate", "P = (a, 1).(b, 1.5).(c, 1.0001e-6).P;\nP", []),
    ("outlying-rate", "P = (a, 1e-3).(b, 1e-2).(c, 1e4).P;\nP", ["1e4"]),
    ("outlying-rate", "P = (a, 1).(c, 1e6).P;\nP", []),
    ("outlying-rate", "P = (a, 1).(b, 2).(c, 1e6).(d, 2e6).P;\nP", []),
    ("outlying-rate", "r = 1e9; P = (a, 1).(b, 2).(c, r).(d, r).P;\nP", ["r"]),
    ("outlying-rate", "r = 1; P = (a, 1).(b, 2).(c, 1e9*r).P;\nP", []),
    ("time-units", f"r = 1; // per hour\ns = 2; /* per second */\nt = 3; % 1/sec\n{UNITS}", ["r"]),
    ("time-units", f"r = 1; // per hour\ns = 2 // per HOURS\n;\nt = 3; // jobs/min\n{UNITS}", ["t"]),
    ("time-units", f"r = 1; s = 2; // per second\nt = 3; // per second\n{UNITS}", []),
    ("time-units", f"r = 1; // per second\n// per hour\ns = 2;\nt = 3;\n{UNITS}", []),
    ("empty-array", f"{TWO}P || P[1 - 1]", ["1 - 1"]),
    ("empty-array", f"n = 0; {TWO}P || P[2*n][3]", ["2*n"]),
]  # fmt: skip
NAMES = [
    ("names-alike", "r = 1; R = 1; P = (a, r).(b, 2*R).P;\nP", ["R"]),
    ("names-alike", "p = 1; P = (a, p).P;\nP", []),
    ("shadowed-name", "Ask = (Ask, 1).(Ask, 2).Ask;\nAsk", ["Ask"]),
    ("shadowed-name", 'P = ("Q", 1).Q; Q = (a, 1).P;\nP', ['"Q"']),
    ("upper-case-rate", "R = 1; P = (a, R).(b, R).P;\nP", ["R", "R"]),
    ("upper-case-rate", "N = 2; P = (a, 1).P;\nP[N]", []),
    ("unused-rate", "r = 1; s = r; n = 2; m = n; P = (a, 1).P;\nP[m]", ["s"]),
]


@pytest.mark.parametrize(("code", "text", "words"), [*SHARING, *BEHAVIOUR, *NUMBERS, *NAMES])
def test_a_warning_stands_at_the_words_it_is_about(code, text, words):
    assert told(text, code) == words


def test_what_is_to_be_added_to_a_set_is_named_in_order_and_all_of_it_mended_in_turn():
    text = "P = (b, 1).(c, 1).(a, 1).(d, 1).P;\nP <d> P <d> P"
    while told(text, "unshared-action"):
        problem = next(one for one in check_text(text).warnings if one.code == "unshared-action")
        text = applied(text, fixes(problem, text)[0].edits)
    assert text.endswith("\nP <d, a, b, c> P <d> P") or text.endswith("P <d, a, b, c> P <d, a, b, c> P")


def test_the_nearest_to_one_is_told_with_its_digits():
    (problem,) = check_text("r = 1; P = (a, 0.123456*r).P + (b, 0.9*r).P;\nP").warnings
    assert problem.message == "the shares of `r` in this choice sum to 1.02346, nearly one"
