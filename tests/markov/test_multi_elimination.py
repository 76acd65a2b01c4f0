"""Many states eliminated together against one after the other: what is left is the chain as seen in the states left."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.sparse import csr_array

from pepa.markov.chain import elimination
from pepa.markov.chain.elimination import independent, reduced
from pepa.markov.chain.unsuitable import Unsuitable
from tests.markov.reference import gth, random_chain, stiff


def censored(matrix, kept):
    """Return the rates between the states kept, of a chain of which only these are seen, by a linear solution."""
    rates = np.array(matrix, float)
    np.fill_diagonal(rates, 0)
    gone = np.setdiff1d(np.arange(len(rates)), kept)
    leaving = np.diag(rates.sum(axis=1))[np.ix_(gone, gone)] - rates[np.ix_(gone, gone)]
    seen = rates[np.ix_(kept, kept)] + rates[np.ix_(kept, gone)] @ np.linalg.solve(leaving, rates[np.ix_(gone, kept)])
    np.fill_diagonal(seen, 0)
    return seen


def numbers_left(rounds, size):
    """Return which of the first states those left are."""
    left = np.arange(size)
    for one in rounds:
        assert sorted([*one.gone, *one.kept]) == list(range(len(left)))
        left = left[one.kept]
    return left


@settings(max_examples=25)
@given(st.integers(0, 2**32 - 1), st.integers(4, 60), st.integers(1, 4))
def test_a_set_is_independent_and_has_those_that_add_least(seed, size, degree):
    rates = csr_array(random_chain(size, degree, seed).dense())
    chosen = independent(rates, np.random.default_rng(seed))
    assert chosen.any()
    assert rates[chosen][:, chosen].nnz == 0
    added = np.diff(rates.indptr) * np.bincount(rates.indices, minlength=size) - np.diff(rates.indptr)
    added = added - np.bincount(rates.indices, minlength=size)
    assert added[chosen].max() <= max(np.sort(added)[size // 4], 2)


@pytest.mark.parametrize("size", [2, 3, 50, 999])
def test_of_a_path_at_least_a_third_goes_at_once(size):
    steps = np.arange(size - 1)
    rates = csr_array((np.ones(2 * size - 2), (np.r_[steps, steps + 1], np.r_[steps + 1, steps])), shape=(size, size))
    chosen = independent(rates, np.random.default_rng(0))
    assert chosen.sum() >= size // 3
    assert not (chosen[1:] & chosen[:-1]).any()


@settings(max_examples=25)
@given(st.integers(0, 2**32 - 1), st.integers(8, 50), st.integers(2, 6))
def test_what_is_left_is_the_chain_as_seen_in_the_states_left(seed, size, dense):
    matrix = random_chain(size, 2, seed).dense()
    found = reduced(csr_array(matrix), dense, 100, lambda: None)
    left = numbers_left(found.rounds, size)
    assert found.rates.shape[0] == len(left) <= max(dense, size)
    assert found.rates.toarray() == pytest.approx(censored(matrix, left), rel=1e-9, abs=1e-13)


@settings(max_examples=25)
@given(st.integers(0, 2**32 - 1))
def test_nothing_is_lost_over_twelve_decades(seed):
    chain = stiff(40, seed)
    found = reduced(csr_array(chain.dense()), 5, 100, lambda: None)
    left = numbers_left(found.rounds, 40)
    whole = gth(chain.dense())[left]
    assert gth(found.rates.toarray()) == pytest.approx(whole / whole.sum(), rel=1e-12)


@pytest.mark.parametrize("outside", [False, True])
def test_a_round_keeps_what_leads_into_and_out_of_the_states_that_go(outside):
    matrix = random_chain(30, 2, 3).dense()
    if outside:
        matrix[0] = 0  # entered and never left
    found = reduced(csr_array(matrix), 4, 100, lambda: None, outside=outside)
    first = found.rounds[0]
    into, out = matrix[np.ix_(first.kept, first.gone)], matrix[np.ix_(first.gone, first.kept)]
    assert first.into.toarray() == pytest.approx(into)
    assert first.outflow == pytest.approx(out.sum(axis=1))
    if outside:
        assert first.out.toarray() == pytest.approx(out)
        assert numbers_left(found.rounds, 30)[0] == 0
    else:
        assert first.out is None


@settings(max_examples=25)
@given(st.integers(0, 2**32 - 1))
def test_the_mean_time_until_outside_is_that_of_a_linear_solution(seed):
    """Times obey rates @ times = outflow * times - 1; back through the rounds they follow from those left."""
    matrix = random_chain(40, 2, seed).dense()
    matrix[0] = 0
    inner = np.diag(matrix[1:].sum(axis=1)) - matrix[1:, 1:]
    times = np.r_[0, np.linalg.solve(inner, np.ones(39))]
    found = reduced(csr_array(matrix), 4, 100, lambda: None, outside=True)
    earned, all_earned = np.ones(40), []
    for one in found.rounds:
        all_earned.append(earned)
        earned = earned[one.kept] + one.into @ (earned[one.gone] / one.outflow)
    rates = found.rates.toarray()
    solved = np.r_[0, np.linalg.solve(np.diag(rates[1:].sum(axis=1)) - rates[1:, 1:], earned[1:])]
    for one, before in zip(reversed(found.rounds), reversed(all_earned), strict=True):
        whole = np.empty(len(one.gone) + len(one.kept))
        whole[one.kept] = solved
        whole[one.gone] = (before[one.gone] + one.out @ solved) / one.outflow
        solved = whole
    assert solved == pytest.approx(times, rel=1e-8)


def complete(size):
    return csr_array(np.ones((size, size)) - np.eye(size))


def test_where_all_are_joined_dense_elimination_goes_on(monkeypatch):
    found = reduced(complete(80), 10, 10, lambda: None)
    assert found.rates.shape == (80, 80)
    assert found.rounds == ()
    monkeypatch.setattr(elimination, "LARGEST_DENSE", 79)
    with pytest.raises(Unsuitable, match="too many transitions"):
        reduced(complete(80), 10, 10, lambda: None)


def test_it_can_be_stopped_after_every_round():
    told = []
    found = reduced(csr_array(random_chain(200, 1, 0).dense()), 5, 100, lambda: told.append(None))
    assert len(told) == len(found.rounds) > 3

    def stop():
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        reduced(csr_array(random_chain(200, 1, 0).dense()), 5, 100, stop)
