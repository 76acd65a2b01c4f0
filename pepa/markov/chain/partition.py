"""Partition refinement of states by the rates of their labelled transitions into blocks.

Blocks are split by what their states do into the blocks that were split last, until nothing splits (Kanellakis and
Smolka 1990; Derisavi, Hermanns and Sanders, Optimal state-space lumping in Markov chains, 2003).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pepa.control.control import Control, Ticker
from pepa.markov.space.state_space import Vector

Blocks = NDArray[np.int64]
DIGITS = 38  # binary digits in which rates must agree, so that sums may round differently
TOLERANCE = 2.0 ** (1 - DIGITS)  # of a rate: what differs by more is another


@dataclass(frozen=True, eq=False)
class Labelled:
    """Transitions of `size` states with rates and labels (numbers from 0)."""

    size: int
    source: NDArray[np.int64]
    target: NDArray[np.int64]
    rate: Vector
    label: NDArray[np.int64]


def refinements(system: Labelled, initial: Blocks, control: Control, *, inside: bool) -> Iterator[Blocks]:
    """Yield finer and finer partitions, from the initial one to the coarsest stable one: the block of each state.

    Blocks are numbered by their first state: that of state 0 is 0. In the last partition states of one block have
    equal rates by each label into each block; with `inside` false, into each other block.
    """
    ticker = Ticker(control, "refine")
    random = np.random.default_rng(0)
    block = _split(np.zeros(system.size, np.int64), np.unique(initial, return_inverse=True)[1].astype(np.uint64))
    split = np.ones(system.size, bool)
    number = int(block.max()) + 1
    while True:
        yield block
        signature = _signatures(system, block, split, random, inside=inside)
        finer = _split(block, signature)
        count = int(finer.max()) + 1
        if count == number:
            return
        # a block has split where its states no longer share one number
        first = np.full(number, -1, np.int64)
        first[block] = finer
        ever = np.zeros(number, bool)
        ever[block[first[block] != finer]] = True
        split = ever[block]
        block, number = finer, count
        message = f"{number:,} blocks of {system.size:,} states"
        ticker.tick(lambda text=message: (text, None))  # type: ignore[misc]


def _split(block: Blocks, signature: NDArray[np.uint64]) -> Blocks:
    """Return the partition by block and signature, numbered by the first state of each block."""
    order = np.lexsort((signature, block))
    fresh = np.ones(len(order), bool)
    fresh[1:] = (block[order][1:] != block[order][:-1]) | (signature[order][1:] != signature[order][:-1])
    finer = np.empty(len(order), np.int64)
    finer[order] = np.cumsum(fresh) - 1
    first = order[fresh]  # lexsort is stable: the first state of each
    rank = np.empty(len(first), np.int64)
    rank[np.argsort(first)] = np.arange(len(first))
    return rank[finer]


def _signatures(
    system: Labelled, block: Blocks, split: NDArray[np.bool_], random: np.random.Generator, *, inside: bool
) -> NDArray[np.uint64]:
    """Return a hash of each state's summed rates by label into the blocks that were split, 0 where it has none."""
    seen = split[system.target]
    if not inside:
        seen &= block[system.source] != block[system.target]
    edges = np.flatnonzero(seen)
    signature = np.zeros(system.size, np.uint64)
    if not len(edges):
        return signature
    labels = int(system.label.max()) + 1
    into = block[system.target[edges]] * labels + system.label[edges]
    source = system.source[edges]
    order = np.lexsort((into, source))
    source, into = source[order], into[order]
    fresh = np.ones(len(order), bool)
    fresh[1:] = (source[1:] != source[:-1]) | (into[1:] != into[:-1])
    starts = np.flatnonzero(fresh)
    total = np.add.reduceat(system.rate[edges][order], starts)
    source, into = source[starts], into[starts]
    names = random.integers(0, 1 << 63, (int(into.max()) + 1), np.uint64)
    hashed = _mixed(digits(total) ^ names[into])
    ends = np.flatnonzero(np.diff(source, prepend=-1))
    signature[source[ends]] = np.add.reduceat(hashed, ends)
    return signature


def digits(values: Vector) -> NDArray[np.uint64]:
    """Return the leading binary digits and the exponent of positive numbers as one integer, the same of equal rates."""
    mantissa, exponent = np.frexp(values)
    rounded = np.round(np.ldexp(mantissa, DIGITS)).astype(np.uint64)
    # 2^DIGITS is the mantissa 1 of the next exponent's 1/2
    over = rounded == np.uint64(1 << DIGITS)
    rounded[over] >>= np.uint64(1)
    return np.asarray(rounded | ((exponent + over + 1100).astype(np.uint64) << np.uint64(DIGITS + 1)))


def _mixed(value: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """Return a scramble of 64-bit integers (the finaliser of SplitMix64, Steele, Lea and Flood 2014)."""
    value = (value ^ (value >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    value = (value ^ (value >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return np.asarray(value ^ (value >> np.uint64(31)))
