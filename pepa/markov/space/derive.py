"""Breadth-first derivation of the state space of a net (Hillston 1996, chapter 3), a frontier at a time.

The levels it numbers make the steady state fast (gauss_seidel.py): a transition leads at most one level down.
"""

from __future__ import annotations

from array import array
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from pepa.control.control import Control, LimitReached, Ticker, gibibytes, rounded
from pepa.language.problem import ModelError, Problem
from pepa.markov.space.frontier import MoveNumbers, Moves, join, parted
from pepa.markov.space.packing import Words, layout
from pepa.markov.space.state_space import StateSpace
from pepa.markov.space.table import StateTable
from pepa.net.net import Net

CHUNK = 1 << 18  # states of a frontier stepped at a time
LARGE = 200_000  # states from which on it pays to predict how many there will be
NARROW = 12  # states of a frontier below which one at a time is faster

Expect = Callable[[], float | None]


def derive(net: Net, control: Control | None = None, expect: Expect = lambda: None) -> StateSpace:
    """Return the reachable state space of a net.

    Once it is large, `expect` is asked how many states there will be, to tell progress against, and may raise.
    Raises LimitReached at the limit of states or memory, ModelError where a passive action is enabled that has
    no rate in that state, and whatever the watcher raises to cancel.
    """
    return _Derivation(net, control or Control(), expect).run()


class _Derivation:
    def __init__(self, net: Net, control: Control, expect: Expect) -> None:
        self.net, self.control, self.expect = net, control, expect
        self.expected: float | None = None
        self.asked = False
        self.layout = layout(net.groups)
        self.moves = Moves(net, self.layout)
        self.table = StateTable(self.layout.words)
        self.ticker = Ticker(control, "derive")
        # They grow where they are: parts joined at the end take twice the memory and leave holes in it.
        self.sources, self.targets, self.fired = array("i"), array("i"), array(np.dtype(self.moves.kind).char)
        self.levels = [0]
        self.bytes = 0
        self.passive = np.array([move.passive for move in net.moves], bool)

    def run(self) -> StateSpace:
        initial = self.layout.initial()
        self.table.insert_one(initial)
        front = np.array(initial, np.int64).reshape(-1, 1)
        while front.shape[1]:
            front = self._narrow(front) if front.shape[1] < NARROW else self._wide(front)
        return StateSpace(
            self.net,
            self.layout,
            self.table.states().copy(),
            np.asarray(self.sources),
            np.asarray(self.targets),
            np.asarray(self.fired),
            np.array(self.levels, np.int64),
        )

    def _wide(self, front: Words) -> Words:
        """Step one level; return the next."""
        first, known = self.levels[-1], self.table.count
        for start in range(0, front.shape[1], CHUNK):
            found = self.moves.wide(front[:, start : start + CHUNK])
            numbers = self.table.insert(found.target)
            self._record(found.source + (first + start), numbers, found.move)
            self._watch(self.table.count)
        self.levels.append(first + front.shape[1])
        return self.table.states(known)

    def _narrow(self, front: Words) -> Words:
        """Step levels one state at a time until one is wide or the last; return it."""
        words, number = self.layout.words, self.levels[-1]
        level = [join(tuple(int(word) for word in column)) for column in front.T]
        sources, targets, fired = array("i"), array("i"), array("q")
        while level and len(level) < 2 * NARROW:
            following: list[int] = []
            for state in level:
                for move, successor in self.moves.narrow(state):
                    target, new = self.table.insert_one(parted(successor, words))
                    sources.append(number)
                    targets.append(target)
                    fired.append(move)
                    if new:
                        following.append(successor)
                number += 1
            self.levels.append(number)
            level = following
            self._watch(self.table.count)
        self._record(np.array(sources, np.int64), np.array(targets, np.int32), np.array(fired, self.moves.kind))
        return self.table.states(number)

    def _record(self, sources: NDArray[np.int64], targets: NDArray[np.int32], moves: MoveNumbers) -> None:
        self.sources.frombytes(sources.astype(np.int32).view(np.uint8).data)
        self.targets.frombytes(targets.view(np.uint8).data)
        self.fired.frombytes(moves.view(np.uint8).data)
        self.bytes += len(sources) * (8 + moves.itemsize)
        if self.passive.any() and self.passive[moves].any():
            raise ModelError([self._undriven(int(moves[self.passive[moves]][0]))])

    def _undriven(self, move: int) -> Problem:
        transition = self.net.moves[move].participants[0].transition
        message = f"the passive action `{transition.action}` happens in a reachable state where nothing drives it"
        hint = "give it a rate, or a partner that is ready whenever it is"
        return Problem("undriven-passive", message, transition.span, hint)

    def _watch(self, states: int) -> None:
        control = self.control
        if states > control.most_states:
            message = f"stopped at the limit of {control.most_states:,} states, after {len(self.levels)} levels"
            raise LimitReached(message, "raise the limit of states, or make an array smaller")
        taken = self.bytes + self.bytes // 8 + self.table.nbytes
        if taken > control.memory:
            message = f"stopped at the limit of {gibibytes(control.memory)} of memory, after {states:,} states"
            raise LimitReached(message, "raise the limit of memory, or make an array smaller")
        if states > LARGE and not self.asked:
            self.asked = True
            self.expected = self.expect()
        done = None if self.expected is None else min(0.99, states / self.expected)
        about = "" if self.expected is None else f" of about {rounded(self.expected)}"
        self.ticker.tick(lambda: (f"{states:,} states{about} in {len(self.levels)} levels", done))
