"""Models of sizes that nobody writes by hand: read in time that grows with them and no faster, or refused in place."""

import itertools
import time

import pytest

from pepa.language import common_forms
from pepa.language.cycles import components, cycles
from pepa.language.nearest import Nearest
from pepa.language.parser import parse
from pepa.language.problem import ModelError
from pepa.language.statements import split
from pepa.net.check import check_text
from tests.models import MODELS


def many(number, each):
    return "".join(each.format(i, i + 1) for i in range(number))


LARGE = {
    "undefined processes": lambda n: many(n, "P{0} = (a, 1.0).Nowhere{0};\n") + "P0",
    "undefined rates": lambda n: many(n, "P{0} = (a, nothing{0}).P{0};\n") + "P0",
    "undefined rates of rates": lambda n: many(n, "r{0} = 2*nothing{0};\n") + "P = (a, r0).P; P",
    "self-made processes": lambda n: many(n, "P{0} = P{0};\n") + "P0",
    "a cycle of processes": lambda n: many(n, "P{0} = P{1};\n") + f"P{n} = P0; P0",
    "cyclic rates": lambda n: many(n, "r{0} = 1*r{1};\n") + f"r{n} = 1*r0; P = (a, r0).P; P",
    "aliases": lambda n: many(n, "P{0} = P{1};\n") + f"P{n} = (a, 1.0).P0; P0",
    "aliases of rates": lambda n: "P = (a, R0).P;\n" + many(n, "R{0} = R{1};\n") + f"R{n} = 1.0; P",
    "one long name": lambda n: f"{'x' * n}; {'y' * n} = ({'z' * n}, {'w' * n}).Q; P",
    "blanks": lambda n: f"P = (a, 1.0){' ' * n}P; (b{' ' * n}Q",
    "quotes": lambda n: '"' * (2 * n + 1) + "; P",
    "signs of comparison": lambda n: "P = (a, 1.0).P; P " + "<" * n,
    "percent signs": lambda n: "%a=" * n + "P",
    "slashes": lambda n: "P = (a, 1.0).P; P" + "/ " * n,
    "errors on a line": lambda n: many(n, "P{0} = (a 1.0).P{0};") + "P0",
    "missing semicolons": lambda n: many(n, "P{0} = (a, 1.0).P{0}\n") + "P0",
    "parts": lambda n: "P = (a, 1.0).P; " + " || ".join(["P"] * n),
    "a large set": lambda n: f"P = (a, 1.0).P; P <{', '.join(f'a{i}' for i in range(n))}> P",
    "a set named twice": lambda n: f"P = (a, 1.0).P; P <{', '.join(['a'] * n)}> P",
    "a long choice": lambda n: "P = " + " + ".join(["(a, 1.0).P"] * n) + "; P",
    "a long chain": lambda n: "P = " + "(a, 1.0)." * n + "P; P",
    "a long sum": lambda n: f"r = {'+'.join(['1'] * n)}; P = (a, r).P; P",
    "minus signs": lambda n: f"r = {'-' * n}1; P = (a, r).P; P",
    "array sizes": lambda n: "P = (a, 1.0).P; P" + "[1]" * n,
    "arrays of one": lambda n: "P = (a, 1.0).P; " + " || ".join(["P[1]"] * n),
    "changing sets": lambda n: "P = (a, 1.0).P; P" + many(n, " <a{0}> P"),
    "hidings": lambda n: "P = (a, 1.0).P; P" + "/{a}" * n,
    "parentheses": lambda n: "P = (a, 1.0).P; " + "(" * n + "P" + ")" * n,
    "comments": lambda n: "/* a */" * n + "P = (a, 1.0).P; P" + "/*" * n,
    "definitions on a line": lambda n: "P = Q = " * n + "P",
    "definitions commented out": lambda n: "s = 1;\n" + many(n, "% r{0} = 1;\n") + "P = (a, s).P; P",
    "different parts": lambda n: many(n, "P{0} = (a{0}, 1.0).P{0};\n") + " || ".join(f"P{i}" for i in range(n)),
    "parts of parts": lambda n: many(n, "P{0} = (a{0}, 1.0).P{0};\nS{0} = P{0} || S{1};\n") + f"S{n} = P0; S0",
    "starts in one ring": lambda n: (
        many(n, "P{0} = (a, 1.0).P{1};\n") + f"P{n} = (b, 1.0).P0;\n" + " || ".join(f"P{i}" for i in range(n))
    ),
}


def problems(text):
    try:
        return check_text(text).warnings
    except ModelError as error:
        return error.problems


@pytest.mark.parametrize("kind", LARGE)
def test_every_kind_of_large_text_has_an_answer(kind):
    for problem in problems(LARGE[kind](1_500)):
        assert problem.message
        assert len(problem.message) + len(problem.hint) < 10_000
        assert problem.span.start <= problem.span.end


@pytest.mark.slow
@pytest.mark.parametrize("kind", LARGE)
def test_time_grows_with_the_text_and_no_faster(kind):
    seconds = []
    for number in (10_000, 40_000):
        began = time.process_time()
        problems(LARGE[kind](number))
        seconds.append(time.process_time() - began)
    assert seconds[1] < 8 * seconds[0] + 1.0  # 16 times where it is quadratic


