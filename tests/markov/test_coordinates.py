"""Coordinates of states against counting them out, and the couplings along them against the chains of their blocks."""

from dataclasses import replace

import numpy as np
import pytest

from pepa.markov.chain import chain as chains
from pepa.markov.space import coordinates as coordinate_module
from pepa.markov.space.coordinates import Entries
from pepa.markov.steady.marginals import Blocks, corrections
from tests.markov.reference import gth
from tests.models import derive

CLOSED = """
    Idle = (think, 0.7).Asking; Asking = (ask, 3.0).Waiting; Waiting = (serve, infty).Idle + (renege, 0.2).Idle;
    Up = (serve, 1.1).Up + (fail, 0.05).Down; Down = (mend, 0.4).Up;
    Guard = (ask, infty).Busy; Busy = (clear, 5.0).Guard;
    (Idle[3] <serve> Up[2]) <ask> Guard
"""
LONE = "A = (a, 1.0).B + (c, 0.1).C; B = (b, 2.0).C; C = (c, 0.5).A; D = (a, infty).E; E = (e, 3.0).D;\nA <a> D"
QUEUE = "Q = (free, 1.0).R; R = (take, 0.6).Q;\nQ[12]"
MODELS = {"closed": CLOSED, "lone": LONE, "queue": QUEUE}


@pytest.fixture(params=MODELS, ids=list(MODELS))
def derived(request):
    return derive(MODELS[request.param])


def counted_out(derived, coordinate):
    """Return the value of a coordinate in each state, read off the unpacked states."""
    space = derived.space
    states = [space.layout.counts(state) for state in space.words.T.tolist()]
    group = [counts[coordinate.group] for counts in states]
    if coordinate.derivative is None:
        return np.array([counts.index(1) for counts in group])
    return np.array([counts[coordinate.derivative] for counts in group])


def between(value, number, chain, probability):
    """Return the flows from each value to each other, of transitions one by one."""
    flows = np.zeros((number, number))
    for source, target, rate in zip(chain.source.tolist(), chain.target.tolist(), chain.rate.tolist(), strict=True):
        if value[source] != value[target]:
            flows[value[source], value[target]] += probability[source] * rate
    return flows


def table(flows, number):
    found = np.zeros((number, number))
    np.add.at(found, (flows.source, flows.target), flows.flow)
    return found


def weights(chain, seed=1):
    probability = np.random.default_rng(seed).random(chain.size) + 0.05
    return probability / probability.sum()


def test_there_is_one_for_each_count_and_one_for_each_lone_component(derived):
    known = derived.chain.coordinates
    expected = []
    for index, group in enumerate(derived.net.groups):
        if group.size == 1:
            expected.append((index, None, len(group.initial)))
        else:
            expected += [(index, derivative, group.size + 1) for derivative in range(len(group.initial))]
    assert [(one.group, one.derivative, one.values) for one in known.all()] == expected


def test_their_values_are_the_counts_of_the_states(derived):
    known = derived.chain.coordinates
    for coordinate in known.all():
        value = counted_out(derived, coordinate)
        assert known.value(coordinate).tolist() == value.tolist()
        assert known.value(coordinate, slice(2, 5)).tolist() == value[2:5].tolist()
        some = np.array([0, derived.space.size - 1])
        assert known.at(some).value(coordinate).tolist() == value[some].tolist()


@pytest.mark.parametrize("way", ["kept steps", "transitions", "balance"])
@pytest.mark.parametrize("chunk", [1 << 16, 5])
def test_flows_along_them_are_those_of_the_transitions(derived, monkeypatch, way, chunk):
    monkeypatch.setattr(coordinate_module, "CHUNK", chunk)
    monkeypatch.setattr(coordinate_module, "EACH", chunk)
    monkeypatch.setattr(chains, "STEPS", {"kept steps": chains.STEPS}.get(way, 0))
    monkeypatch.setattr(chains, "KEPT", 0 if way == "balance" else chains.KEPT)
    chain = replace(derived.chain)  # that knows nothing yet
    probability = weights(chain)
    found = chain.flows_along(chain.coordinates.all(), probability)
    assert list(found) == chain.coordinates.all()
    for coordinate, flows in found.items():
        value = counted_out(derived, coordinate)
        expected = between(value, coordinate.values, chain, probability)
        assert table(flows, coordinate.values) == pytest.approx(expected, abs=1e-15)


def test_flows_are_those_asked_for(derived):
    chain, probability = derived.chain, weights(derived.chain)
    every = chain.coordinates.all()
    whole = chain.flows_along(every, probability)
    for some in ([every[-1]], every[::2], every[::-1]):
        found = chain.flows_along(some, probability)
        assert list(found) == some
        for one in some:
            assert table(found[one], one.values) == pytest.approx(table(whole[one], one.values), abs=1e-15)


