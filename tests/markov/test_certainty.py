"""No answer is further off than the certainty stated with it, whatever slow modes its chain has."""

import random

import numpy as np
import pytest

from pepa.control.control import Control
from pepa.markov.chain.chain import Chain, rated
from pepa.markov.steady import marginals, slow_mode
from pepa.markov.steady.gth import stationary as gth
from pepa.markov.steady.outcome import NotConverged
from pepa.markov.steady.plan import METHODS
from pepa.markov.steady.steady_state import stationary, steady_state
from tests.models import derive, solve

ITERATIVE = "Gauss-Seidel with BiCGSTAB"


def ladders(source):
    """Random wells joined by ladders of ordinary links, as rates by (from, to): escaping takes up to 1e17 steps."""
    rates = {}
    wells, rungs = source.randint(2, 6), source.randint(2, 9)
    size = [source.randint(1, 3) for _ in range(wells)]
    climb = min(2.0, 10 ** (source.uniform(-17, -3) / rungs))

    def join(a, b, rate):
        rates[a, b] = rates.get((a, b), 0.0) + float(f"{rate:.6g}")

    for well in range(wells):
        for place in range(size[well] if size[well] > 1 else 0):
            join(f"N{well}x{place}", f"N{well}x{(place + 1) % size[well]}", source.uniform(0.3, 3))
    for well in range(wells if wells > 2 else 1):
        before, other = f"N{well}x0", f"N{(well + 1) % wells}x0"
        for rung in range(rungs):
            here = f"L{well}x{rung}"
            join(before, here, climb * source.uniform(0.5, 2))
            join(here, before, source.uniform(0.5, 2))
            before = here
        join(before, other, source.uniform(0.5, 2))
        join(other, before, climb * source.uniform(0.5, 2))
    return rates


def beside(rates, copies, source, *, served):
    """The wells as one component beside an array, whose members they serve at a rate of each well's own."""
    places = list(dict.fromkeys(place for place, _ in rates))
    text = []
    for place in places:
        steps = [f"(t{index}, {rate!r}).{b}" for index, ((a, b), rate) in enumerate(rates.items()) if a == place]
        if served:
            steps.append(f"(serve, {source.choice([0.2, 1.0, 5.0])}).{place}")
        text.append(f"{place} = {' + '.join(steps)};")
    phases = source.randint(2, 4)
    for phase in range(phases):
        step = "(serve, infty)" if served and phase == 0 else f"(w{phase}, {source.uniform(0.3, 3):.3f})"
        text.append(f"W{phase} = {step}.W{(phase + 1) % phases};")
    return "\n".join([*text, f"W0[{copies}] {'<serve>' if served else '<>'} {places[0]}"])


def alone(rates):
    """The probabilities of the wells, which nothing else has a part in, by elimination without subtraction."""
    places = list(dict.fromkeys(place for place, _ in rates))
    matrix = np.zeros((len(places), len(places)))
    for (a, b), rate in rates.items():
        matrix[places.index(a), places.index(b)] += rate
    return dict(zip(places, gth(matrix, lambda: None), strict=True))


def held(seed):
    """Solve one random chain; return how far it is off, and what it is said to be certain to."""
    source = random.Random(seed)
    rates = ladders(source)
    text = beside(rates, source.randint(1, 30), source, served=source.random() < 0.5)
    derived = derive(text)
    if derived.space.size > 30_000:
        return None
    solved = solve(text)
    assert solved.steady.certainty.exact
    population = solved.measures.population
    off = max(abs(population[name] - value) / value for name, value in alone(rates).items())
    return off, solved.steady.certainty.error


@pytest.mark.parametrize("seed", range(12))
def test_wells_joined_by_ladders_have_their_weights(seed):
    found = held(seed)
    assert found is None or found[0] <= found[1]


@pytest.mark.slow
def test_wells_joined_by_ladders_have_their_weights_at_length():
    found = [answer for answer in map(held, range(1_000, 1_700)) if answer is not None]
    assert len(found) >= 500
    assert all(off <= certain for off, certain in found)


