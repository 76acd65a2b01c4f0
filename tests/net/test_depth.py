"""Systems that are nested deep or grow at each name: worked out, or refused in their place."""

import pytest

from pepa.language.problem import ModelError, Severity
from pepa.query.analysis import compile_text

PART = "P = (a, 1.0).P;"
MANY = range(1, 1_500)
BRANCHES = f"P = {' + '.join(f'(a, {i}).P{i}' for i in MANY)};\n" + "".join(f"P{i} = (b, {i}).P;\n" for i in MANY)


def chain(number, template, last):
    return PART + "".join(template.format(i, i + 1) for i in range(number)) + f"Q{number} = {last}; Q0"


DEEP = {
    "changing sets by name": (chain(400, "Q{0} = Q{1} <b{0}> P;", "P || P"), {"P": [1, 2]}),
    "one set by name": (chain(150, "Q{0} = Q{1} <a> P;", "P"), {}),
    "sets to the right": (PART + "P <a, b> (" * 150 + "P" + ")" * 150, {}),
    "aliases": (chain(3_000, "Q{0} = Q{1};", "P || P"), {"P": [2]}),
    "copies of copies": (chain(20, "Q{0} = Q{1} || Q{1};", "P"), {"P": [2**20]}),
    "parentheses in a rate": (f"r = {'(1 + 1*' * 190}1{')' * 190}; P = (a, r).P; P", {"P": [1]}),
}
REFUSED = {
    "too deep": (chain(2_000, "Q{0} = Q{1} <b{0}> P;", "P"), "too-deep"),
    "too many components": (chain(40, "Q{0} = Q{1} <a> (Q{1} <b> P);", "P"), "too-large"),
    "too many copies": (chain(40, "Q{0} = Q{1} || Q{1};", "P"), "invalid-size"),
    "too many ways to cooperate": (BRANCHES + "P <a> P", "too-large"),
    "too many local derivatives": (BRANCHES + "Q = P[3]{a};\nQ", "too-large"),
    "arrays of arrays": (PART + "P[100000][100000]", "invalid-size"),
}


@pytest.mark.parametrize("kind", DEEP)
def test_what_is_deep_is_worked_out(kind):
    text, expected = DEEP[kind]
    net = compile_text(text).net
    assert net.actions == ("a",)
    if "P" in expected:
        assert sorted({group.size for group in net.groups}) == expected["P"]


@pytest.mark.parametrize("kind", REFUSED)
def test_what_is_too_deep_or_too_large_is_refused_in_its_place(kind):
    text, code = REFUSED[kind]
    with pytest.raises(ModelError) as raised:
        compile_text(text)
    (problem,) = [one for one in raised.value.problems if one.severity is Severity.ERROR]
    assert (problem.code, bool(problem.hint)) == (code, True)
    assert 0 < problem.span.start < problem.span.end <= len(text)


def test_a_name_that_is_used_twice_stands_for_two_components():
    text = "P = (a, 1.0).(b, 1.0).P; R = (a, 1.0).R; Q = P <a> R; Q <b> (Q <c> P)"
    net = compile_text(text).net
    assert [group.size for group in net.groups] == [1] * 5
    assert len({group.name for group in net.groups}) == 5
