"""When passages of a model as a whole begin and end along a simulated path: by its actions, states or a probe."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pepa.control.error import PepaError
from pepa.net.net import Net
from pepa.population.population import Population, population
from pepa.query.passage import Observed, Question, Truths, action_named, states_meant, understood
from pepa.query.states import SampledStates
from pepa.simulation.passages import Marks, Watch

Counts = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class _Moment:
    """When something is so: by some of the moves, (moves,), or where some counts, (places, states), have it so."""

    moves: Truths | None = None
    states: Callable[[Counts], Truths] | None = None

    def at(self, moves: NDArray[np.int64], counts: Counts) -> tuple[Truths, Truths]:
        """Return by which events it comes to be so, and after which it is so: never, of an action."""
        if self.states is None:
            assert self.moves is not None
            return self.moves[moves], np.zeros(len(moves), bool)
        so = self.states(counts)
        return so[1:] & ~so[:-1], so[1:]


def watched(net: Net, question: Question) -> tuple[Population, Watch]:
    """Return the population a question is asked of, and what sees its passages begin and end.

    Raises ExpressionError or PepaError where it has no meaning, or is about no move that there is.
    """
    asked = understood(net, question)
    view = population(asked.net, fluid=False)
    begin, *ends = (_moment(text, asked, view) for text in (question.begin, *question.ends))
    if begin.moves is not None and not begin.moves.any():
        raise PepaError(f"`{question.begin}` never happens", "the passage could never start")

    def watch(moves: NDArray[np.int64], counts: Counts) -> Marks:
        begins, _ = begin.at(moves, counts)
        each = [end.at(moves, counts) for end in ends]
        by, after = (np.logical_or.reduce(parts) for parts in zip(*each, strict=True))
        return Marks(by | after, begins, after)

    return view, watch


def _moment(text: str, asked: Observed, view: Population) -> _Moment:
    net, question = asked.net, asked.question
    if asked.probe is not None:
        places = np.flatnonzero(view.group == len(net.groups) - 1)
        wanted = np.array(asked.probe.running) == (text == question.begin)
        return _Moment(None, lambda counts: np.asarray((counts[places[wanted]] > 0).any(axis=0)))
    action = action_named(text, net, question)
    if action:
        return _Moment(np.array([move.action == action for move in net.moves if not move.passive], bool))
    return _Moment(None, lambda counts: states_meant(text, SampledStates(view, counts), question))
