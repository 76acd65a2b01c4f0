"""Coupling along the counts of the groups between sweeps: masses are put right at once, wherever they lie.

Sweeps settle what is near soon, and what must travel across all states late: the later, the more there are. A coupling
along a coordinate moves mass across all states in one step (iterative aggregation and disaggregation, with the counts
of a net's own groups as blocks: Koury, McAllister and Stewart 1984). Along one coordinate after the other, with sweeps
between, each speaks of what those before have changed, and the rounds hardly grow in number with the size of a chain
whose slow modes the counts show, as those of queues do. All are factors: what is rare becomes as right as what is not.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from pepa.markov.chain.chain import Chain
from pepa.markov.space.coordinates import Coordinate
from pepa.markov.space.state_space import Vector
from pepa.markov.steady.marginals import corrections
from pepa.markov.steady.method import Pulse, Step

SWEEPS, CAREFUL = 2, 6  # after a coupling along one coordinate
STEP = 0.35  # iterations of BiCGSTAB that take as long as a sweep, of which a coupling takes two
GREATEST, SMALL = 1e6, 1e3  # factor of one correction: far from the solution they overshoot


@dataclass(frozen=True, eq=False)
class Coupling:
    """Rounds along some coordinates of a chain."""

    chain: Chain
    along: list[Coordinate]
    sweep: Step
    pulse: Pulse
    sweeps: int = SWEEPS
    greatest: float = GREATEST

    def careful(self) -> Coupling:
        """Return the same with more sweeps and smaller factors, for groups that move together: others overshoot."""
        return replace(self, sweeps=CAREFUL, greatest=SMALL)

    @property
    def is_careful(self) -> bool:
        """Whether it is already."""
        return self.sweeps == CAREFUL

    @property
    def cost(self) -> float:
        """How many iterations of BiCGSTAB take as long as a round."""
        return STEP * (2 + self.sweeps) * len(self.along)

    def round(self, flow: Vector) -> Vector:
        """Return flows (sum 1) after a coupling along each coordinate, and sweeps after each."""
        return self.moved(flow)[0]

    def moved(self, flow: Vector) -> tuple[Vector, float]:
        """Return the flows after a round, and the most mass that one coupling has moved."""
        most, flow, probability = 0.0, flow.copy(), np.empty_like(flow)
        for coordinate in self.along:
            np.divide(flow, self.chain.exit_rates, out=probability)
            total = float(probability.sum())
            for one in corrections(self.chain, probability, [coordinate], [], 0.0, self.pulse):
                one.apply(flow, self.greatest)
                most = max(most, one.absolute / total)
            for _ in range(self.sweeps):
                flow = self.sweep(flow)
            flow /= flow.sum()
        return flow, most


def coupling(chain: Chain, values: int, sweep: Step, pulse: Pulse) -> Coupling | None:
    """Return the coupling along the coordinates that have more than some values; None where there are none."""
    known = [] if chain.coordinates is None else chain.coordinates.all()
    along = [one for one in known if one.values > values]
    return Coupling(chain, along, sweep, pulse) if along else None
