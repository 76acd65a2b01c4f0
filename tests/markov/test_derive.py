"""State spaces: sizes, transitions, levels, limits."""

import re

import numpy as np
import pytest
from scipy.sparse.csgraph import connected_components

from pepa.control.control import Control, LimitReached
from pepa.control.error import PepaError
from pepa.markov.chain.classes import _all_descend
from pepa.markov.space import derive as derivation
from pepa.markov.space import frontier
from pepa.markov.space.packing import layout
from pepa.markov.space.table import StateTable
from pepa.net.compile import compile_model, load
from pepa.net.rates import StateCounts, move_rate
from tests.models import MODELS, derive, model_text, solve


@pytest.mark.parametrize(("users", "states", "transitions"), [(5, 966, 2940), (10, 9581, 36630), (20, 116886, 510510)])
def test_vm_launch_has_the_states_other_tools_find(users, states, transitions):
    found = derive(model_text("vm_launch"), Q=users)
    assert (found.space.size, found.space.transitions()) == (states, transitions)


def test_two_managers_leave_one_stuck():
    found = derive(model_text("vm_launch"), Q=4, C=2)
    assert (found.space.size, len(found.classes.transient), len(found.classes.recurrent)) == (1200, 985, 1)


def as_set(space):
    states = [space.counts(i) for i in range(space.size)]
    return {
        (states[s], space.net.moves[m].action, states[t])
        for s, m, t in zip(space.source, space.move, space.target, strict=True)
    }


@pytest.mark.parametrize("path", MODELS, ids=lambda path: path.stem)
def test_wide_narrow_and_filed_steps_find_the_same(path, monkeypatch):
    text = path.read_text()
    expected = as_set(derive(text).space)
    monkeypatch.setattr(derivation, "NARROW", 0)
    assert as_set(derive(text).space) == expected
    monkeypatch.setattr(frontier, "FEW_MOVES", 0)
    assert as_set(derive(text).space) == expected
    monkeypatch.setattr(derivation, "NARROW", 10**9)
    assert as_set(derive(text).space) == expected


@pytest.mark.parametrize("narrow", [0, 10**9], ids=["wide", "narrow"])
@pytest.mark.parametrize("path", MODELS, ids=lambda path: path.stem)
def test_the_move_of_a_transition_takes_as_few_bytes_as_it_needs(path, narrow, monkeypatch):
    monkeypatch.setattr(derivation, "NARROW", narrow)
    space = derive(path.read_text()).space
    assert space.move.itemsize == next(size for size in (1, 2, 4) if len(space.net.moves) <= 1 << (8 * size))


def test_many_groups_in_one_word():
    groups = "".join(f"X{i} = (x, 1).Y{i}; Y{i} = (y, 1).X{i};\n" for i in range(8))
    space = derive(groups + " <> ".join(f"X{i}[3]" for i in range(8))).space
    assert space.layout.words == 1
    assert space.size == 4**8


def test_packed_states_of_three_words_read_back():
    text = "".join(f"X{i} = (x, 1).Y{i}; Y{i} = (y, 1).X{i};\n" for i in range(4))
    system = " <x> ".join(f"X{i}[2000000000]" for i in range(4))
    net = compile_model(load(text + system)[0])
    packed = layout(net.groups)
    assert packed.words == 4
    assert packed.counts(packed.initial()) == ((2_000_000_000, 0),) * 4


def test_a_space_whose_states_need_two_words_is_derived_right():
    parts = "".join(f"X{i} = (x{i}, 1).Y{i}; Y{i} = (y{i}, 1).X{i};\n" for i in range(12))
    rare = "Z = (z, 1).W; W = (w, 1).Z;\n"
    text = parts + rare + "(" + " <> ".join(f"X{i}" for i in range(12)) + ") <> (Z[2000000000] <z, w> Z[0])"
    text += " <> (W[2000000000] <z, w> Z[0])"
    found = derive(text)
    assert found.space.layout.words > 1
    assert found.space.size == 2**12
    assert found.space.transitions() == 12 * 2**12


def test_teams_that_are_too_large_say_so():
    two = "P = (a, 1).Q + (a, 2).P; Q = (b, 1).P;\n"
    with pytest.raises(PepaError, match="more than 100,000 local derivatives"):
        derive(two + "P[1000000000]{a}")


def test_long_thin_models():
    found = derive("P = (a, 1).Q; Q = (b, 2).P;\nP[20000]")
    assert found.space.size == 20001
    assert len(found.space.levels) == 20002


def test_levels_lead_at_most_one_down():
    space = derive(model_text("vm_launch"), Q=6).space
    level = np.searchsorted(space.levels, np.arange(space.size), side="right")
    assert (level[space.target] <= level[space.source] + 1).all()
    assert space.levels[0] == 0
    assert space.levels[-1] == space.size


def test_moves_that_do_the_same_are_one_transition():
    # both components can do a on their own without changing anything
    space = derive("P = (a, 1).P + (b, 1).P1; P1 = (c, 1).P; Q = (a, 2).Q;\nP <> Q").space
    assert space.transitions() == len(as_set(space))
    assert space.transitions() < len(space.source)


def test_limits_say_how_far_it_got():
    text = model_text("vm_launch")
    with pytest.raises(LimitReached, match=r"limit of 1,000 states, after \d+ levels"):
        derivation.derive(compile_model(load(text)[0], {"Q": 10}), Control(most_states=1000))
    with pytest.raises(LimitReached, match=r"GiB of memory, after [\d,]+ states"):
        derivation.derive(compile_model(load(text)[0], {"Q": 20}), Control(memory=2**20))


