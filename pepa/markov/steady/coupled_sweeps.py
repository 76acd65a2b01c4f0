"""Coupling along the groups between sweeps: the masses of all counts are put right at once, wherever they lie.

Sweeps settle what is near soon, and what must travel across all states late: the later, the more there are. A coupling
along a coordinate moves mass across all states in one step (iterative aggregation and disaggregation, with the counts
of a net's own groups as blocks: Koury, McAllister and Stewart 1984), so that the number of sweeps hardly grows with
the size of a chain whose slow modes the counts show, as those of queues do.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

import numpy as np

from pepa.markov.chain.chain import Chain
from pepa.markov.space.coordinates import Coordinate
from pepa.markov.space.state_space import Vector
from pepa.markov.steady.marginals import Correction, corrections
from pepa.markov.steady.method import Pulse, Step

SWEEPS = 6  # between two couplings, which take about as long
ROUNDS = 60
SPREAD = 10.0  # times the defect of a start: the mass that is spread over all states
WORTH = 0.5  # of the least defect so far, that a round may leave
PATIENCE = 6  # rounds that leave more
GREATEST = 1e6  # factor of one correction: far from the solution they overshoot


def coupling(chain: Chain, sweep: Step, pulse: Pulse) -> Callable[[Vector, float, float], Vector] | None:
    """Return what brings flows (sum 1) nearer as long as each round is worth it; None without groups.

    It takes flows, their defect by a sweep, |z - sweep(z)|, and the one that is enough, and returns the best reached,
    or the flows given.
    """
    along = _along(chain)
    if not along:
        return None

    def round_of(flow: Vector) -> Vector:
        flow = _moved(chain, flow, along, pulse)
        for _ in range(SWEEPS - 1):
            flow = sweep(flow)
        flow /= flow.sum()
        return flow

    def coupled(start: Vector, far: float, enough: float) -> Vector:
        spread = min(1.0, SPREAD * far)  # mass that lies nowhere cannot be moved
        flow = best = (start + spread / chain.size) / (1 + spread)
        least, missed = np.inf, 0
        for _ in range(ROUNDS):
            swept = round_of(flow)
            flow = sweep(swept.copy())
            defect = float(np.abs(flow - swept).sum())
            missed = 0 if defect < WORTH * least else missed + 1
            if defect < least:
                best, least = flow, defect
            if least <= enough or missed == PATIENCE or not np.isfinite(defect):
                break
        return best if least < far else start

    return coupled


def coupled_once(chain: Chain, flow: Vector, pulse: Pulse) -> Vector:
    """Return flows with the masses that those between the counts of each group demand; as they are without groups."""
    along = _along(chain)
    return _moved(chain, flow, along, pulse) if along else flow


def _along(chain: Chain) -> list[Coordinate]:
    return [] if chain.coordinates is None else [one for one in chain.coordinates.all() if one.values > 2]


def _moved(chain: Chain, flow: Vector, along: list[Coordinate], pulse: Pulse) -> Vector:
    """Return flows after the largest correction of each group."""
    found = corrections(chain, flow / chain.exit_rates, along, [], 0.0, pulse)
    flow = flow.copy()
    for correction in _largest(found):
        flow *= np.clip(correction.factor, 1 / GREATEST, GREATEST)[correction.label]
    return flow


def _largest(found: Iterable[Correction]) -> list[Correction]:
    """Return the largest correction of each group: those of one group speak of the same members."""
    largest: dict[int, Correction] = {}
    for correction in found:
        if correction.coordinate is not None:
            group = correction.coordinate.group
            if group not in largest or correction.absolute > largest[group].absolute:
                largest[group] = correction
    return list(largest.values())
