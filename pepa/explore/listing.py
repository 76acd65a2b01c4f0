"""Tables over the states of a chain: filtered, sorted by any expression, read a page at a time.

Nothing but the states that match and their order is kept. The first rows of an order are found by partition, so that
ten million states need not be sorted before the first page is seen.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pepa.query.expression import ExpressionError, parse
from pepa.query.states import ChainStates, States, state_values

HEAD = 4096  # rows of an order found before the whole is sorted
SAMPLE = 65_536  # keys, from which it is told which are small
NUMBER = "#"  # the column of the states' numbers
KIND = "class"  # that of their recurrent classes, deadlocks, transient states

Indices = NDArray[np.int32]


@dataclass(frozen=True)
class Order:
    """By which column a table is sorted."""

    column: str = NUMBER
    falling: bool = False


Condition = Callable[[str, ChainStates], NDArray[np.bool_]]  # what says where a text holds


def truths(text: str, states: States) -> NDArray[np.bool_]:
    """Return where a condition holds; raises ExpressionError where it cannot be read or is none."""
    node = parse(text)
    values = state_values(text, node, states)
    if values.dtype != np.bool_:
        raise ExpressionError(text, node.span, "expected something true or false", "as in User3 >= 2 & deadlock")
    return values


def matching(text: str, states: ChainStates, holds: Condition = truths) -> Indices:
    """Return the states where a condition holds, ascending; all where it is empty."""
    if not text.strip():
        return np.arange(states.size, dtype=np.int32)
    return np.flatnonzero(holds(text, states)).astype(np.int32)


def column_values(column: str, states: ChainStates) -> NDArray[Any]:
    """Return the value of a column in every state: an expression over one state, `#` or `class`."""
    if column == NUMBER:
        return np.arange(states.size, dtype=np.int32)
    if column == KIND:
        return states.kinds()
    return state_values(column, parse(column), states)


@dataclass(eq=False)
class Listing:
    """The states that match, in an order. `chosen` are they, ascending; `keys` what each is sorted by."""

    chosen: Indices
    order: Order
    keys: NDArray[Any] | None
    _head: Indices = field(default_factory=lambda: np.empty(0, np.int32))
    _sorted: Indices | None = None

    @property
    def size(self) -> int:
        """The number of rows."""
        return len(self.chosen)

    def rows(self, start: int, stop: int) -> list[int]:
        """Return the states of some rows."""
        start, stop = max(0, start), min(stop, self.size)
        if self._sorted is None and stop <= min(HEAD, self.size):
            if not len(self._head):
                self._head = self._first_rows()
            return [int(state) for state in self._head[start:stop]]
        return [int(state) for state in self.sorted[start:stop]]

    @property
    def sorted(self) -> Indices:
        """All rows."""
        if self._sorted is None:
            self._sorted = self.chosen if self.keys is None else self.chosen[np.argsort(self.keys, kind="stable")]
        return self._sorted

    def row_of(self, state: int) -> int | None:
        """Return the row of a state; None where the filter hides it."""
        at = int(np.searchsorted(self.chosen, state))
        if at == self.size or int(self.chosen[at]) != state:
            return None
        keys = self.keys
        if keys is None:
            return at
        before = np.count_nonzero(keys < keys[at]) + np.count_nonzero(keys[:at] == keys[at])
        return int(before)

    def next_match(self, matches: NDArray[np.bool_], row: int, *, back: bool = False) -> int | None:
        """Return the next row (or the one before, with `back`) whose state matches, going round; None without any.

        Nothing is sorted for that: of ten million states one is found in a few passes over their keys.
        """
        among = np.flatnonzero(matches[self.chosen])
        if not len(among):
            return None
        beyond = among[self._beyond(among, row, back)] if 0 <= row < self.size else among
        wanted = beyond if len(beyond) else among
        keys = wanted if self.keys is None else self.keys[wanted]
        at = len(keys) - 1 - int(np.argmax(keys[::-1])) if back else int(np.argmin(keys))
        return self.row_of(int(self.chosen[wanted[at]]))

    def _beyond(self, among: NDArray[np.int64], row: int, back: bool) -> NDArray[np.bool_]:
        """Return which of some places in `chosen` are in rows after one, or before it."""
        here = int(np.searchsorted(self.chosen, self.rows(row, row + 1)[0]))
        keys = among if self.keys is None else self.keys[among]
        key = here if self.keys is None else self.keys[here]
        tied = keys == key
        return np.asarray((keys < key) | (tied & (among < here)) if back else (keys > key) | (tied & (among > here)))

    def _first_rows(self) -> Indices:
        keys, wanted = self.keys, min(HEAD, self.size)
        if keys is None or wanted == self.size:
            return self.sorted[:wanted]
        last = np.partition(_small(keys, wanted), wanted - 1)[wanted - 1]
        below = np.flatnonzero(keys < last)
        ties = np.flatnonzero(keys == last)[: wanted - len(below)]
        among = np.concatenate([below, ties])
        among.sort()
        return np.asarray(self.chosen[among[np.argsort(keys[among], kind="stable")]])


def _small(keys: NDArray[Any], wanted: int) -> NDArray[Any]:
    """Return the small ones among some keys, at least so many, by what a sample of them says is small."""
    sample = keys[:: max(1, len(keys) // SAMPLE)]
    at = min(len(sample) - 1, 3 * wanted * len(sample) // len(keys) + 8)
    few = keys[keys <= np.partition(sample, at)[at]]
    return few if len(few) >= wanted else keys


def listing(states: ChainStates, condition: str, order: Order, holds: Condition = truths) -> Listing:
    """Return the states where a condition holds in an order; raises ExpressionError for either.

    `holds` says where the condition does, by itself or by what is known already.
    """
    chosen = matching(condition, states, holds)
    if order == Order():
        return Listing(chosen, order, None)
    values = column_values(order.column, states)
    keys = values[chosen] if len(chosen) < len(values) else values
    keys = keys.astype(np.int32) if keys.dtype.kind in "bi" else keys
    keys = -keys if order.falling else keys
    if len(keys) and np.isnan(keys.max()):
        keys = np.where(np.isnan(keys), np.inf, keys)  # what has no value is last either way
    return Listing(chosen, order, keys)