def ladder(name, rungs, partner):
    """Two wells A and B of one component, each the top of a ladder; at the bottom it flips with its partner."""
    lines = []
    for well, other in ("AB", "BA"):
        for rung in range(rungs + 1):
            up = f"{name}{well}{rung + 1}" if rung < rungs else f"{name}{other}{rungs}"
            steps = [f"({name.lower()}u, e).{up}"]
            steps.append(f"({name.lower()}d, 1).{name}{well}{rung - 1}" if rung else f"({partner}, 0.3).{name}{other}0")
            lines.append(f"{name}{well}{rung} = {' + '.join(steps)};")
    return "\n".join(lines)


PARITY = f"""e = 0.01; s = 0.002;
{ladder("N", 6, "flip")}
{ladder("M", 6, "flip").replace("(mu, e).MB6", "(mu, 3*e).MB6")}
W0 = (w0, 1).W1; W1 = (w1, 2).W0;
(NA0 <flip> MA0) <> W0[9]"""


def test_a_slow_mode_of_two_components_together_is_found():
    """Each component alone is in either well half the time; whether they agree changes once in 1e12."""
    solved = solve(PARITY, method=ITERATIVE)
    exact = np.array(list(solve(PARITY.replace(" <> W0[9]", "")).measures.population.values()))
    found = np.array([value for name, value in solved.measures.population.items() if name[0] in "NM"])
    assert solved.steady.certainty.exact
    assert np.abs(found / exact - 1).max() <= solved.steady.certainty.error


def shuffled_wells(size, wells, rungs, climb, seed):
    """One large component: wells of random graphs, joined in a ring by ladders."""
    source = np.random.default_rng(seed)
    edges = []
    for well in range(wells):
        first = well * size
        edges += [(first + a, first + b, r) for a in range(size) for b, r in
                  zip(source.integers(0, size, 4), source.uniform(0.2, 3, 4), strict=True) if a != b]  # fmt: skip
        edges += [(first + a, first + (a + 1) % size, 0.5) for a in range(size)]
        below, other = first, (well + 1) % wells * size + 1
        for rung in range(rungs):
            here = wells * size + well * rungs + rung
            edges += [(below, here, climb * source.uniform(0.5, 2)), (here, below, 1.0)]
            below = here
        edges.append((below, other, climb))
    source_, target, rate = map(np.array, zip(*edges, strict=True))
    number = wells * (size + rungs)
    return Chain(number, source_.astype(np.int32), target.astype(np.int32), rated(rate), np.array([0, number]))


@pytest.mark.parametrize("method", [ITERATIVE, "sparse LU"])
def test_a_chain_without_groups_is_parted_by_its_slowest_mode(method):
    chain = shuffled_wells(250, 4, 5, 0.004, 3)
    exact = gth(chain.dense(), lambda: None)
    found = stationary(chain, Control(), method)
    assert found.certainty.exact
    assert np.abs(found.probability - exact).sum() <= found.certainty.error
    weights = [exact[first : first + 250].sum() for first in range(0, 1000, 250)]
    reached = [found.probability[first : first + 250].sum() for first in range(0, 1000, 250)]
    np.testing.assert_allclose(reached, weights, rtol=found.certainty.error)


def test_what_cannot_be_made_certain_says_so(monkeypatch):
    for found in ("parts", "wells"):
        monkeypatch.setattr(f"pepa.markov.steady.certainty.{found}", lambda *_: None)
    found = stationary(shuffled_wells(250, 4, 5, 0.004, 3), Control(), ITERATIVE)
    assert not found.certainty.exact
    assert "not certain" in found.certainty.words
    assert "barrier" in found.certainty.evidence