def test_restricted_they_are_those_of_the_chain_among_some_states(derived):
    chain = derived.chain
    states = np.arange(chain.size)[chain.size // 4 :]
    part = chain.restricted(states)
    probability = weights(part)
    for coordinate, flows in part.flows_along(part.coordinates.all(), probability).items():
        value = counted_out(derived, coordinate)[states]
        expected = between(value, coordinate.values, part, probability)
        assert table(flows, coordinate.values) == pytest.approx(expected, abs=1e-15)


def test_entries_may_be_transitions_or_a_balance(derived):
    known, chain = derived.chain.coordinates, derived.chain
    probability = weights(chain)
    found = known.flows(known.all(), Entries(chain.source, known.move, chain.rate), probability)
    for coordinate, flows in found.items():
        expected = between(counted_out(derived, coordinate), coordinate.values, chain, probability)
        assert table(flows, coordinate.values) == pytest.approx(expected, abs=1e-15)


def demanded(flows, mass):
    """Return the masses of blocks that the flows between them demand: the solution of their own chain."""
    return gth(flows / mass[:, None])


def corrected(chain, probability, blocks=(), above=0.0):
    along = chain.coordinates.all()
    return list(corrections(chain, probability, along, blocks, above, lambda: None))


def test_a_correction_gives_every_block_the_mass_its_flows_demand(derived):
    chain, probability = derived.chain, weights(derived.chain)
    every = corrected(chain, probability)
    assert [one.coordinate for one in every] == chain.coordinates.all()
    for one in every:
        value = counted_out(derived, one.coordinate)
        present = np.unique(value)
        mass = np.bincount(value, probability, one.coordinate.values)
        flows = between(value, one.coordinate.values, chain, probability)[np.ix_(present, present)]
        expected = demanded(flows, mass[present])
        after = probability.copy()
        one.apply(after)
        masses = np.bincount(value, after, one.coordinate.values)[present]
        assert masses / masses.sum() == pytest.approx(expected, rel=1e-10)
        assert after.sum() == pytest.approx(1)
        assert one.relative == pytest.approx(np.abs(expected / mass[present] - 1).max())
        assert one.absolute == pytest.approx(np.abs(expected - mass[present]).sum())


def test_within_a_block_shares_are_kept(derived):
    chain, probability = derived.chain, weights(derived.chain)
    for one in corrected(chain, probability):
        after = probability.copy()
        one.apply(after)
        factor = after / probability
        value = counted_out(derived, one.coordinate)
        for block in np.unique(value):
            assert np.ptp(factor[value == block]) <= 1e-12 * factor[value == block][0]


def test_the_solution_is_not_corrected(derived):
    chain = derived.chain
    for one in corrected(chain, gth(chain.dense())):
        assert one.relative < 1e-12
        assert one.absolute < 1e-13


def test_a_queue_is_solved_by_one_correction():
    chain = derive(QUEUE).chain
    (first, *_) = corrected(chain, weights(chain))
    after = weights(chain)
    first.apply(after)
    assert after / after.sum() == pytest.approx(gth(chain.dense()), rel=1e-11)


@pytest.mark.parametrize("number", [2, 4, 6])
def test_blocks_of_any_kind_are_corrected_likewise(derived, number):
    chain = derived.chain
    label = np.arange(chain.size) * number // chain.size
    (one,) = corrections(chain, weights(chain), [], [Blocks("parts", label, number)], 0.0, lambda: None)
    mass = np.bincount(label, weights(chain))
    expected = demanded(between(label, number, chain, weights(chain)), mass)
    assert one.factor * mass == pytest.approx(expected, rel=1e-10)
    assert (one.name, one.coordinate) == ("parts", None)
    assert [one.labels(slice(1, 3)).tolist()] == [label[1:3].tolist()]


def test_blocks_of_next_to_no_mass_do_not_count_for_the_largest():
    chain = derive(QUEUE).chain
    probability = weights(chain)
    probability[-1] = 1e-12
    (all_count, *_) = corrected(chain, probability)
    (few_count, *_) = corrected(chain, probability, above=1e-9)
    assert all_count.relative > 1e6 > few_count.relative
    assert all_count.absolute == few_count.absolute


def test_no_factor_is_greater_than_allowed():
    chain = derive(QUEUE).chain
    probability = weights(chain)
    probability[-1] = 1e-12
    (one, *_) = corrected(chain, probability)
    after = probability.copy()
    one.apply(after, 10.0)
    assert (after / probability).max() == pytest.approx(10)
    assert (after / probability).min() >= 0.1


def test_it_is_said_what_is_coupled():
    names = [one.name for one in corrected(derive(CLOSED).chain, weights(derive(CLOSED).chain))]
    assert names[:3] == ["the number of Idle", "the number of Asking", "the number of Waiting"]
    assert names[-1] == "the place of Guard"
