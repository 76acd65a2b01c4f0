"""A check says what compiling would, in less time: moves are counted, and a component alone is not compiled."""

from collections import Counter

import pytest

from pepa.language.problem import ModelError
from pepa.net.check import check_text
from pepa.net.compile import compile_model, composed, load
from pepa.net.effort import Effort, TooMuch
from pepa.net.moves import moves, number_of_moves

SYSTEMS = (
    "P",
    "P <a> Q",
    "P <a, b> Q[3]",
    "(P || P) <b> (Q || Q)",
    "(P <a> Q)/{a, b} <c> R[2]",
    "P[2]{a} <a> R",
    "(P/{b} || Q) <tau2> R",
    "S <c> S",
)
TEXT = """
r = 2;
P = (a, r).(b, 1).P + (c, 3).P;
Q = (a, r).Q1 + (a, 1).Q;
Q1 = (b, 1).Q;
R = (c, 1).(c, 2).R + (a, 2).R;
S = P <a> R;
"""


@pytest.mark.parametrize("system", SYSTEMS)
def test_moves_are_counted_as_they_are_made(system):
    made = composed(load(f"{TEXT}{system}")[0])
    number = number_of_moves(made.system)
    assert {action: ways for action, ways in number.items() if ways} == Counter(
        one.action for one in moves(made.system)
    )


@pytest.mark.parametrize("system", SYSTEMS)
def test_what_a_model_is_composed_of_is_what_its_net_has(system):
    text = f"{TEXT}{system}"
    net = compile_model(load(text)[0])
    named = tuple(group.name if group.size == 1 else f"{group.name}[{group.size}]" for group in net.groups)
    checked = check_text(text)
    assert (checked.components, checked.parameters) == (named, net.parameters)
    assert set(net.problems) <= set(checked.warnings)


@pytest.mark.parametrize("system", SYSTEMS[1:])
def test_counting_takes_as_much_effort_as_making(system):
    model, _ = load(f"{TEXT}{system}")
    for effort in (0, 3, 6, 9, 12, 30, 100, 1_000):
        ends = []
        for look in (composed, compile_model):
            try:
                ends.append(len(look(model, effort=Effort(effort)).groups))
            except TooMuch as error:
                ends.append(error)
        assert type(ends[0]) is type(ends[1]), effort


@pytest.mark.parametrize(
    "text",
    [
        "P = (a, infty).P;\nP",
        "w = 2*infty;\nP = (a, w).P;\nP",
        "P = (b, 1).(a, 3*T).P;\nP",
        "P = Q;\nQ = (a, T).Q;\nP",
        "P = (a, 1).P + Q;\nQ = (b, infty).P;\nP",
    ],
)
def test_a_component_alone_is_told_what_nobody_drives(text):
    with pytest.raises(ModelError) as caught:
        check_text(text)
    assert [problem.code for problem in caught.value.problems if problem.severity == "error"] == ["undriven-passive"]


def test_a_component_alone_is_compiled_only_where_that_may_tell_something(monkeypatch):
    def refused(*_, **__):
        raise ZeroDivisionError

    monkeypatch.setattr("pepa.net.check.composed", refused)
    text = "r = 1; P = (a, r).Q; Q = (b, 2*r).P + (c, 3).(d, 1).Q; P"
    assert check_text(text).components == ("P",)
    for other in (text.replace("2*r", "2*T"), f"{text} || P", f"{text}[2]", f"R = P; {text[:-1]}R"):
        with pytest.raises(ZeroDivisionError):
            check_text(other)
    with pytest.raises(ZeroDivisionError):
        check_text(text, {"r": -1.0})
    monkeypatch.setattr("pepa.net.check.MOST_CHECKED", 3)
    with pytest.raises(ZeroDivisionError):
        check_text(text)


def test_a_rate_that_is_set_is_looked_at():
    with pytest.raises(ModelError) as caught:
        check_text("r = 1; P = (a, r).P; P", {"r": -1.0})
    assert [problem.code for problem in caught.value.problems] == ["invalid-rate"]
