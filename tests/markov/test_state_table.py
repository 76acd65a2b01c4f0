"""The table of states against a dictionary: numbers in the order they came, whatever the words and the sizes."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pepa.markov.space import table
from pepa.markov.space.table import StateTable

WORD = st.one_of(st.integers(0, 7), st.sampled_from([0, 1, 2**62, 2**63 - 1]), st.integers(0, 2**63 - 1))


def numbered(known, states):
    """Return the numbers a dictionary gives: known ones, and new ones in the order they first came among equals."""
    return [known.setdefault(state, len(known)) for state in states]


def inserted(found, states):
    return found.insert(np.array(states, np.int64).reshape(-1, len(found.states())).T.copy())


@settings(max_examples=40)
@given(st.integers(1, 3).flatmap(lambda words: st.lists(st.lists(st.tuples(*[WORD] * words), max_size=30), max_size=8)))
def test_each_state_has_one_number_and_each_number_one_state(batches):
    words = next((len(state) for batch in batches for state in batch), 1)
    found, seen = StateTable(words), {}
    for batch in (one for one in batches if one):
        numbers = inserted(found, batch).tolist()
        for state, number in zip(batch, numbers, strict=True):
            assert seen.setdefault(state, number) == number
        assert found.count == len(seen)
        assert sorted(seen.values()) == list(range(len(seen)))  # none is left out
    states = found.states()
    assert [tuple(states[:, number].tolist()) for number in sorted(seen.values())] == sorted(seen, key=seen.get)


@settings(max_examples=40)
@given(st.lists(st.tuples(WORD, WORD), max_size=60))
def test_one_at_a_time_they_are_numbered_as_they_come(states):
    found, known = StateTable(2), {}
    for state in states:
        new = state not in known
        assert found.insert_one(state) == (numbered(known, [state])[0], new)
    assert found.count == len(known)


@settings(max_examples=40)
@given(st.lists(st.tuples(WORD), min_size=1, max_size=40), st.lists(st.tuples(WORD), min_size=1, max_size=40))
def test_one_at_a_time_and_many_at_once_find_the_same(first, then):
    found, known = StateTable(1), {}
    for state, number in zip(first, inserted(found, first).tolist(), strict=True):
        known[state] = number
    for state in then:
        number, new = found.insert_one(state)
        assert new == (state not in known)
        assert known.setdefault(state, number) == number
    assert inserted(found, first).tolist() == [known[state] for state in first]


@pytest.mark.parametrize("large", [1 << 19, 1 << 13])
def test_it_grows_and_forgets_nothing(monkeypatch, large):
    monkeypatch.setattr(table, "LARGE", large)
    random = np.random.default_rng(1)
    found = StateTable(2)
    states = random.integers(0, 300, (2, 60_000))
    before = found.nbytes
    numbers = np.concatenate(
        [found.insert(states[:, start : start + 7_000].copy()) for start in range(0, 60_000, 7_000)]
    )
    distinct = np.unique(states, axis=1).shape[1]
    assert found.count == distinct
    assert (found.states()[:, numbers] == states).all()
    assert (found.insert(states.copy()) == numbers).all()
    assert found.nbytes > before + 16 * distinct


def test_states_that_share_a_slot_are_told_apart():
    """Multiples of a large power of two have few bits that differ."""
    found = StateTable(1)
    states = (np.arange(3_000, dtype=np.int64) << 50)[None]
    numbers = found.insert(states.copy())
    assert len(set(numbers.tolist())) == 3_000
    assert (found.states()[:, numbers] == states).all()


def test_states_from_a_number_on():
    found = StateTable(1)
    inserted(found, [(5,), (9,), (5,)])
    first = found.count
    inserted(found, [(9,), (4,)])
    assert found.states(first).tolist() == [[4]]
