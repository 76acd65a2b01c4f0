"""A distribution carried to another model: who stays is where he was, who comes begins, what has no match is told."""

import numpy as np
import pytest

from pepa.control.error import PepaError
from pepa.markov.space.carrying import carried
from pepa.query.rewards import member_counts
from tests.models import derive

CYCLE = "P = (a, 1).Q; Q = (b, 2).R; R = (c, 3).P;\n"
OTHER = "S = (x, 1).T; T = (y, 1).S;\n"


def spaces(before, after):
    return derive(before).space, derive(after).space


def means(space, probability, names):
    return {name: float(probability @ member_counts(space, name)) for name in names}


@pytest.mark.parametrize("seed", range(3))
def test_who_stays_is_where_he_was_however_the_states_are_numbered(seed):
    old, new = spaces(CYCLE + OTHER + "P[3] || S[2]", OTHER + CYCLE.replace("(a, 1)", "(a, 9)") + "S[2] || P[3]")
    probability = np.random.default_rng(seed).dirichlet(np.ones(old.size))
    found = carried(probability, old, new)
    assert found.sum() == pytest.approx(1)
    names = ("P", "Q", "R", "S", "T")
    assert means(new, found, names) == pytest.approx(means(old, probability, names))
    assert np.sort(found) == pytest.approx(np.sort(probability))


@pytest.mark.parametrize(
    ("before", "after", "more"),
    [
        ("P[3]", "P[5]", {"P": 2}),
        ("Q[3]", "Q[5]", {"Q": 2}),
        ("P[2] || Q", "P[3] || Q[2]", {"P": 1, "Q": 1}),  # those more that begin in each
        ("P[3]", "P[3] || S[2]", {"S": 2}),
        ("P || S", "P || S || S", {"S": 1}),
    ],
)
def test_members_that_come_begin_where_they_do(before, after, more):
    old, new = spaces(CYCLE + OTHER + before, CYCLE + OTHER + after)
    probability = np.random.default_rng(1).dirichlet(np.ones(old.size))
    names = [name for name in ("P", "Q", "R", "S", "T") if name in old.net.derivatives]
    expected = means(old, probability, names)
    found = means(new, carried(probability, old, new), {*names, *more})
    assert found == pytest.approx({name: expected.get(name, 0.0) + more.get(name, 0) for name in found})


def test_what_a_model_has_no_more_is_forgotten():
    old, new = spaces(CYCLE + OTHER + "P[2] || S[2]", CYCLE + "P[2]")
    probability = np.random.default_rng(2).dirichlet(np.ones(old.size))
    found = carried(probability, old, new)
    assert means(new, found, ("P", "Q")) == pytest.approx(means(old, probability, ("P", "Q")))


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        (CYCLE + "P[3]", CYCLE + "P[2]", "members can come, not go"),
        (CYCLE + "P", OTHER + "S", "no component in common"),
        (CYCLE + "P[2] || Q", CYCLE + "P || Q[3]", "begins elsewhere"),
        (CYCLE + "P", "P = (a, 1).Q; Q = (b, 2).P; P", "which it has not"),
        (CYCLE + "P", CYCLE.replace("(b, 2).R", "(b, 0).R") + "P", "have no match"),
    ],
)
def test_what_has_no_match_is_told(before, after, said):
    old, new = spaces(before, after)
    with pytest.raises(PepaError) as error:
        carried(np.full(old.size, 1 / old.size), old, new)
    assert said in f"{error.value.message}; {error.value.hint}"


def test_a_group_is_followed_where_another_of_its_name_comes():
    old, new = spaces(CYCLE + "P[2]", CYCLE + "P[2] <a> P[3]")
    probability = np.random.default_rng(5).dirichlet(np.ones(old.size))
    found = carried(probability, old, new)
    first = [probability @ member_counts(old, name) for name in ("P", "Q", "R")]
    assert [found @ member_counts(new, name, "P#1") for name in ("P", "Q", "R")] == pytest.approx(first)
    assert found @ member_counts(new, "P", "P#2") == pytest.approx(3)
