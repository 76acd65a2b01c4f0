"""How likely what a line asks of the paths up to a time is so by each earlier one: `P=? [ a U<=10 b ]` as a curve.

An until is a passage from the initial state to where b holds, with every state where neither does as an end that does
not count; G and W are what is left of an until.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from pepa.control.control import Control
from pepa.markov.passage.absorbing import absorbing
from pepa.markov.passage.curve import curve
from pepa.markov.passage.expected import Solver
from pepa.markov.space.state_space import Vector
from pepa.query.analysis import Derived
from pepa.query.checker import Checker, as_until
from pepa.query.expression import Node, Quantified, parse
from pepa.query.paths import until_ends
from pepa.query.series import times
from pepa.query.truth import Truths


@dataclass(frozen=True, eq=False)
class ByEachTime:
    """A probability at each of some times, from the initial state, each with its proved error.

    `density` is how fast it grows; of what is so all the while, how fast it falls.
    """

    time: Vector
    probability: Vector
    density: Vector
    error: Vector


def by_each_time(text: str, derived: Derived, control: Control, points: int, tolerance: float) -> ByEachTime | None:
    """Return the probability by each time up to that of a line `P=? [ … ]`; None of any other line.

    What it asks of states inside must be decided everywhere. Raises whatever the watcher raises to cancel.
    """
    node, checker = parse(text), Checker(text, derived, control)
    if not _has_curve(node):
        return None
    assert isinstance(node, Quantified)
    begin, end = checker.constant(node.low, 0.0), checker.constant(node.high, math.inf)
    truths = tuple(map(checker.truth, node.operands))
    if begin or not 0 < end < math.inf or any((one.sure != one.possible).any() for one in truths):
        return None
    through, goal, failing = as_until(node.operator, truths)
    found = _until(derived, through.sure, goal.sure, control, times(end, points), tolerance)
    if not failing:
        return found
    return ByEachTime(found.time, 1 - found.probability, found.density, found.error)


def _has_curve(node: Node) -> bool:
    if not isinstance(node, Quantified) or (node.quantifier, node.bound) != ("P", None):
        return False
    return node.operator != "X" and node.high is not None


def _until(
    derived: Derived, through: Truths, goal: Truths, control: Control, at: Vector, tolerance: float
) -> ByEachTime:
    chain = derived.chain
    system = absorbing(chain, until_ends(chain, through, goal), (np.arange(chain.size) == 0).astype(float))
    found = curve(system, Solver(system, control), control, tolerance, float(at[-1])).at(at)
    return ByEachTime(found.time, found.arrived[:, 0], found.density[:, 0], found.error)
