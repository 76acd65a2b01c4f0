"""Strong equivalence of models, and the trace that tells two apart."""

import pytest

from pepa.control.control import Control
from pepa.query.equivalence import compare
from pepa.query.lumped import solve_lumped
from tests.models import derive, model_text, solve

NAMED = """
A = (a, 1).A1; A1 = (b, 2).A;
B = (a, 1).B1; B1 = (b, 2).B;
C = (a, 1).C1; C1 = (b, 2).C;
S = (b, infty).S1; S1 = (c, 4).S;
(A || B || C) <b> S
"""
COUNTED = "A = (a, 1).A1; A1 = (b, 2).A; S = (b, infty).S1; S1 = (c, 1).S + (c, 3).S; A[3] <b> S"


def compared(left, right):
    return compare(derive(left), derive(right), Control())


def test_named_and_counted_copies_are_equivalent():
    found = compared(NAMED, COUNTED)
    assert found.difference is None
    assert found.states == (16, 8)
    assert found.blocks == 8


@pytest.mark.parametrize("name", ["vm_launch", "web_service", "alternating_bit"])
def test_a_model_is_equivalent_to_itself(name):
    assert compared(model_text(name), model_text(name)).difference is None


def test_the_trace_leads_to_where_the_rates_differ():
    difference = compared(NAMED, COUNTED.replace("(c, 3)", "(c, 4)")).difference
    assert difference.trace == ("a", "b")
    assert difference.action == "c"
    assert difference.rates == (4.0, 5.0)


def test_choices_that_look_alike_at_first_are_told_apart():
    early = "P = (a, 1).Q + (a, 1).R; Q = (b, 1).P; R = (c, 1).P; P"
    late = "P = (a, 2).Q; Q = (b, 0.5).P + (c, 0.5).P; P"
    difference = compared(early, late).difference
    assert difference.trace == ("a",)
    assert difference.action in ("b", "c")


def test_hidden_actions_count_as_one_action():
    plain = "P = (a, 1).Q; Q = (b, 1).P; P / {a, b}"
    other = "P = (x, 1).P; P / {x}"
    assert compared(plain, other).difference is None


def test_lumping_keeps_what_is_asked_for():
    whole = solve(NAMED)
    lumped = solve_lumped(whole.derived, Control(), ["a", "S"])
    assert lumped.lumped.chain.size == 8
    assert lumped.factor == 2
    assert lumped.throughput["a"] == pytest.approx(whole.measures.throughput["a"], rel=1e-12)
    assert lumped.population["S"] == pytest.approx(whole.measures.population["S"], rel=1e-12)
    everything = solve_lumped(whole.derived, Control())
    assert everything.population == pytest.approx(dict(whole.measures.population))
    assert everything.lumped.chain.size == 16


@pytest.mark.parametrize("more", [1e-3, 1e-8, 1e-10, 2e-11])
@pytest.mark.parametrize("where", ["b, 1", "c, 3"])
def test_however_little_rates_differ_it_is_told_where(more, where):
    """Down to a few parts in 10^12, below which sums of equal rates may differ: it ended in no answer."""
    action, rate = where.split(", ")
    text = "P = (a, 2).Q + (a, 1).R; Q = (b, 1).P; R = (c, 3).P; P"
    difference = compared(text, text.replace(f"({where})", f"({action}, {float(rate) * (1 + more)!r})")).difference
    assert difference.action == action
    assert difference.trace == ("a",)
    assert difference.rates[1] / difference.rates[0] == pytest.approx(1 + more, rel=1e-14)


def test_rates_that_differ_by_where_they_lead_only():
    left = "P = (a, 1).Q + (a, 1.00000000001).R; Q = (b, 1).P; R = (c, 1).P; P"
    right = "P = (a, 1.00000000001).Q + (a, 1).R; Q = (b, 1).P; R = (c, 1).P; P"
    difference = compared(left, right).difference
    assert difference.trace == ("a",)
    assert difference.action in "bc"