@pytest.mark.parametrize(("kept", "steps"), [(0, 0), (1 << 25, 0), (1 << 25, 1 << 23)])
def test_flows_along_coordinates_are_those_between_their_values(kept, steps, monkeypatch):
    monkeypatch.setattr("pepa.markov.chain.chain.KEPT", kept)
    monkeypatch.setattr("pepa.markov.chain.chain.STEPS", steps)
    text = """r = 2; s = 0.5;
    P = (a, r).Q + (b, s).R; Q = (c, 1).P; R = (a, 3).P + (d, infty).Q;
    X = (a, infty).Y; Y = (e, 1).Z + (d, 2).X; Z = (f, 4).X;
    U = (e, 1).V; V = (f, 2).U;
    (P[4] <a, d> X) <> U[3]"""
    derived = derive(text)
    chain, random_ = derived.chain, np.random.default_rng(2)
    assert chain.jumps.nnz == np.count_nonzero(chain.moving) + chain.size
    assert ("rate" in vars(chain)) == (kept > 0)  # a large chain does not keep them beside the jumps
    probability = random_.random(chain.size)
    along = chain.coordinates.all()
    assert len(along) == 3 + 1 + 2
    apart = [one for coordinate in along for one in chain.flows_along([coordinate], probability).items()]
    for coordinate, flows in [*chain.flows_along(along, probability).items(), *apart]:
        value, number = chain.coordinates.value(coordinate), coordinate.values
        expected, found = np.zeros((number, number)), np.zeros((number, number))
        np.add.at(expected, (value[chain.source], value[chain.target]), probability[chain.source] * chain.rate)
        np.add.at(found, (flows.source, flows.target), flows.flow)
        np.fill_diagonal(expected, 0)
        np.testing.assert_allclose(found, expected, rtol=1e-13)


def test_corrections_of_the_answer_are_none_and_of_another_move_its_mass():
    derived = derive("P = (a, 1).Q; Q = (b, 3).P; X = (c, 1).Y; Y = (d, 2).X; P[6] <> X")
    chain = derived.chain
    right = steady_state(chain).probability
    wrong = right * np.random.default_rng(0).uniform(0.5, 2, chain.size)
    for probability, most in ((right, 1e-14), (wrong / wrong.sum(), np.inf)):
        found = list(marginals.corrections(chain, probability, chain.coordinates.all(), [], 0.0, lambda: None))
        assert len(found) == 3
        assert all(correction.absolute <= most for correction in found)
        for correction in found:  # a birth-death chain of its own: coupling gives it its weights at once
            label, applied = correction.labels(slice(None)), probability.copy()
            correction.apply(applied)
            mass = np.bincount(label, applied)
            assert correction.absolute == pytest.approx(np.abs(mass - np.bincount(label, probability)).sum())


def test_a_chain_that_mixes_soon_has_no_slow_mode():
    derived = derive("P = (a, 1).Q; Q = (b, 3).R; R = (c, 2).P; P[20]")
    chain = derived.chain
    flow = steady_state(chain).probability * chain.exit_rates
    core = slow_mode.core(chain, flow / flow.sum(), 1e-12)
    mode = slow_mode.slowest_mode(chain, core, [], [], 0, lambda: None)
    assert not mode.barred
    assert mode.slowness > 1e-3


@pytest.mark.parametrize("method", [method.name for method in METHODS if "aggregation" not in method.name])
def test_every_method_says_what_it_is_certain_to(method):
    text = "P = (a, 1).Q + (d, 0.1).R; Q = (b, 3).P; R = (r, 0.5).P; X = (b, 2).Y; Y = (g, 1).X; P[8] <b> X[3]"
    exact, found = solve(text), solve(text, method=method)
    off = np.abs(found.steady.probability - exact.steady.probability).sum()
    assert off <= found.steady.certainty.error <= 1e-6


def test_a_method_that_comes_to_nothing_says_why_however_small_the_chain():
    """Rates 1e18 apart: without one state the balance equations are singular in doubles."""
    text = "Start = (go, 1e-12).P; P = (a, 2e7).Q; Q = (a, 2e7).P + (stop, 1e-12).Start; Start"
    with pytest.raises(NotConverged, match="came to none") as caught:
        solve(text, method="sparse LU")
    assert "memory" not in caught.value.hint
    assert solve(text).steady.certainty.exact
