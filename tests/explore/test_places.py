"""States as they are typed, told and kept: every way of writing one, and what is said of what is none."""

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pepa.control.error import PepaError
from pepa.explore.packed import PackedStates
from pepa.explore.place import counts_of, example, group_text, initial, members, number_of, told, typed
from pepa.explore.steps import Steps
from pepa.net.compile import compile_model, load
from pepa.query.states import ChainStates
from tests.models import derive

TEXT = """
P = (a, 1).Q; Q = (b, 1).R; R = (c, 1).P;
S = (a, 1).T; T = (d, 1).S;
U = (e, 1).(f, 1).U;
n = 4;
(P[n] <a> S) || U
"""
NET = compile_model(load(TEXT)[0], {})
LABELS = ("P", "Q", "R")
splits = [split for split in itertools.product(range(5), repeat=3) if sum(split) == 4]


@pytest.mark.parametrize(
    ("text", "group", "counts"),
    [
        ("", 0, (4, 0, 0)),
        ("Q", 0, (3, 1, 0)),
        ("Q=2", 0, (2, 2, 0)),
        ("Q = 2", 0, (2, 2, 0)),
        ("Q×2 R*1", 0, (1, 2, 1)),
        ("Q Q R", 0, (1, 2, 1)),  # each time one more
        ("Q=1 Q=2", 0, (1, 3, 0)),
        ("P.Q=2;P.R", 0, (1, 2, 1)),
        (" ,& Q=2 & R ; ", 0, (1, 2, 1)),
        ("R=4", 0, (0, 0, 4)),
        ("P=4", 0, (4, 0, 0)),
        ("P=1 Q=3", 0, (1, 3, 0)),
        ("P=0 Q=0 R=4", 0, (0, 0, 4)),
        ("T", 1, (0, 1)),
        ("S", 1, (1, 0)),
        ("S.T=1", 1, (0, 1)),
        ("Q=2 T", 1, (0, 1)),
        ("T=0", 1, (1, 0)),
        ('"(f, 1).U"', 2, (0, 1)),
        ('U."(f, 1).U" = 1', 2, (0, 1)),
    ],
)
def test_ways_of_writing_a_state(text, group, counts):
    found = typed(text, NET)
    assert found[group] == counts
    others = [place for place in range(3) if place != group and not (place == 0 and "Q" in text)]
    assert all(found[place] == NET.groups[place].initial for place in others)


@pytest.mark.parametrize("model", [TEXT, "P = (a, 1).Q; Q = (b, 1).P;\nP <a> P[3]", "P = (b, 1).P;\n(a, 1).P || P"])
def test_the_example_of_a_state_is_read(model):
    net = compile_model(load(model)[0], {})
    assert typed(example(net), net) == initial(net)


@pytest.mark.parametrize(
    ("text", "said", "hint"),
    [
        ("Q=5", "5 of the 4 members of P have a place", "place fewer of them"),
        ("Q=3 R=2", "5 of the 4 members of P have a place", "place fewer of them"),
        ("P=1", "1 of the 4 members of P have a place", "say where each of them is"),
        ("P=1 Q=2", "3 of the 4 members of P have a place", "say where each of them is"),
        ("S T", "2 of the 1 members of S have a place", "place fewer of them"),
        ("S=0", "0 of the 1 members of S have a place", "say where each of them is"),
        ("Q=2 =", "cannot read `=` of a state", "as in P=4 S"),
        ("?", "cannot read `?` of a state", "as in P=4 S"),
        ('"', 'cannot read `"` of a state', "as in P=4 S"),
        ("Z", "`Z` is no local derivative of this model", "they are P, Q, R"),
        ("P.T", "`T` is no local derivative of this model", "they are P, Q, R"),
        ("V.Q", "`V` is no group of this model", "they are P, S, U"),
        ("s.T", "`s` is no group of this model", "they are P, S, U"),
    ],
)
def test_what_is_no_state_is_told_with_what_to_do(text, said, hint):
    with pytest.raises(PepaError) as caught:
        typed(text, NET)
    assert caught.value.message == said
    assert caught.value.hint.startswith(hint)


def test_who_is_defined_and_never_reached_is_told_by_its_line():
    net = compile_model(load("P = (a, 1).P;\nQ = (b, 1).P;\nP")[0], {})
    with pytest.raises(PepaError, match="`Q` is defined at line 2 but never reached"):
        typed("Q", net)


@given(st.sampled_from(splits), st.booleans(), st.booleans())
def test_what_is_told_is_typed_again_and_what_is_kept_comes_back(split, second, third):
    counts = (split, (int(not second), int(second)), (int(not third), int(third)))
    assert typed(told(NET, counts), NET) == counts
    assert counts_of(NET, members(NET, counts)) == counts
    held = members(NET, counts)[0]
    assert held == {label: number for label, number in zip(LABELS, split, strict=True) if number}


def test_states_as_they_are_told():
    counts = typed('Q=2 R T "(f, 1).U"', NET)
    assert told(NET, counts) == 'P×1 Q×2 R×1  T  "(f, 1).U"'
    assert group_text(NET.groups[2], {"(f, 1).U": 1}) == "(f, 1).U"
    assert group_text(NET.groups[2], {"(f, 1).U": 1}, quote=True) == '"(f, 1).U"'
    assert group_text(NET.groups[0], {"Q": 4}) == "Q×4"
    assert group_text(NET.groups[0], {}) == "-"


