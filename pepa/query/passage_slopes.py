"""What every rate does to a mean passage time: by how it goes on the way, and by where it starts in the long run.

With h the mean time left from each state and y the time spent in each on the way, a change of rates changes the mean by
the sum over transitions of y at the source x change of rate x (h at the target - h at the source), the ends having 0
left. A start in the long run is a quotient of flows: its derivative is that of a long-run average (`adjoint`).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from pepa.control.control import Control
from pepa.control.error import PepaError
from pepa.language.slopes import Slopes, combined
from pepa.markov.passage.absorbing import GOING
from pepa.markov.space.state_space import Vector
from pepa.markov.steady.adjoint import Adjoint, Reward, along
from pepa.net.net import Net
from pepa.query.analysis import Solved, solve_derived
from pepa.query.passage import Passage, Question, passage, understood


@dataclass(frozen=True)
class PassageSlopes:
    """The derivatives of a mean passage time, the method, and the larger of its proved error and what a bias misses."""

    slopes: Slopes
    method: str
    residual: float


def passage_slopes(question: Question, solved: Solved, net: Net, control: Control) -> PassageSlopes:
    """Return the derivatives of the mean time of a passage.

    `net` is that of the solved model, compiled with slopes.

    Raises PepaError where the passage may never end, LimitReached as a steady state does.
    """
    found = passage(solved.derived.compiled, question, control, solved)
    derived, begun = found.derived, found.begun
    assert derived is not None
    if found.moments().never > 0:
        raise PepaError("a mean of passages that may never end has no derivative here", "name other ends")
    asked = understood(net, question).net
    means = found.solver.backward(np.ones(found.system.size))
    left = found.system.everywhere(means.values, derived.chain.size)
    slopes = along(derived.space, asked, _on_the_way(found, left))
    if begun is None:
        return PassageSlopes(slopes, means.method, means.error)
    there = solved if derived is solved.derived else solve_derived(derived, control)
    probability, chain = there.steady.probability, derived.chain
    mean = found.moments().overall.mean
    apart = np.zeros(chain.size), np.zeros(len(chain.source))
    if begun.entering is not None:
        often = float(probability[chain.source[begun.entering]] @ chain.rate[begun.entering])
        apart[1][begun.entering] = (left[chain.target[begun.entering]] - mean) / often
    else:
        apart[0][begun.inside] = (left[begun.inside] - mean) / float(probability[begun.inside].sum())
    adjoint = Adjoint(derived.space, asked, chain, there.steady, control)
    starting = adjoint.derivatives(Reward(*apart))
    both = combined((1.0, slopes), (1.0, starting.slopes))
    return PassageSlopes(both, means.method, max(means.error, starting.residual))


def _on_the_way(found: Passage, left: Vector) -> Vector:
    """Return what each transition is worth: the time spent where it can happen by the change in the time left."""
    assert found.derived is not None
    assert found.ends is not None
    chain, ends = found.derived.chain, found.ends
    spent = found.system.everywhere(found.solver.forward(found.system.start), chain.size)
    ending = (ends.transition != GOING) | (ends.state[chain.target] != GOING)
    return spent[chain.source] * (np.where(ending, 0.0, left[chain.target]) - left[chain.source])