def test_what_is_nested_too_deep_is_said_in_its_place():
    for text in (LARGE["array sizes"](1_000), LARGE["parentheses"](1_000), LARGE["changing sets"](1_000)):
        (problem,) = [one for one in problems(text) if one.code == "too-deep"]
        assert 0 < problem.span.start < len(text)
        assert problem.hint


def test_many_arrays_side_by_side_are_not_nested():
    sized = LARGE["arrays of one"](300) + " <a> P[2][2] {a} [2]"
    assert [problem.code for problem in problems(sized)] == []
    for many in ("[2]{a}", "[(1+1)] ", "[2] { a, b } "):
        (problem,) = [one for one in problems(f"P = (a, 1).(b, 1).P; P{many * 201}") if one.code == "too-deep"]
        assert problem.span.start == len("P = (a, 1).(b, 1).P; P") + 200 * len(many)


def test_every_cycle_of_definitions_is_found_and_told_briefly():
    text = "A = B; B = A; C = C; D = E + (a, 1.0).D; E = D; F = (a, 1.0).F; F"
    found = [problem for problem in problems(text) if problem.code == "unguarded-recursion"]
    assert [problem.message.split(": ")[1] for problem in found] == ["A -> B -> A", "C -> C", "D -> E -> D"]
    (long,) = [problem for problem in problems(LARGE["cyclic rates"](1_000)) if problem.code == "cyclic-rate"]
    assert long.message.endswith("more ... -> r0")


def test_components_come_after_what_they_use():
    uses = {"a": ["b", "c", "nothing"], "b": ["c"], "c": ["d"], "d": ["c"], "e": ["a"]}
    assert list(components(uses)) == [["c", "d"], ["b"], ["a"], ["e"]]
    assert list(cycles(uses)) == [["c", "d"]]


def test_only_so_many_names_are_guessed():
    near = Nearest([f"name{i}" for i in range(100)], most=3)
    assert [near.to(f"nam{i}") is None for i in range(5)] == [False, False, False, True, True]
    assert near.to("nam0")
    assert near.to("x" * 1_000) is None


def test_what_takes_too_long_to_look_at_is_told():
    for kind, number in (("parts of parts", 4_000), ("starts in one ring", 1_000)):
        found = {problem.code for problem in problems(LARGE[kind](number))}
        assert "too-large-to-check" in found, kind
    assert "too-large-to-check" not in {problem.code for problem in problems(LARGE["starts in one ring"](300))}


ROUGH = (
    "1.5",
    ".5e-3",
    "r",
    "r'",
    "_x",
    "infty",
    "T",
    "2*r",
    "r / 2*s",
    "2*infty",
    "(1 - s)*r",
    "r + 2*(s-1)/3",
    '"r"',
)
PIECES = [f"r = {value};" for value in ROUGH]
PIECES += [f"P = (a,{value}).Q + ( b , 1 ) . (c',{value}).P;" for value in ROUGH]
PIECES += [f'P = Q <> R[{value}] || S <a> "Q"<*>R [ {value} ] <b, \'c\', "d e"> S;' for value in ROUGH]
PIECES += ["P = Q[2] <a,> R;", "P = Q <a> R <b> R <b> R || R;", "P = Q[n][2] || Q[2]{a};", "P = Q/{a} <a> R[2] <a>;"]
PIECES += ["P = ((Q <a> R)[2] || ( S )) <a> (Q || (R)[n])[2];", "P = (Q);", "P = (Q <a> R)/{a} || S;"]
PIECES += ["P = Q;", "P = Q + R;", "r = s;", "#P := (a, 1.).P ;", "% r := .5;"]


@pytest.mark.parametrize("text", [*PIECES, *(path.read_text() for path in MODELS)], ids=str.__len__)
def test_common_forms_are_read_as_the_parser_reads_them(text, monkeypatch):
    whole = text if "\n" in text else f"{text}\n r = 1; s = 1; P"
    quick = parse(whole)
    read = [statement for statement in split(whole).found if statement.name]
    monkeypatch.setattr(common_forms, "process", lambda *_: None)
    monkeypatch.setattr(common_forms, "expression", lambda *_: None)
    monkeypatch.setattr(common_forms, "composition", lambda *_: None)
    assert parse(whole) == quick
    assert read


def test_common_forms_leave_the_rest_to_the_parser():
    for text in ("(a, 1.0).(P + Q)", "P <a> Q", "(a, -s).P", "(a, (1).P", "(a, 1e999).P", "(a, 1).P Q", "P +", ""):
        assert common_forms.process(text, 0, len(text)) is None
    deep = f"{'(' * 9}P{')' * 9}"
    for text in (
        "P <a> (a, 1).Q",
        "P <a>",
        "P[2",
        "P[2][3]",
        "P[2]{a}",
        "P <a+b> Q",
        "P Q",
        "P + Q",
        "(P + Q)",
        "(P",
        "()",
        "P/{a}",
        deep,
        "",
    ):
        assert common_forms.composition(text, 0, len(text)) is None
    for text, sign in itertools.product(("1e999", "(1", "-1", "2^3", "", "1 1", f"{'(' * 9}1{')' * 9}"), ("", "*2")):
        assert common_forms.expression(text + sign, 0, len(text + sign)) is None
