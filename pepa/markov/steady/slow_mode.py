"""The slowest mode of a chain that no coordinate of it shows, looked for with a probe.

A probe is a random difference of two flows that balance nothing. Sweeps leave of it, after a while, what the chain
mixes slowest: where that is a barrier between parts of its states, a combination of the solution on each of them, in
which every part has a value of its own (the slow eigenvectors of a nearly decomposable chain: Simon and Ando 1961;
Deuflhard, Huisinga, Fischer and Schuette, Identification of almost invariant aggregates, 2000).

States that carry nearly no flow are left out at first: what they join is joined at a rate below what they carry.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from pepa.markov.chain.chain import TINIEST, Chain
from pepa.markov.space.coordinates import Coordinate, Coordinates
from pepa.markov.space.state_space import Vector
from pepa.markov.steady.gauss_seidel import flow_sweep
from pepa.markov.steady.marginals import Blocks
from pepa.markov.steady.method import Pulse, Step

if TYPE_CHECKING:
    from scipy.sparse import csr_array

FEWEST, MOST = 20, 80  # sweeps of a probe: the more, the fewer states are left
EVERY = 3  # sweeps between two looks along the coordinates
GONE = 1e-3  # of a probe: what is left of it where no mode is slow
BARRED = 1e-5  # of itself, lost in a sweep: what a mode behind a barrier loses at most
STEPS, SOLVES = 20, 4  # of BiCGSTAB, and how often, where sweeps leave it open how slow what they leave is
SETTLING = 200  # sweeps at most until a mode behind a barrier stands alone
BINS = 200  # into which the states are parted by the value of a mode


@dataclass(frozen=True, eq=False)
class Mode:
    """What is left of a probe: the share of it that is, and the share of that which a sweep still takes away."""

    left: float
    lost: float

    @property
    def slowness(self) -> float:
        """The share of the slowest mode that a sweep takes away: an error is the residual divided by it."""
        return max(self.lost, np.finfo(float).eps)

    @property
    def barred(self) -> bool:
        """Whether there is a mode that sweeps do not reach: parts of the states between which there is a barrier."""
        return self.left > GONE and self.lost < BARRED


@dataclass(frozen=True, eq=False)
class Core:
    """The `states` that carry flow, those that together carry next to nothing left out: their jumps and flows."""

    states: NDArray[np.int64]
    jumps: csr_array[np.float64]
    flow: Vector


def core(chain: Chain, flow: Vector, least: float) -> Core:
    """Return the core of a chain with flows of sum 1: what is left out carries less than `least`."""
    states = _carrying(flow, least)
    if len(states) == chain.size:
        return Core(states, chain.jumps, flow)
    return Core(states, chain.jumps[states][:, states], flow[states])


def slowest_mode(
    chain: Chain,
    within: Core,
    shown: Sequence[Coordinate],
    partitions: Sequence[Blocks],
    seed: int,
    pulse: Pulse,
) -> Mode:
    """Return the slowest mode of the core of a chain that no coordinate of those shown and no partition shows."""
    states, jumps, carried = within.states, within.jumps, within.flow
    labels = _labels(chain.coordinates, shown, states) + [part.label[states] for part in partitions]
    sweeps = min(MOST, FEWEST * chain.jumps.nnz // jumps.nnz)
    sweep = flow_sweep(jumps, pulse)
    begun = _outside(_probe(carried, labels, states, np.random.default_rng(seed)), carried, labels)
    first = _size(begun)
    if first == 0:
        return Mode(0.0, 1.0)
    probe = begun
    for done in range(1, sweeps + 1):
        probe = sweep(probe)
        if done % EVERY == 0:
            probe = _outside(probe, carried, labels)
            if _size(probe) < 0.1 * GONE * first:
                break
    mode = _mode(probe, carried, sweep, first, done)
    for _ in range(SOLVES):
        if mode.left <= GONE or mode.barred:
            break
        before = mode.lost
        probe = _outside(_solved_for(probe, sweep), carried, labels)
        mode = _mode(probe, carried, sweep, first, done)
        if 0.5 * before < mode.lost < 2 * before:  # it stands alone
            break
    return mode


def _mode(probe: Vector, flow: Vector, sweep: Step, first: float, done: int) -> Mode:
    probe = _outside(probe, flow, [])
    left = _size(probe) / first
    if left <= GONE:
        return Mode(left, 1 - max(left, 1e-16) ** (1 / done))
    after = _outside(sweep(probe.copy()), flow, [])
    return Mode(left, _size(after - probe) / _size(probe))


def _solved_for(probe: Vector, sweep: Step) -> Vector:
    """Return what some steps of BiCGSTAB towards no defect leave of a probe: of modes that sweeps reach, little."""
    from scipy.sparse.linalg import LinearOperator, bicgstab

    def defect(flow: Vector) -> Vector:
        return flow - sweep(flow.copy())

    operator = LinearOperator((len(probe), len(probe)), matvec=defect, dtype=np.float64)
    with np.errstate(all="ignore"):  # it may break down: what it returns is looked at
        found, _ = bicgstab(operator, defect(probe), rtol=1e-12, maxiter=STEPS)
    better = probe - found
    return sweep(better) if np.isfinite(better).all() and _size(better) <= 2 * _size(probe) else probe


def parts(chain: Chain, flow: Vector, seed: int, pulse: Pulse) -> Blocks | None:
    """Return the parts of the states that the slowest mode tells apart; None where it does not stand alone."""
    sweep = flow_sweep(chain.jumps, pulse)
    states = np.arange(chain.size)
    labels = [] if chain.coordinates is None else _labels(chain.coordinates, chain.coordinates.all(), states)
    probe = _outside(_probe(flow, labels, states, np.random.default_rng(seed)), flow, [])
    for done in range(SETTLING):
        before, probe = probe, sweep(probe.copy())
        probe = _outside(probe, flow, [])
        if done % 10 == 9 and _size(probe - before) < 1e-3 * BARRED * _size(probe):
            break
    value = np.divide(probe, flow, out=np.zeros(chain.size), where=flow > TINIEST)
    typical = float(flow @ np.abs(value)) / float(flow.sum())
    if not typical > 0:
        return None
    value = np.arcsinh(value / typical)  # parts of next to no flow have values beyond all others
    least, most = float(value.min()), float(value.max())
    place = np.clip((value - least) / max(most - least, 1e-6) * BINS, 0, BINS - 1).astype(np.int64)
    present, label = np.unique(place, return_inverse=True)
    return Blocks("its slowest mode", label.astype(np.int64), len(present)) if len(present) > 1 else None


def _carrying(flow: Vector, least: float) -> NDArray[np.int64]:
    """Return the states, ascending, but for those that carry least: together next to nothing."""
    exponent = np.frexp(flow)[1]
    lowest = int(exponent.min())
    carried = np.cumsum(np.bincount(exponent - lowest, flow))
    left_out = int(np.searchsorted(carried, least * carried[-1], side="right")) + lowest
    return np.flatnonzero(exponent >= left_out)


def _labels(
    known: Coordinates | None, shown: Sequence[Coordinate], states: NDArray[np.int64]
) -> list[NDArray[np.int64]]:
    """Return the values of some coordinates in some states, those left out that are the same everywhere."""
    if known is None:
        return []
    among = known.at(states)
    found = [among.value(coordinate) for coordinate in shown]
    return [label for label in found if label.min() < label.max()]


def _probe(
    flow: Vector, labels: list[NDArray[np.int64]], states: NDArray[np.int64], random: np.random.Generator
) -> Vector:
    """Return a difference of flows that has a share in whatever may be slow.

    Every two and every three coordinates have signs together, and all of them their parity; each state has a random
    value, and the order of the states slow waves. All that are of one size, so that no share is small by chance. It
    does not follow the flow alone: parts to which an estimate gives too little of it would hardly be probed.
    """
    weight = (flow / flow.sum() + 1 / len(flow)) / 2
    place = states / max(int(states[-1]), 1)
    shape = random.standard_normal(len(flow))
    for waves in range(1, 4):
        shape += np.cos(np.pi * waves * place * random.uniform(0.8, 1.2) + random.uniform(0, 2 * np.pi))
    signs = [split(label, flow, random) for split in (_by_flow, _by_range, _by_chance) for label in labels]
    for start in range(0, len(signs), max(1, len(labels))):
        own = signs[start : start + len(labels)]
        first, second, third = (_mixed(own, random) for _ in range(3))
        for together in (first * second, first * second * third, np.multiply.reduce(own)):
            size = float(np.sqrt(weight @ together**2))
            shape += together / size if size > 0 else 0.0
    return np.asarray(weight * shape)


def _mixed(signs: Sequence[Vector], random: np.random.Generator) -> Vector:
    """Return a sum of signs with random signs of their own."""
    own = random.choice([-1.0, 1.0], len(signs))
    return np.asarray(sum(sign * one for sign, one in zip(own, signs, strict=True)))


def _by_flow(label: NDArray[np.int64], flow: Vector, random: np.random.Generator) -> Vector:
    """Return -1 and 1 for the lower and the upper values of a label, of about equal flow."""
    del random
    below = np.cumsum(np.bincount(label, flow))
    middle = int(np.searchsorted(below, below[-1] / 2))
    return np.where(label > min(middle, int(label.max()) - 1), 1.0, -1.0)


def _by_range(label: NDArray[np.int64], flow: Vector, random: np.random.Generator) -> Vector:
    """Return -1 and 1 for the lower and the upper half of a label's values."""
    del flow, random
    return np.where(2 * label > label.max() + label.min(), 1.0, -1.0)


def _by_chance(label: NDArray[np.int64], flow: Vector, random: np.random.Generator) -> Vector:
    """Return -1 or 1 for each value of a label, both there."""
    del flow
    values = random.permutation(np.where(np.arange(int(label.max()) + 1) % 2, 1.0, -1.0))
    return np.asarray(values[label])


def _outside(probe: Vector, flow: Vector, labels: list[NDArray[np.int64]]) -> Vector:
    """Return a probe without what it holds of the solution, and of its blocks along each label."""
    probe = probe - flow * (probe.sum() / flow.sum())
    for label in labels:
        mass = np.bincount(label, flow)
        share = np.divide(np.bincount(label, probe), mass, out=np.zeros(len(mass)), where=mass > 0)
        probe -= flow * share[label]
    return np.asarray(probe)


def _size(probe: Vector) -> float:
    return float(np.abs(probe).sum())
