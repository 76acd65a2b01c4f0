"""Small absorbing chains solved in fractions: no rounding, and nothing shared with the package."""

import math
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from hypothesis import strategies as st

from pepa.markov.chain.chain import Chain, rated
from pepa.markov.passage.absorbing import GOING, Ends, absorbing


def eliminated(matrix, right):
    """Return x with A x = b, by Gauss and Jordan."""
    rows = [[Fraction(entry) for entry in row] + [Fraction(value)] for row, value in zip(matrix, right, strict=True)]
    for place in range(len(rows)):
        pivot = next(number for number in range(place, len(rows)) if rows[number][place])
        rows[place], rows[pivot] = rows[pivot], rows[place]
        rows[place] = [entry / rows[place][place] for entry in rows[place]]
        for number, row in enumerate(rows):
            if number != place and row[place]:
                rows[number] = [one - row[place] * other for one, other in zip(row, rows[place], strict=True)]
    return [row[-1] for row in rows]


@dataclass
class Arriving:
    """With what probability an end is met, and given that, mean and variance of when."""

    probability: Fraction
    mean: Fraction
    variance: Fraction


class Left:
    """States that are left: `rates` between them and `ends` out of them, as the package has them, but exact."""

    def __init__(self, system):
        self.rates = [[Fraction(rate) for rate in row] for row in system.rates.toarray().tolist()]
        self.ends = [[Fraction(rate) for rate in row] for row in system.ends.tolist()]
        self.start = [Fraction(share) for share in system.start.tolist()]
        self.at_once = [Fraction(share) for share in system.at_once.tolist()]
        self.exits = [sum(row) + sum(out) for row, out in zip(self.rates, self.ends, strict=True)]

    def earned(self, right):
        """Return what is earned before leaving, from each state, where `right` is earned per time."""
        size = range(len(self.rates))
        matrix = [[self.exits[i] * (i == j) - self.rates[i][j] for j in size] for i in size]
        return eliminated(matrix, right)

    def arriving(self, ends):
        """Return when any of some ends is met: by the moments of the chain, their difference taken without rounding."""
        reach = self.earned([sum(row[end] for end in ends) for row in self.ends])
        once = self.earned(reach)
        twice = self.earned([2 * value for value in once])
        first, second, third = (
            sum(a * b for a, b in zip(self.start, one, strict=True)) for one in (reach, once, twice)
        )
        probability = first + sum(self.at_once[end] for end in ends)
        if not probability:
            return Arriving(probability, None, None)
        mean = second / probability
        return Arriving(probability, mean, third / probability - mean**2)


@st.composite
def systems(draw, most=5, orders=12):
    """Chains of some states that are left for one of two ends that count, or another, at rates of many orders."""
    size = draw(st.integers(2, most))
    few_digits = st.tuples(st.integers(1, 31), st.integers(-orders, orders))  # short fractions are fast
    rate = few_digits.map(lambda parts: math.ldexp(*parts))
    pairs = [(i, j) for i in range(size) for j in range(size + 3) if i != j]
    around = {(i, (i + 1) % size) for i in range(size)} | {(draw(st.integers(0, size - 1)), size)}
    more = draw(st.lists(st.sampled_from(pairs), max_size=2 * size, unique=True))
    chosen = sorted(around | set(more))
    rates = [draw(rate) for _ in chosen]
    source, target = (np.array(states, np.int32) for states in zip(*chosen, strict=True))
    whole = size + 3
    state = np.full(whole, GOING, np.int8)
    state[size:] = 0, 1, 2
    weights = np.array([draw(st.integers(0, 3)) for _ in range(size + 1)] + [0, 0], float)
    weights[draw(st.integers(0, size - 1))] += 1
    chain = Chain(whole, source, target, rated(np.array(rates)), np.array([0, whole]))
    ends = Ends(2, np.full(len(rates), GOING, np.int8), state)
    return absorbing(chain, ends, weights / 2.0 ** np.ceil(np.log2(weights.sum())))