def test_a_derivation_reports_and_can_be_cancelled():
    class Stop(Exception):
        pass

    seen = []

    def report(progress):
        seen.append(progress.message)
        if "of about" in progress.message:
            raise Stop

    with pytest.raises(Stop):
        derive(model_text("vm_launch"), Control(report=report), Q=50)
    assert re.match(r"[\d,]+ states of about 3,800,000 in \d+ levels", seen[-1])


def test_deadlocks_are_found():
    found = derive("P = (a, 1).Q; Q = (b, 1).P; R = (a, 1).S; S = (c, 1).S;\nP <a, b> R")
    assert len(found.classes.deadlocks) == 0
    assert len(found.classes.recurrent) == 1
    stuck = solve("P = (a, 1).Q; Q = (b, 1).P; R = (a, 1).S; S = (c, 1).R;\nP <a, b, c> R")
    assert len(stuck.derived.classes.deadlocks) == 1
    assert stuck.measures.throughput["a"] == 0


def test_empty_groups_and_zero_sizes():
    found = solve("P = (a, 1).Q; Q = (b, 2).P; R = (a, 1).R + (c, 1).R;\nP[0] <a> R")
    assert found.derived.space.size == 1
    assert found.measures.throughput == {"a": 0.0, "b": 0.0, "c": 1.0}


@pytest.mark.parametrize("words", [1, 2, 3])
def test_the_table_numbers_states_in_the_order_they_came(words):
    random = np.random.default_rng(words)
    table, known, order = StateTable(words), {}, []
    for size in (3, 1000, 1, 20_000):
        states = random.integers(0, 60, (words, size)).astype(np.int64) * (1 << 40)
        before = table.count
        numbers, new = table.insert(states), table.states(before).copy()
        for state, number in zip(states.T.tolist(), numbers.tolist(), strict=True):
            assert known.setdefault(tuple(state), number) == number
        order.append(new)
        one = tuple(int(word) for word in states[:, 0])
        assert table.insert_one(one) == (known[one], False)
    joined = np.concatenate(order, axis=1).T.tolist()
    assert [known[tuple(state)] for state in joined] == list(range(table.count))
    assert table.insert_one((61 << 40,) * words) == (table.count - 1, True)


def test_moves_are_looked_up_by_signature_whatever_the_words(monkeypatch):
    parts = "".join(f"X{i} = (x{i}, 1).Y{i}; Y{i} = (y{i}, 1).X{i};\n" for i in range(4))
    text = parts + "Z = (z, 1).W; W = (w, 1).V; V = (x0, 1).Z;\n"
    text += f"(Z[3] <> (Z[2000000000] <z, w, x0> Z[0])) <x0> ({' <> '.join(f'X{i}[2]' for i in range(4))})"
    monkeypatch.setattr(derivation, "NARROW", 0)
    looked_up = derive(text).space
    assert looked_up.layout.words > 1
    assert (np.diff(looked_up.source) >= 0).all()
    monkeypatch.setattr(frontier, "signatures", lambda *_: None)
    one_by_one = derive(text).space
    assert not (np.diff(one_by_one.source) >= 0).all()
    assert as_set(looked_up) == as_set(one_by_one)


@pytest.mark.parametrize(
    "text",
    [
        "P0 = (a, 1).P1; P1 = (b, 1).P2; P2 = (c, 1).P3; P3 = (d, 1).P0; P0[9]",
        "P0 = (a, 1).P1 + (x, 1).P3; P1 = (b, 1).P2; P2 = (c, 1).P1; P3 = (d, 1).P0; P0[3]",  # a trap
        "P0 = (a, 1).P1; P1 = (b, 1).P2 + (t, 1).T; P2 = (c, 1).P0; T = (t, 2).T; P0[4]",
    ],
)
def test_states_that_all_lead_back_are_seen_to(text):
    chain = derive(text).chain
    number, _ = connected_components(chain.incoming, directed=True, connection="strong")
    assert _all_descend(chain) == (number == 1)


@pytest.mark.parametrize(
    ("text", "fixed"),
    [
        ("P = (a, infty).Q; Q = (b, 3).P; S = (a, 2).S; P[5] <a> S", {"a"}),
        ("P = (a, infty).Q; Q = (b, infty).P; S = (a, 2).T; T = (a, 3).S + (b, 0.5).S; P[5] <a, b> S", {"a", "b"}),
        ("P = (a, infty).Q + (a, 2 * infty).R; Q = (b, 3).P; R = (b, 1).P; S = (a, 2).S; P[4] <a> S", {"a"}),
        ("P = (a, infty).Q; Q = (a, infty).R; R = (b, 3).P; S = (a, 2).S; P[4] <a> S", set()),
        ("P = (a, 2).Q; Q = (b, 3).P; S = (a, 5).T; T = (c, 1).S; P[4] <a> S[3]", set()),
        ("P = (a, 2).Q; Q = (b, 3).P; S = (a, infty).T; T = (c, 1).S; P[4] <a> S[3]", set()),
    ],
)
def test_counts_that_cancel_out_of_a_rate_are_not_asked_for(text, fixed):
    space = derive(text).space
    rates = space.rates(space.net)
    known = {move.action for move, rate in zip(space.net.moves, rates.fixed, strict=True) if rate == rate}
    assert known == fixed
    each = [
        move_rate(space.net.moves[move], StateCounts(space.counts(source)))
        for source, move in zip(space.source, space.move, strict=True)
    ]
    np.testing.assert_allclose(rates(slice(None)), each, rtol=1e-14)
