"""Strong equivalence of two models (Hillston 1996, chapter 8), and what tells them apart where they differ.

The states of both are refined together until those of one block do each action at the same total rate into each
block. The models are equivalent if their initial states end in one block.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pepa.control.control import Control
from pepa.markov.chain.partition import TOLERANCE, Blocks, Labelled, digits, refinements
from pepa.markov.space.state_space import Vector
from pepa.query.analysis import Derived


@dataclass(frozen=True)
class Difference:
    """After doing `trace`, both models can be where they do `action` at different total rates."""

    trace: tuple[str, ...]
    action: str
    rates: tuple[float, float]


@dataclass(frozen=True)
class Comparison:
    """Two models compared: the states of each, the blocks of both together, and how they differ, if they do.

    Rates that differ by more than `tolerance` of themselves are others; closer ones may be taken for one.
    """

    states: tuple[int, int]
    blocks: int
    difference: Difference | None
    tolerance: float = TOLERANCE


def compare(first: Derived, second: Derived, control: Control) -> Comparison:
    """Compare two derived models; raises what the watcher of `control` raises to cancel."""
    names = tuple(dict.fromkeys((*first.net.actions, *second.net.actions)))
    parts = [_labelled(first, names, 0), _labelled(second, names, first.space.size)]
    size = first.space.size + second.space.size
    system = Labelled(size, *(np.concatenate(columns) for columns in zip(*parts, strict=True)))
    history = list(refinements(system, np.zeros(size, np.int64), control, inside=True))
    sizes, blocks = (first.space.size, second.space.size), int(history[-1].max()) + 1
    if history[-1][0] == history[-1][sizes[0]]:
        return Comparison(sizes, blocks, None)
    return Comparison(sizes, blocks, _difference(system, history, names, 0, sizes[0]))


def _labelled(
    derived: Derived, names: tuple[str, ...], offset: int
) -> tuple[NDArray[np.int64], NDArray[np.int64], Vector, NDArray[np.int64]]:
    number = {name: index for index, name in enumerate(names)}
    label = np.array([number[move.action] for move in derived.net.moves], np.int64)
    source, target = (states.astype(np.int64) + offset for states in (derived.space.source, derived.space.target))
    return source, target, derived.chain.rate, label[derived.space.move]


def _difference(system: Labelled, history: list[Blocks], names: tuple[str, ...], left: int, right: int) -> Difference:
    """Follow two states that were told apart to successors that were told apart earlier, until their rates differ."""
    order = np.argsort(system.source, kind="stable")
    starts = np.searchsorted(system.source[order], np.arange(system.size + 1))
    trace: list[str] = []
    while True:
        parted = next(index for index, block in enumerate(history) if block[left] != block[right])
        before = history[parted - 1]
        edges = [order[starts[state] : starts[state + 1]] for state in (left, right)]
        rates = [np.bincount(system.label[e], system.rate[e], len(names)).astype(float) for e in edges]
        apart = digits(rates[0]) != digits(rates[1])
        action, *on = [int(np.flatnonzero(apart)[0])] if apart.any() else _successors(system, before, edges)
        if not on:
            return Difference(tuple(trace), names[action], (float(rates[0][action]), float(rates[1][action])))
        left, right = on
        trace.append(names[action])


def _successors(system: Labelled, block: Blocks, edges: list[NDArray[np.intp]]) -> list[int]:
    """Return a label and a successor of each state by it, in different blocks: the first does more into its own.

    Without successors where only rounding tells the blocks apart.
    """
    number = int(block.max()) + 1
    keys = [system.label[e] * number + block[system.target[e]] for e in edges]
    known = np.unique(np.concatenate(keys))
    into = [
        np.bincount(np.searchsorted(known, key), system.rate[e], len(known)) for key, e in zip(keys, edges, strict=True)
    ]
    excess = into[0] - into[1]
    most = int(np.argmax(np.abs(excess) / np.maximum(*into)))
    label = int(known[most] // number)
    of_label = np.flatnonzero(known // number == label)
    more, less = of_label[np.argmax(excess[of_label])], of_label[np.argmin(excess[of_label])]
    if not excess[more] > 0 > excess[less]:
        return [label]
    targets = [
        int(system.target[e[np.flatnonzero(key == known[wanted])[0]]])
        for e, key, wanted in zip(edges, keys, (more, less), strict=True)
    ]
    return [label, *targets]
