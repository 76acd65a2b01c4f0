"""Ordinary lumping: the smallest chain with the same long-run and transient values of the measures kept.

States are one where they have the same rewards and the same rate into each other block (Kemeny and Snell 1960, section
6.3; Buchholz, Exact and ordinary lumpability in finite Markov chains, 1994).
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass

import numpy as np

from pepa.control.control import Control
from pepa.markov.chain.chain import Chain, rated
from pepa.markov.chain.partition import Blocks, Labelled, refinements
from pepa.markov.space.state_space import Vector


@dataclass(frozen=True, eq=False)
class Lumped:
    """A lumped chain; `block` is the lumped state of each state, `first` the first state of each lumped one."""

    chain: Chain
    block: Blocks
    first: Blocks


def lump(chain: Chain, rewards: list[Vector], control: Control) -> Lumped:
    """Return the coarsest ordinary lumping that keeps state 0 and the given rewards, each of shape (states,)."""
    moving = chain.moving
    source, target = chain.source[moving].astype(np.int64), chain.target[moving].astype(np.int64)
    rate = chain.rate[moving]
    system = Labelled(chain.size, source, target, rate, np.zeros(len(source), np.int64))
    block = deque(refinements(system, _by_reward(rewards, chain.size), control, inside=False), maxlen=1).pop()
    first = np.unique(block, return_index=True)[1]
    represented = np.zeros(chain.size, bool)
    represented[first] = True
    kept = represented[source]
    source, target, rate = block[source[kept]], block[target[kept]], rate[kept]
    outside = source != target
    number = len(first)
    edge, where = np.unique(source[outside] * number + target[outside], return_inverse=True)
    # blocks are numbered by their first state, so a block of a deeper level comes later
    level = np.searchsorted(chain.levels, first, side="right") - 1
    levels = np.append(np.searchsorted(level, np.unique(level)), number).astype(np.int64)
    lumped = Chain(
        number,
        (edge // number).astype(np.int32),
        (edge % number).astype(np.int32),
        rated(np.bincount(where, rate[outside], len(edge)).astype(float)),
        levels,
    )
    return Lumped(lumped, block, first)


def _by_reward(rewards: list[Vector], size: int) -> Blocks:
    block = np.zeros(size, np.int64)
    for reward in rewards:
        # rewards are sums of rates: equal up to rounding is equal
        mantissa, exponent = np.frexp(reward)
        rounded = np.ldexp(np.round(np.ldexp(mantissa, 40)), exponent - 40)
        value = np.unique(rounded, return_inverse=True)[1]
        block = np.unique(block * (int(value.max()) + 1) + value, return_inverse=True)[1].astype(np.int64)
    return block
