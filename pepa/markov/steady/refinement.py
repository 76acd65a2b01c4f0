"""BiCGSTAB on factors of an estimate, which counts what a rare state misses as much as what a likely one does."""

from __future__ import annotations

import numpy as np

from pepa.markov.chain.chain import TINIEST
from pepa.markov.space.state_space import Vector
from pepa.markov.steady.bicgstab import bicgstab
from pepa.markov.steady.method import Step

CYCLE = 30  # BiCGSTAB iterations
AFTER = 4  # sweeps after them
FURTHEST = 1e3  # factor of one correction
ACCURATE = 1e-12  # of what is missed, left by a cycle
REFINING = 2 * CYCLE + AFTER  # sweeps in all


def refined(flow: Vector, sweep: Step) -> Vector:
    """Return flows after a cycle on z = sweep(z) for z = factor x flow; not finite where it breaks down.

    The flows are near the solution: none of them is off by orders of magnitude, or few are.
    """
    scale = np.maximum(flow, TINIEST)
    with np.errstate(all="ignore"):  # it may break down: what it returns is looked at
        found = bicgstab(sweep, sweep(scale.copy()) - scale, scale, ACCURATE, CYCLE).solution
        found += scale
        better = np.clip(found, scale / FURTHEST, scale * FURTHEST, out=found)
        for _ in range(AFTER):
            better = sweep(better)
    return better
