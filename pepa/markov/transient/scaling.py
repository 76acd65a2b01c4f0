"""Transient probabilities by scaling and squaring: one power of the transition matrix for each gap between times."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

import numpy as np

from pepa.control.control import Control, Ticker
from pepa.markov.chain.chain import Chain
from pepa.markov.space.state_space import Vector
from pepa.markov.transient.moment import Moment
from pepa.markov.transient.squaring import EXTENDED, FINER, Power, Squaring, rounding

SHORTENED = 2.0**-53  # by the rounding of a distribution to doubles
SAME = 8 * 2.0**-52  # of the later time: gaps that differ by less of it are one, where that is next to nothing
FAINT = 1e-9  # of a gap


def moments(
    chain: Chain, times: Vector, control: Control, tolerance: float, start: Vector | None = None
) -> Iterator[Moment]:
    """Yield the distribution at each of some ascending times; raises whatever the watcher raises to cancel.

    It is that from state 0, or from a distribution over the states. Small chains are followed in extended precision
    where doubles would not reach the tolerance.
    """
    found = list(_followed(chain, times, control, tolerance, start, np.float64))
    if found[-1].error > tolerance and chain.size <= EXTENDED and FINER:
        found = list(_followed(chain, times, control, tolerance, start, np.longdouble))
    yield from found


def gaps(times: Vector) -> list[float]:
    """Return the gaps between ascending times, the first from 0; those that differ by rounding alone are one.

    What rounding takes from one gap the next one makes up for, so that every time is right to `SAME` of itself.
    """
    known: list[float] = []
    found, reached, before = [], 0.0, 0.0
    for until in times.tolist():
        exact, due = until - before, until - reached
        gap = due if abs(due - exact) <= FAINT * exact else exact
        close = min(SAME * until, FAINT * gap)
        same = next((one for one in reversed(known) if abs(one - gap) <= close), None)
        if same is None:
            known.append(gap)
        found.append(gap if same is None else same)
        reached, before = reached + found[-1], until
    return found


def _followed(
    chain: Chain, times: Vector, control: Control, tolerance: float, start: Vector | None, real: Any
) -> Iterator[Moment]:
    run = Squaring(chain, Ticker(control, "transient"), tolerance / 10, real)
    powers: dict[float, Power] = {}
    current = (np.arange(chain.size) == 0).astype(real) if start is None else start.astype(real)
    each = rounding(chain.size, real)
    error, taken = 0.0, dict[float, int]()
    rest = math.inf
    entropies: dict[float, float] = {}
    steps = 0
    for until, gap in zip(times.tolist(), gaps(times), strict=True):
        if gap > 0 and rest == math.inf:
            if gap not in powers:
                powers = {gap: run.power(gap)}  # those of other gaps seldom come again, and are large
                steps += powers[gap].squarings
            power = powers[gap]
            made = float(current @ power.rows)
            current = current @ power.matrix
            current /= current.sum()
            steps += 1
            taken[gap] = taken.get(gap, 0) + 1
            entropies[gap] = power.entropy + each
            by_entropy = sum(math.sqrt(number) * entropies[gap] for gap, number in taken.items())
            error = min(power.apart * error + made + each, by_entropy)
            rest = power.rest
        told = error + (0.0 if rest == math.inf else rest) + SHORTENED * (real is not np.float64)
        yield Moment(until, current.astype(float), min(told, 2.0), steps, rest < math.inf, "scaling and squaring")
