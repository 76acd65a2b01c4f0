"""Predicted sizes against derived ones."""

import itertools

import numpy as np
import pytest

from pepa.control.control import Control, LimitReached, rounded
from pepa.control.error import PepaError
from pepa.markov.space.distributions import most_states
from pepa.markov.space.prediction import predicted, refuse_what_cannot_be_solved, refuse_what_cannot_fit
from pepa.query.analysis import compile_text
from tests.benchmarks.runs import text_of
from tests.models import derive, model_text

THREE = """A = (ab, 1).A1; A1 = (bc, 1).A2; A2 = (back, 1).A; B = (ab, 1).B1; B1 = (rest, 1).B2; B2 = (fix, 1).B;
C = (bc, 1).C1; C1 = (ready, 1).C; (A[a] <ab> B[b]) <bc> C[c]"""
COMPOSITES = """P = (x, 1).P1; P1 = (y, 1).P; S = (y, 1).S1; S1 = (z, 1).S2; S2 = (w, 1).S; H = (z, 1).H1;
H1 = (h, 1).H; (P <y> S)[n] <z> H[m]"""
LOCKED = """U = (get, 1).U1; U1 = (more, 1).U2; U2 = (put, 1).U; R = (get, 2).R1; R1 = (put, 2).R;
Q = (more, 2).Q1; Q1 = (put, 2).Q; (U[n] <get, put> R[k]) <more, put> Q[j]"""
WEIGHED = """T = (take, 1).T1; T1 = (give, 1).T; L = (take, 1).L1; L1 = (take, 1).L2; L2 = (give, 1).L3;
L3 = (give, 1).L; N = (never, infty).N1; N1 = (n, 1).N; M = (other, 1).M; (T[n] <take, give> L) <> (N[k] <never> M)"""


def net(name, **overrides):
    return compile_text(model_text(name), overrides).net


@pytest.mark.parametrize(
    ("name", "overrides"),
    [("vm_launch", {"Q": 30}), ("vm_launch", {"Q": 25, "C": 2}), ("web_service", {"customers": 96})],
)
def test_a_prediction_is_near(name, overrides):
    found = derive(model_text(name), **overrides)
    prediction = predicted(found.net, Control())
    assert prediction.states == pytest.approx(found.space.size, rel=0.2)
    assert prediction.transitions == pytest.approx(len(found.space.source), rel=0.2)


@pytest.mark.parametrize(
    ("text", "overrides"),
    [
        (text_of("clientserver"), {"nc": 100, "ns": 20}),
        (text_of("clientserver"), {"nc": 20, "ns": 100, "r": 1}),
        (text_of("clientserver"), {"nc": 1000, "ns": 5}),
        (model_text("vm_launch"), {"Q": 12, "C": 4}),
        (model_text("vm_launch"), {"Q": 4, "C": 12}),
        (model_text("web_service"), {"customers": 20, "threads": 10, "checkers": 2}),
        (f"a = 100; b = 4; c = 2; {THREE}", {}),
        (f"a = 3; b = 6; c = 40; {THREE}", {}),
        (f"a = 20; b = 20; c = 5; {THREE}", {}),
        (f"a = 1; b = 40; c = 1; {THREE}", {}),
        (f"n = 8; m = 20; {COMPOSITES}", {}),
        (f"n = 4; m = 100; {COMPOSITES}", {}),
        (f"n = 20; m = 1; {COMPOSITES}", {}),
        (f"n = 1000; k = 20; j = 3; {LOCKED}", {}),
        (f"n = 30; k = 30; j = 30; {LOCKED}", {}),
        (f"n = 60; k = 9; {WEIGHED}", {}),
    ],
)
def test_a_prediction_is_near_whatever_the_sizes_of_arrays(text, overrides):
    found = derive(text, **overrides)
    prediction = predicted(found.net, Control())
    assert prediction.states == pytest.approx(found.space.size, rel=0.3)
    assert 0.5 < prediction.transitions / len(found.space.source) < 2
    assert refuse_what_cannot_fit(found.net, Control(most_states=found.space.size)) == prediction.states