@pytest.mark.parametrize(
    ("found", "said"),
    [
        ([{"P": 4}], "this state belongs to another model"),
        ([{"P": 4}, {"S": 1}, {"U": 1}, {}], "this state belongs to another model"),
        ([{"P": 3}, {"S": 1}, {"U": 1}], "this state has 3 of the 4 members of P"),
        ([{"P": 5, "Q": -1}, {"S": 1}, {"U": 1}], "this state has 4 of the 4 members of P"),
        ([{"P": 4}, {}, {"U": 1}], "this state has 0 of the 1 members of S"),
        ([{"P": 4}, {"Q": 1}, {"U": 1}], "`Q` is no local derivative of this model"),
    ],
)
def test_what_was_kept_of_another_model_is_refused(found, said):
    with pytest.raises(PepaError) as caught:
        counts_of(NET, found)
    assert caught.value.message == said


@pytest.mark.parametrize("size", [1, 3, 40])
def test_each_state_of_a_chain_is_found_by_its_counts(size):
    derived = derive(f"A = (a, 1).B; B = (b, 1).A; C = (c, 1).D; D = (d, 1).C; A[{size}] || C[{size}]")
    assert derived.space.size == (size + 1) ** 2
    for state in range(0, derived.space.size, 7):
        assert number_of(derived.space, derived.space.counts(state)) == state


def test_a_state_that_is_not_reached_has_no_number():
    derived = derive("A = (a, 1).B; B = (b, 1).A; C = (a, 1).D; D = (b, 1).C; A <a, b> C")
    assert [number_of(derived.space, (one, one)) for one in ((1, 0), (0, 1))] == [0, 1]
    assert number_of(derived.space, ((1, 0), (0, 1))) is None


def test_counts_of_several_words_are_compared_in_all_of_them():
    kinds = range(1, 16)
    text = "".join(f"W{n} = (a{n}, 1).V{n}; V{n} = (b{n}, 1).W{n};\n" for n in (0, *kinds))
    barred = ", ".join(f"a{n}" for n in kinds)
    derived = derive(f"{text} Z = (z, 0).Z; (W0[9] || {' || '.join(f'W{n}[900]' for n in kinds)}) <{barred}> Z")
    assert len(derived.space.words) > 1
    assert [number_of(derived.space, derived.space.counts(state)) for state in range(10)] == list(range(10))
    here = derived.space.counts(4)
    for group in kinds:
        assert here[group] == (900, 0)
        assert number_of(derived.space, (*here[:group], (899, 1), *here[group + 1 :])) is None


# Packed states are asked what those of a chain are

MODELS = [
    TEXT,
    "S = (go, 1).A + (die, 2).Stop; A = (on, 1).B; B = (off, 2).A; Stop = (rest, 0).Stop; S[2] || A",
    "P = (a, 1).Q; Q = (b, infty).P; R = (b, 2).R; P[3] <b> R",
]


@pytest.mark.parametrize("text", MODELS)
@pytest.mark.parametrize("step", [1, 3])
def test_some_packed_states_answer_as_they_do_in_their_chain(text, step):
    derived = derive(text)
    space, net = derived.space, derived.net
    states, steps = ChainStates(space, net, derived.classes), Steps(net)
    chosen = np.arange(space.size)[::-step]
    some = PackedStates(steps.forward, net, steps.layout, space.words[:, chosen])
    assert some.size == len(chosen)
    for name in net.derivatives:
        assert some.count(name, None).tolist() == states.count(name, None)[chosen].tolist()
        for group in net.groups:
            assert some.count(name, group.name).tolist() == states.count(name, group.name)[chosen].tolist()
    for action in net.actions:
        assert some.enabled(action).tolist() == states.enabled(action)[chosen].tolist()
    assert some.first().tolist() == states.first()[chosen].tolist()
    assert some.deadlocked().tolist() == states.deadlocked()[chosen].tolist()
    first = PackedStates(steps.forward, net, steps.layout, space.words[:, :1])
    assert first.first().tolist() == [True]
    assert [space.layout.pack(initial(net))] == [tuple(space.words[:, 0].tolist())]


def test_the_first_of_states_of_several_words_is_first_in_all_of_them():
    text = "".join(f"W{n} = (a{n}, 1).V{n}; V{n} = (b{n}, 1).W{n};\n" for n in range(12))
    net = compile_model(load(text + " || ".join(f"W{n}[900]" for n in range(12)))[0], {})
    steps, here = Steps(net), initial(net)
    states = [here, ((899, 1), *here[1:]), (*here[:-1], (899, 1))]
    words = np.array([steps.layout.pack(state) for state in states], np.int64).T
    assert len(words) > 1
    assert PackedStates(steps.forward, net, steps.layout, words).first().tolist() == [True, False, False]


def test_what_a_solution_told_of_packed_states_is_kept_with_them():
    derived = derive(MODELS[1])
    steps, words = Steps(derived.net), derived.space.words
    left, chance = np.arange(words.shape[1]) % 2 == 0, np.linspace(0, 1, words.shape[1])
    told_of = PackedStates(steps.forward, derived.net, steps.layout, words, left, chance)
    assert told_of.transient().tolist() == left.tolist()
    assert told_of.probability().tolist() == chance.tolist()
    unknown = PackedStates(steps.forward, derived.net, steps.layout, words)
    for ask, name, verb in ((unknown.transient, "transient", "derive"), (unknown.probability, "probability", "solve")):
        with pytest.raises(PepaError, match=f"`{name}` of a state is not known here") as caught:
            ask()
        assert caught.value.hint == f"{verb} the model exactly"
