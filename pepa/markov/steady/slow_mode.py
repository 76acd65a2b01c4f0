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

import numpy as np
from numpy.typing import NDArray

from pepa.markov.chain.chain import TINIEST, Chain
from pepa.markov.chain.rows import Rows
from pepa.markov.space.coordinates import Coordinate, Coordinates
from pepa.markov.space.state_space import Vector
from pepa.markov.steady.bicgstab import bicgstab
from pepa.markov.steady.gauss_seidel import flow_sweep
from pepa.markov.steady.marginals import Blocks
from pepa.markov.steady.method import Pulse, Step
from pepa.markov.steady.probe import Label, Outside, probed

FEWEST, MOST = 20, 80  # sweeps of a probe: the more, the fewer states are left
EVERY = 5  # sweeps between two looks along the coordinates
GONE = 1e-3  # of a probe: what is left of it where no mode is slow
BARRED = 1e-5  # of itself, lost in a sweep: what a mode behind a barrier loses at most
SOLVED = 1e-12  # of the defect of a probe, left by BiCGSTAB
STEPS, SOLVES = 20, 4  # of BiCGSTAB, and how often, where sweeps leave it open how slow what they leave is
SETTLING = 200  # sweeps at most until a mode behind a barrier stands alone
LARGE = 1 << 20  # states from which on the memory of labels counts for more than their time
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
    jumps: Rows
    flow: Vector


def core(chain: Chain, flow: Vector, least: float) -> Core:
    """Return the core of a chain with flows of sum 1: what is left out carries less than `least`."""
    states = _carrying(flow, least)
    if len(states) == chain.size:
        return Core(states, chain.jumps, flow)
    return Core(states, chain.jumps.at(states), flow[states])


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
    outside = Outside(carried, labels)
    probing = _Probing(flow_sweep(jumps, pulse), outside, Outside(carried, []))
    probe = outside(probed(carried, labels, states, seed))
    if not _size(probe) > 0:
        return Mode(0.0, 1.0)
    return probing.mode(probe, min(MOST, FEWEST * chain.jumps.nnz // jumps.nnz))


@dataclass(frozen=True)
class _Probing:
    """Sweeps of a probe, which is kept outside of what is shown; and outside of the solution alone."""

    sweep: Step
    outside: Outside
    apart: Outside

    def mode(self, probe: Vector, sweeps: int) -> Mode:
        """Return what is left of a probe after some sweeps, and more where these will do, and how slow that is."""
        first, done = _size(probe), 0
        while True:
            probe, done = self._swept(probe, done, sweeps, first)
            mode = self._seen(probe, first, done)
            if mode.left <= GONE or mode.barred:
                return mode
            more = np.log(GONE / mode.left) / np.log1p(-min(mode.lost, 0.9))
            if done + more > sweeps + FEWEST or sweeps >= 2 * MOST:
                break
            sweeps = done + 1 + int(more)
        for _ in range(SOLVES):
            before = mode.lost
            probe = self.outside(_solved_for(probe, self.sweep))
            mode = self._seen(probe, first, done)
            if mode.left <= GONE:  # a mode that is solved is none the faster for it
                return Mode(mode.left, min(mode.lost, before))
            if mode.barred or 0.5 * before < mode.lost < 2 * before:  # it stands alone
                break
        return mode

    def _swept(self, probe: Vector, done: int, sweeps: int, first: float) -> tuple[Vector, int]:
        """Return a probe after sweeps, and how many there have been."""
        while done < sweeps:
            probe = self.sweep(probe)
            done += 1
            if done % EVERY == 0:
                probe = self.outside(probe)
                if _size(probe) < 0.1 * GONE * first:
                    break
        return probe, done

    def _seen(self, probe: Vector, first: float, done: int) -> Mode:
        probe = self.apart(probe)
        left = _size(probe) / first
        if left <= GONE:
            return Mode(left, 1 - max(left, 1e-16) ** (1 / done))
        after = self.apart(self.sweep(probe.copy()))
        return Mode(left, _size(after - probe) / _size(probe))


def _solved_for(probe: Vector, sweep: Step) -> Vector:
    """Return what some steps of BiCGSTAB towards no defect leave of a probe: of modes that sweeps reach, little."""
    with np.errstate(all="ignore"):  # it may break down: what it returns is looked at
        found = bicgstab(sweep, probe - sweep(probe.copy()), np.ones(len(probe)), SOLVED, STEPS)
    better = probe - found.solution
    return sweep(better) if np.isfinite(better).all() and _size(better) <= 2 * _size(probe) else probe


def parts(chain: Chain, flow: Vector, seed: int, pulse: Pulse) -> Blocks | None:
    """Return the parts of the states that the slowest mode tells apart; None where it does not stand alone."""
    sweep, outside = flow_sweep(chain.jumps, pulse), Outside(flow, [])
    states = np.arange(chain.size)
    labels = [] if chain.coordinates is None else _labels(chain.coordinates, chain.coordinates.all(), states)
    probe = outside(probed(flow, labels, states, seed))
    for done in range(SETTLING):
        before, probe = probe, outside(sweep(probe.copy()))
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


def _labels(known: Coordinates | None, shown: Sequence[Coordinate], states: NDArray[np.int64]) -> list[Label]:
    """Return the values of some coordinates in some states, those left out that are the same everywhere."""
    if known is None:
        return []
    among = known.at(states)
    found = []
    for coordinate in shown:
        label = among.value(coordinate)
        if label.min() < label.max():
            found.append(label.astype(np.min_scalar_type(coordinate.values)) if len(states) > LARGE else label)
    return found


def _size(probe: Vector) -> float:
    return float(np.abs(probe).sum())