def test_a_small_array_beside_a_large_one_is_seen_to_saturate():
    found = compile_text(text_of("clientserver"), {"nc": 200, "ns": 40}).net
    # Of 200 clients and 40 servers w wait and are busy, or broken while busy: the others are spread over two places.
    states = sum((201 - waiting) * (41 - waiting) * (waiting + 1) for waiting in range(41))
    assert refuse_what_cannot_fit(found, Control(memory=2**30)) == pytest.approx(states, rel=1e-9)


def test_what_cannot_be_counted_in_time_is_predicted_all_the_same(monkeypatch):
    monkeypatch.setattr("pepa.markov.space.distributions.MOST_WORK", 10)
    found = derive(text_of("clientserver"), nc=100, ns=20)
    assert 0.2 < predicted(found.net, Control()).states / found.space.size < 5


@pytest.mark.parametrize(
    "text",
    [f"a = 4; b = 2; c = 3; {THREE}", f"n = 2; m = 3; {COMPOSITES}", f"n = 3; k = 2; j = 1; {LOCKED}",
     f"n = 5; k = 2; {WEIGHED}", model_text("web_service"), model_text("client_server")],
)  # fmt: skip
def test_the_bound_counts_what_combinations_of_moves_might_reach(text):
    smaller = {"customers": 3} if "customers" in text else {}
    net = compile_text(text, smaller).net
    rows = np.zeros((len(net.moves), sum(len(group.initial) for group in net.groups)))
    first = np.cumsum([0, *(len(group.initial) for group in net.groups)])
    for row, move in zip(rows, net.moves, strict=True):
        for participant in move.participants:
            row[first[participant.group] + participant.transition.source] -= 1
            row[first[participant.group] + participant.transition.target] += 1
    initial = np.array([count for group in net.groups for count in group.initial])
    outside = np.eye(len(initial)) - np.linalg.pinv(rows) @ rows
    spread = [
        [one for one in itertools.product(range(group.size + 1), repeat=len(group.initial)) if sum(one) == group.size]
        for group in net.groups
    ]
    counted = sum(
        bool(np.abs(outside @ (np.concatenate(state) - initial)).max() < 1e-9) for state in itertools.product(*spread)
    )
    assert most_states(net) == counted
    assert derive(text, **smaller).space.size <= counted


@pytest.mark.parametrize("name", ["machine_repair", "pc_lan4", "vm_launch"])
def test_no_model_has_more_states_than_the_bound(name):
    found = derive(model_text(name))
    assert most_states(found.net) >= found.space.size


def test_nothing_is_told_of_models_without_copies():
    assert predicted(net("pc_lan4"), Control()) is None


def test_what_cannot_fit_is_refused_with_its_size():
    with pytest.raises(LimitReached, match=r"about \d\d0,000,000,000 states are expected, which take [\d,.e+]+ GiB"):
        refuse_what_cannot_fit(net("vm_launch", Q=1000), Control())
    with pytest.raises(LimitReached, match=r"solving 1,000,000 states with 9,000,000 transitions takes 0\.67 GiB"):
        refuse_what_cannot_be_solved(1_000_000, 9_000_000, Control(memory=2**28))


def test_the_time_limit_holds_in_every_stage():
    with pytest.raises(PepaError, match=r"time limit of 1e-09 s was reached at \w+: "):
        derive(model_text("vm_launch"), Control(seconds=1e-9), Q=30)


@pytest.mark.parametrize(
    ("number", "told"), [(0.4, "0"), (7, "7"), (123, "120"), (1_234_567, "1,200,000"), (2.96e17, "3.0e+17")]
)
def test_estimates_are_told_with_two_digits(number, told):
    assert rounded(number) == told
