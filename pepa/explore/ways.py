"""The way to a state where a condition holds, by what the condition needs: nothing, the chain, or its solution."""

from __future__ import annotations

import numpy as np

from pepa.control.control import Control
from pepa.control.error import PepaError
from pepa.explore.likeliest import most_probable, most_probable_on_the_fly
from pepa.explore.listing import truths
from pepa.explore.place import Counts, initial, number_of
from pepa.explore.search import shortest, shortest_to_state
from pepa.explore.steps import Steps
from pepa.explore.trace import Trace
from pepa.query.analysis import Compiled, Derived, Solved, derive_net, solve_derived
from pepa.query.expression import Name, parse, walk
from pepa.query.states import ChainStates, NoStates

NEEDS_CHAIN = {"transient", "probability"}


def way_to(compiled: Compiled, start: Counts, condition: str, control: Control, *, likeliest: bool = False) -> Trace:
    """Return a way from a state to one where a condition holds; the chain is derived and solved where that is needed.

    Raises ExpressionError for the condition, PepaError where no such state can be reached, LimitReached.
    """
    truths(condition, NoStates(compiled.net))
    named = {node.name for node in walk(parse(condition)) if isinstance(node, Name)}
    if likeliest and not named & NEEDS_CHAIN:
        near = most_probable_on_the_fly(Steps(compiled.net), start, lambda states: truths(condition, states), control)
        if near is not None:
            return near
    if likeliest or named & NEEDS_CHAIN:
        derived = derive_net(compiled, control)
        solved = solve_derived(derived, control) if "probability" in named else None
        return way_in_chain(derived, solved, start, condition, control, likeliest=likeliest)
    found = shortest(Steps(compiled.net), start, lambda states: truths(condition, states), control)
    return _found(found, condition)


def way_in_chain(
    derived: Derived, solved: Solved | None, start: Counts, condition: str, control: Control, *, likeliest: bool
) -> Trace:
    """Return a way from a state of a derived chain to one where a condition holds. Raises as `way_to` does."""
    space, steps = derived.space, Steps(derived.net)
    probability = None if solved is None else solved.steady.probability
    wanted = truths(condition, ChainStates(space, derived.net, derived.classes, probability))
    number = number_of(space, start)
    if number is None:
        raise PepaError("the start cannot be reached from the initial state", "start in a reachable state")
    if likeliest:
        return _found(most_probable(steps, space, derived.chain, number, wanted, control), condition)
    if start == initial(derived.net):
        first = np.flatnonzero(wanted)[:1]  # states are numbered by their distance
        return _found(shortest_to_state(steps, space, int(first[0])) if len(first) else None, condition)
    chosen = np.flatnonzero(wanted)
    packed = space.words[:, chosen]
    keys = np.sort(_keys(packed))
    return _found(shortest(steps, start, lambda states: np.isin(_keys(states.words), keys), control), condition)


def _keys(words: np.ndarray[tuple[int, ...], np.dtype[np.int64]]) -> np.ndarray[tuple[int, ...], np.dtype[np.void]]:
    columns = np.ascontiguousarray(words.T)
    return columns.view(np.dtype((np.void, columns.dtype.itemsize * columns.shape[1]))).ravel()


def _found(trace: Trace | None, condition: str) -> Trace:
    if trace is None:
        raise PepaError(f"no state that can be reached has {condition}", "pepa derive tells the deadlocks and classes")
    return trace
