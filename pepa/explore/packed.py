"""Some packed states of a net, to ask state expressions of: the rows of a page, or a frontier of a search."""

from __future__ import annotations

from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from pepa.markov.space.frontier import Moves, Successors
from pepa.markov.space.packing import Layout, Words
from pepa.net.net import Net
from pepa.query.rewards import member_counts
from pepa.query.states import not_known


class PackedStates:
    """States, shape (words, states), apart from any chain; what is enabled is found by stepping them.

    `left_for_ever` and `probabilities` are those of the states where a solved chain has told them.
    """

    def __init__(
        self,
        moves: Moves,
        net: Net,
        layout: Layout,
        words: Words,
        left_for_ever: NDArray[np.bool_] | None = None,
        probabilities: NDArray[np.float64] | None = None,
    ) -> None:
        self.net, self.layout, self.words, self.size = net, layout, words, words.shape[1]
        self._moves, self._left, self._probabilities = moves, left_for_ever, probabilities

    @cached_property
    def successors(self) -> Successors:
        """Every step out of the states."""
        return self._moves.wide(self.words)

    def count(self, name: str, group: str | None) -> NDArray[np.float64]:
        """Return the members in a local derivative."""
        return member_counts(self, name, group)

    def enabled(self, action: str) -> NDArray[np.bool_]:
        """Return where the action can happen."""
        doing = np.array([move.action == action for move in self.net.moves], bool)
        return self._among(self.successors.source[doing[self.successors.move]])

    def first(self) -> NDArray[np.bool_]:
        """Return which is the initial state."""
        initial = np.array(self.layout.initial(), np.int64).reshape(-1, 1)
        return np.asarray((self.words == initial).all(axis=0))

    def deadlocked(self) -> NDArray[np.bool_]:
        """Return where nothing can happen."""
        return ~self._among(self.successors.source)

    def transient(self) -> NDArray[np.bool_]:
        """Return which are left for ever, where that has been told."""
        if self._left is None:
            raise not_known("transient", "derive")
        return self._left

    def probability(self) -> NDArray[np.float64]:
        """Return their long-run probabilities, where they have been told."""
        if self._probabilities is None:
            raise not_known("probability", "solve")
        return self._probabilities

    def _among(self, sources: NDArray[np.int64]) -> NDArray[np.bool_]:
        found = np.zeros(self.size, bool)
        found[sources] = True
        return found
