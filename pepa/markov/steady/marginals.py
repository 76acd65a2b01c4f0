"""Coupling along partitions of the states: the masses of their blocks as the flows between them demand.

Where a chain crosses from one part of its states to another only seldom, an estimate can balance every state to the
last digit and still give the parts wrong weights: the error is the residual over the rate of crossing. The flows
between the blocks of a partition make a small chain, whose solution without subtraction gives the weights that the
estimate's own flows demand (Simon and Ando 1961; Takahashi 1975). How much they differ from the estimate's own is a
cure and, once it is small, evidence that a residual cannot give.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np
from numpy.typing import NDArray

from pepa.markov.chain.chain import TINIEST, Chain
from pepa.markov.chain.unsuitable import Unsuitable
from pepa.markov.space.coordinates import Coordinate, Coordinates, Flows
from pepa.markov.space.state_space import Vector
from pepa.markov.steady.gth import stationary
from pepa.markov.steady.level_elimination import eliminated
from pepa.markov.steady.method import Pulse

Labels = Callable[[slice], NDArray[np.int64]]  # the blocks of some states
CHUNK = 1 << 16  # states at a time: what is worked out of them stays in the cache
DENSE = 300  # blocks up to which dense elimination is faster
MOST = 500.0  # the logarithm of a factor, at most: what is beyond that overflows
PATHS = 40.0  # through a block that is eliminated, on average at most


@dataclass(frozen=True, eq=False)
class Blocks:
    """A partition of the states: the block of each, numbered from 0, and what it is called."""

    name: str
    label: NDArray[np.int64]
    number: int


@dataclass(frozen=True, eq=False)
class Correction:
    """What the flows between the blocks of a partition demand: the factor of each block's mass.

    `labels` tells the blocks of some states.
    `relative` is the largest |factor - 1|, blocks of no weight left out, `absolute` the mass to be moved;
    `coordinate` is the one that the partition is by.
    """

    name: str
    labels: Labels
    factor: Vector
    relative: float
    absolute: float
    coordinate: Coordinate | None = None

    def apply(self, weights: Vector, greatest: float = np.inf) -> None:
        """Give an estimate, or its flows, the masses demanded, in place, by no factor greater than that."""
        factor = np.clip(self.factor, 1 / greatest, greatest)
        for start in range(0, len(weights), CHUNK):
            part = slice(start, start + CHUNK)
            weights[part] *= factor[self.labels(part)]


def corrections(
    chain: Chain, probability: Vector, along: Sequence[Coordinate], blocks: Sequence[Blocks], above: float, pulse: Pulse
) -> Iterator[Correction]:
    """Yield the corrections along some coordinates of the chain and further partitions, of each that has one.

    Blocks of mass up to `above` do not count.
    """
    above = max(above, TINIEST)
    if chain.coordinates is not None and along:
        flows = chain.flows_along(along, probability)
        for coordinate, between in flows.items():
            labels: Labels = partial(chain.coordinates.value, coordinate)
            mass = _masses(labels, probability, coordinate.values)
            counted = coordinate.derivative is not None
            factor = _birth_death(between, mass) if counted else _eliminated(between, mass, pulse)
            if factor is not None:
                yield _correction(_named(chain.coordinates, coordinate), labels, mass, factor, above, coordinate)
            pulse()
    for partition in blocks:
        labels = partition.label.__getitem__
        mass = _masses(labels, probability, partition.number)
        factor = _eliminated(_between(chain, probability, partition), mass, pulse)
        if factor is not None:
            yield _correction(partition.name, labels, mass, factor, above)


def _masses(labels: Labels, probability: Vector, number: int) -> Vector:
    mass = np.zeros(number)
    for start in range(0, len(probability), CHUNK):
        part = slice(start, start + CHUNK)
        mass += np.bincount(labels(part), probability[part], number)
    return mass


def _correction(
    name: str,
    labels: Labels,
    mass: Vector,
    factor: Vector,
    above: float,
    coordinate: Coordinate | None = None,
) -> Correction:
    factor = factor * (mass.sum() / (mass @ factor))
    off = np.abs(factor - 1)
    return Correction(name, labels, factor, float(off[mass > above].max()), float(mass @ off), coordinate)


def _birth_death(flows: Flows, mass: Vector) -> Vector | None:
    """Return the factors along a count: up a step and down again, the flows must be the same."""
    half = len(flows.flow) // 2
    up, down = flows.flow[:half], flows.flow[half:]
    known = (up > 0) & (down > 0) & (mass[:-1] > TINIEST) & (mass[1:] > TINIEST)
    if not known.any():
        return None
    steps = np.zeros(half)
    np.log(np.divide(up, down, out=np.ones(half), where=known), out=steps, where=known)
    logarithm = np.concatenate([[0.0], np.cumsum(steps)])
    return np.asarray(np.exp(np.clip(logarithm - logarithm[int(np.argmax(mass))], -MOST, MOST)))


def _eliminated(flows: Flows, mass: Vector, pulse: Pulse) -> Vector | None:
    """Return the factors of the blocks by elimination; None where the flows join no more than one, or it fails."""
    number = np.full(len(mass), -1)
    seen = np.flatnonzero(mass > TINIEST)
    number[seen] = np.arange(len(seen))
    kept = (flows.flow > 0) & (number[flows.source] >= 0) & (number[flows.target] >= 0)
    source, target = number[flows.source[kept]], number[flows.target[kept]]
    rate = flows.flow[kept] / mass[flows.source[kept]]
    if len(seen) < 2 or not (np.bincount(source, minlength=len(seen)) > 0).all():
        return None
    with np.errstate(all="ignore"):  # what breaks down is seen in what it returns
        try:
            solved = _solved(len(seen), source, target, rate, pulse)
        except (Unsuitable, ArithmeticError, MemoryError, ValueError):
            return None
    if not (np.isfinite(solved).all() and solved.min() > 0):
        return None
    factor = np.ones(len(mass))
    factor[seen] = solved / mass[seen]
    return factor


def _solved(size: int, source: NDArray[np.int64], target: NDArray[np.int64], rate: Vector, pulse: Pulse) -> Vector:
    if size <= DENSE:
        rates = np.zeros((size, size))
        np.add.at(rates, (source, target), rate)
        return stationary(rates, pulse)
    solved = eliminated(size, source.tolist(), target.tolist(), rate.tolist(), pulse, PATHS)
    return np.asarray(solved / solved.sum())


def _between(chain: Chain, probability: Vector, partition: Blocks) -> Flows:
    """Return the flows between the blocks of a partition."""
    label, number = partition.label, partition.number
    edge = label[chain.source] * number + label[chain.target]
    flow = np.bincount(edge, probability[chain.source] * chain.rates_of(slice(None)), number * number).astype(float)
    flow[:: number + 1] = 0.0
    present = np.flatnonzero(flow)
    return Flows(present // number, present % number, flow[present])


def _named(coordinates: Coordinates, coordinate: Coordinate) -> str:
    group = coordinates.layout.groups[coordinate.group]
    if coordinate.derivative is None:
        return f"the place of {group.name}"
    return f"the number of {group.component.labels[coordinate.derivative]}"
