"""A probe for slow modes: a random difference of flows, and what is left of it outside of what is known.

It has a share in whatever may be slow. Every two and every three coordinates have signs together, and all of them
their parity; each state has a random value, and the order of the states slow waves. All that are of one size, so that
no share is small by chance. It does not follow the flow alone: parts to which an estimate gives too little of it would
hardly be probed.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from pepa.markov.space.state_space import Vector

Label = NDArray[np.integer]
MIXED = 3  # sums of signs, with signs of their own, that are multiplied
SPLITS = 3  # of the values of a label in two
WORD = 63  # bits of a word that are used


def probed(flow: Vector, labels: Sequence[Label], states: NDArray[np.int64], seed: int) -> Vector:
    """Return a probe: of states with some flows, ascending, and with labels whose values differ among them."""
    source = random.Random(seed)
    weight = (flow / flow.sum() + 1 / len(flow)) / 2
    place = states / max(int(states[-1]), 1)
    shape = noise(len(flow), source)
    for waves in range(1, 4):
        shape += np.cos(place * (np.pi * waves * source.uniform(0.8, 1.2)) + source.uniform(0, 2 * np.pi))
    for together in _together(flow, labels, source):
        size = float(np.sqrt(weight @ np.square(together)))
        if size > 0:
            shape += together / size
    return np.asarray(weight * shape)


def noise(number: int, source: random.Random) -> Vector:
    """Return so many random values of mean 0 and variance 1, each as likely.

    The generator of numpy takes as long to import as a small chain takes to solve.
    """
    return np.asarray(np.frombuffer(source.randbytes(4 * number), np.int32) * (3**0.5 / 2**31))


def _together(flow: Vector, labels: Sequence[Label], source: random.Random) -> Iterator[Vector]:
    """Yield for each split of the labels' values a product of two, of three, and of all of their signs.

    Sums of signs are counts of those that are positive. All that are wanted are counted at once, in a few bits each.
    """
    if not labels:
        return
    width = len(labels).bit_length()
    lanes = WORD // width
    counts = [np.zeros(len(flow), np.int64) for _ in range(-(-SPLITS * (MIXED + 1) // lanes))]
    found = np.empty(len(flow), np.int64)
    for label in labels:
        signs = _signs(label, flow, source)
        own = np.where(noise(MIXED * SPLITS, source) > 0, 1.0, -1.0).reshape(MIXED, SPLITS, 1)
        positive = np.concatenate([*(own * signs > 0), signs > 0]).astype(np.int64)
        for number, count in enumerate(counts):
            packed = positive[number * lanes : (number + 1) * lanes]
            count += np.take(
                (packed << (width * np.arange(len(packed)))[:, None]).sum(0), label, out=found, mode="clip"
            )

    def counted(mixed: int, split: int) -> NDArray[np.int64]:
        word, lane = divmod(mixed * SPLITS + split, lanes)
        return np.asarray((counts[word] >> (width * lane)) & ((1 << width) - 1))

    for split in range(SPLITS):
        first, second, third = (np.asarray(2.0 * counted(mixed, split) - len(labels), float) for mixed in range(MIXED))
        yield first * second
        yield first * second * third
        yield np.asarray(1.0 - 2.0 * (counted(MIXED, split) & 1))


def _signs(label: Label, flow: Vector, source: random.Random) -> NDArray[np.float64]:
    """Return -1 or 1 for each value of a label, three times: by halves of the flow, of the range, and by chance."""
    below = np.cumsum(np.bincount(label, flow))
    value, most = np.arange(len(below)), len(below) - 1
    middle = min(int(np.searchsorted(below, below[-1] / 2)), most - 1)
    by_chance = np.where((value + 1) % 2, 1.0, -1.0)[np.argsort(noise(len(value), source))]
    halves = [np.where(upper, 1.0, -1.0) for upper in (value > middle, 2 * value > most + int(label.min()))]
    return np.array([*halves, by_chance])


class Outside:
    """What is left of differences without their shares of a solution, and of its blocks along some labels."""

    def __init__(self, flow: Vector, labels: Sequence[Label]) -> None:
        self._flow, self._total = flow, float(flow.sum())
        masses = [np.bincount(label, flow) for label in labels]
        self._along = [
            (label, np.divide(1.0, mass, out=np.zeros(len(mass)), where=mass > 0))
            for label, mass in zip(labels, masses, strict=True)
        ]

    def __call__(self, probe: Vector) -> Vector:
        """Return what is left of a difference."""
        left = np.asarray(probe - self._flow * (probe.sum() / self._total))
        share = np.empty(len(left))
        for label, inverse in self._along:
            np.take(np.bincount(label, left) * inverse, label, out=share, mode="clip")
            share *= self._flow
            left -= share
        return left
