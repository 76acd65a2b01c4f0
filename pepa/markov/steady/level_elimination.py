"""GTH elimination in the order of the levels, the last state first, for long and thin chains of any range.

A transition leads at most one level on, so what eliminating a state adds goes out of its own level and the one before:
there is little of it where levels are narrow. Without subtraction (Grassmann, Taksar and Heyman 1985), and with
exponents of their own, so that probabilities may lie thousands of orders of magnitude apart on the way.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from pepa.markov.chain.chain import Chain
from pepa.markov.chain.unsuitable import Unsuitable
from pepa.markov.space.state_space import Vector
from pepa.markov.steady.method import Pulse, Step
from pepa.markov.steady.names import NAMES

NARROW = 4  # states a level on average below which nothing is faster
MOST_PATHS = 100_000_000  # through a state that is eliminated, in all: about twenty seconds
FILLED = 4  # levels that one state is joined to where eliminating pays, and so many states more
PULSE = 512  # states between two looks at the watcher

Rates = list[dict[int, float]]


@dataclass(frozen=True)
class LevelElimination:
    """Eliminate one state after another by levels; direct: one step is the answer.

    Dense elimination takes chains of up to `fewest_states`; of `most_states` each takes about a kilobyte.
    """

    fewest_states: int = 2_000
    most_states: int = 2_000_000

    name = NAMES["levels"]
    reason = "thin, of any range"
    patience = 1
    by_residual = False

    def suits(self, chain: Chain) -> bool:
        """Whether the chain is thin, neither small nor too large for the memory."""
        return not chain.is_wide and self.fewest_states < chain.size <= self.most_states

    def prepare(self, chain: Chain, tolerance: float, pulse: Pulse) -> Step:
        """Return the step that is the answer; raises Unsuitable where there are too many paths to add up."""
        del tolerance
        edges = (chain.source.tolist(), chain.target.tolist(), chain.rate.tolist())
        answer = eliminated(chain.size, *edges, pulse, (FILLED * (chain.width + FILLED)) ** 2)
        return lambda _: answer


def narrow(chain: Chain) -> bool:
    """Whether there are few paths through any one state, so that no other method need be tried first."""
    return chain.width < NARROW and LevelElimination().suits(chain)


def eliminated(size: int, source: list[int], target: list[int], rate: list[float], pulse: Pulse, most: float) -> Vector:
    """Return the steady state of an irreducible chain up to a factor, its states eliminated from the last to the first.

    Raises Unsuitable where there are more than `most` paths through a state on average.
    """
    back, into = _split(size, source, target, rate)
    _eliminate(back, into, most, pulse)
    return _probabilities(into, pulse)


def _split(size: int, sources: list[int], targets: list[int], rates: list[float]) -> tuple[Rates, Rates]:
    """Return for each state the rates out of it to states before it, and the rates into it from states before it."""
    back: Rates = [{} for _ in range(size)]
    into: Rates = [{} for _ in range(size)]
    for source, target, rate in zip(sources, targets, rates, strict=True):
        if target < source:
            back[source][target] = back[source].get(target, 0.0) + rate
        elif source < target:
            into[target][source] = into[target].get(source, 0.0) + rate
    return back, into


def _eliminate(back: Rates, into: Rates, most: float, pulse: Pulse) -> None:
    """Turn the rates into each state into shares of its outflow, adding the paths through it to those before it.

    Raises Unsuitable where there are more than `most` paths through a state on average.
    """
    paths, size = 0, len(back)
    for state in range(size - 1, 0, -1):
        leaving, entering = back[state], into[state]
        outflow = sum(leaving.values())
        paths += len(leaving) * len(entering)
        for source, rate in entering.items():
            share = entering[source] = rate / outflow
            for target, onward in leaving.items():
                if target < source:
                    back[source][target] = back[source].get(target, 0.0) + share * onward
                elif source < target:
                    into[target][source] = into[target].get(source, 0.0) + share * onward
        back[state] = {}
        if paths > min(MOST_PATHS, most * max(size - state, PULSE)):
            raise Unsuitable("there are too many paths to add up")
        if state % PULSE == 0:
            pulse()


def _probabilities(shares: Rates, pulse: Pulse) -> Vector:
    """Return the probabilities, up to a factor: each the sum of those before it, times their shares."""
    mantissas, exponents = [0.5], [1]
    for state in range(1, len(shares)):
        before = shares[state]
        base = max(exponents[source] for source in before)
        terms = (math.ldexp(mantissas[source] * share, exponents[source] - base) for source, share in before.items())
        mantissa, exponent = math.frexp(sum(terms))
        mantissas.append(mantissa)
        exponents.append(base + exponent)
        if state % PULSE == 0:
            pulse()
    powers = np.array(exponents)
    return np.asarray(np.ldexp(np.array(mantissas), powers - powers.max()))
