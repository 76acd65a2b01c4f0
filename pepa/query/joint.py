"""Where the probability is: the distribution of a count, of any expression over a state, of the place of components.

Several at once give their joint distribution. Each value comes with the condition by which its states are found again.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pepa.control.error import PepaError
from pepa.language.printer import name_text, number_text
from pepa.markov.space.state_space import StateSpace
from pepa.net.net import Group, Net
from pepa.net.tagging import groups_named
from pepa.query.analysis import Derived, Solved
from pepa.query.expression import Name, parse
from pepa.query.states import KEYWORDS, ChainStates, state_values

MOST_VALUES = 100_000  # of one axis
DENSE = 1 << 22  # cells up to which they are counted in a table
DIGITS = 12  # significant, by which two values are the same
WORD = 62  # bits of a code
BOTH = ("no", "yes")  # of what is true or false
PLAIN = re.compile(r"[\w.'\"]+")


@dataclass(frozen=True)
class Axis:
    """One thing whose distribution is asked for, and the values it has in some state, ascending.

    `numbers` are the values where they are numbers (nan for none), else None. `conditions` hold where it has the value;
    "" where no expression says that.
    """

    text: str
    labels: tuple[str, ...]
    numbers: tuple[float, ...] | None
    conditions: tuple[str, ...]


@dataclass(frozen=True, eq=False)
class Joint:
    """A joint distribution over the values of some axes.

    `cells` has shape (cells, axes): for each combination that some state has, the index of its value on each axis, in
    ascending order. `probability` and `states`, how many have it, have shape (cells,).
    """

    axes: tuple[Axis, ...]
    cells: NDArray[np.int64]
    probability: NDArray[np.float64]
    states: NDArray[np.int64]

    def condition(self, cell: int) -> str:
        """Return the condition that holds in the states of a cell; "" where no expression says it."""
        each = [axis.conditions[index] for axis, index in zip(self.axes, self.cells[cell].tolist(), strict=True)]
        return " & ".join(each) if all(each) else ""

    def table(self) -> NDArray[np.float64]:
        """Return the probabilities as an array with one dimension an axis."""
        found = np.zeros([len(axis.labels) for axis in self.axes])
        found[tuple(self.cells.T)] = self.probability
        return found


@dataclass(frozen=True, eq=False)
class Cells:
    """The states of a chain by the values they have on some axes, whatever the probability of each is.

    `cells` and `states` are as in `Joint`. `code`, shape (states of the chain,), is below `number` and the same where
    all values are; `kept` are the codes of the cells, in their order.
    """

    axes: tuple[Axis, ...]
    cells: NDArray[np.int64]
    states: NDArray[np.int64]
    code: NDArray[np.int64]
    number: int
    kept: NDArray[np.int64]

    def weighed(self, probability: NDArray[np.float64]) -> Joint:
        """Return the joint distribution where the states have some probabilities, shape (states of the chain,)."""
        mass = np.bincount(self.code, probability, self.number)[self.kept].astype(float)
        return Joint(self.axes, self.cells, mass, self.states)


def joint(texts: Sequence[str], solved: Solved) -> Joint:
    """Return the joint distribution of some things, as `cells` reads them, in the long run."""
    probability = solved.steady.probability
    return cells(texts, solved.derived, probability).weighed(probability)


def cells(texts: Sequence[str], derived: Derived, probability: NDArray[np.float64] | None = None) -> Cells:
    """Return the states of a chain by the values of some things; `probability` is their long run, where it is known.

    Each text is a state expression (`User3`, `User3 + User2`, `enabled(useVM)`), a component by its name where it is a
    lone one, whose value is then the local derivative it is in, or `NAME[]` for who is where in a whole array. Raises
    PepaError where one cannot be read, or has too many values.
    """
    space = derived.space
    states = ChainStates(space, derived.net, derived.classes, probability)
    axes, codes = [], []
    for text in texts:
        axis, code = _axis(text.strip(), space, derived.net, states)
        axes.append(axis)
        codes.append(code)
    sizes = [len(axis.labels) for axis in axes]
    key, number = codes[0].astype(np.int64), sizes[0]
    for size, code in zip(sizes[1:], codes[1:], strict=True):
        if number * size >= 1 << WORD:
            key, number = _renumbered(key)
        key, number = key * size + code, number * size
    if number <= DENSE:
        held = np.bincount(key, minlength=number)
        kept = np.flatnonzero(held)
        found, held = np.array(np.unravel_index(kept, sizes)).T, held[kept]
    else:
        _, first, key, held = np.unique(key, return_index=True, return_inverse=True, return_counts=True)
        found = np.array([code[first] for code in codes]).T
        number, kept = len(first), np.arange(len(first))
    return Cells(tuple(axes), found.astype(np.int64), held.astype(np.int64), key, number, kept)


def together(
    parts: Sequence[Joint],
) -> tuple[tuple[Axis, ...], NDArray[np.int64], NDArray[np.int64], NDArray[np.float64]]:
    """Return joint distributions of the same things, each perhaps over others of their values, over all of them.

    Axes and cells are as in `Joint`, `states` those of the one with most; probabilities have shape (parts, cells).
    """
    kinds = {id(one.cells): one for one in parts}  # those of one chain share their cells
    axes = tuple(_united(each) for each in zip(*(one.axes for one in kinds.values()), strict=True))
    keys = {kind: _keys(one, axes) for kind, one in kinds.items()}
    ordered = sorted({key for each in keys.values() for key in each})
    rows = {key: row for row, key in enumerate(ordered)}
    places = {kind: np.array([rows[key] for key in each], np.int64) for kind, each in keys.items()}
    states, probability = np.zeros(len(ordered), np.int64), np.zeros((len(parts), len(ordered)))
    for kind, one in kinds.items():
        states[places[kind]] = np.maximum(states[places[kind]], one.states)
    for number, one in enumerate(parts):
        probability[number, places[id(one.cells)]] = one.probability
    return axes, np.array(ordered, np.int64).reshape(len(ordered), len(axes)), states, probability


def _keys(one: Joint, axes: Sequence[Axis]) -> list[tuple[int, ...]]:
    """Return the cells of a distribution by their values on other axes, which have all of them."""
    columns = []
    for wide, axis, column in zip(axes, one.axes, one.cells.T, strict=True):
        place = {label: number for number, label in enumerate(wide.labels)}
        columns.append(np.array([place[label] for label in axis.labels], np.int64)[column].tolist())
    return list(zip(*columns, strict=True))


def _united(axes: Sequence[Axis]) -> Axis:
    """Return an axis with the values of several: in ascending order where they are numbers."""
    said = {label: where for axis in axes for label, where in zip(axis.labels, axis.conditions, strict=True)}
    if any(axis.numbers is None for axis in axes):
        labels = sorted(said, key=BOTH.index) if {*said} <= {*BOTH} else list(said)
        return Axis(axes[0].text, tuple(labels), None, tuple(said[label] for label in labels))
    numbers = {label: one for axis in axes for label, one in zip(axis.labels, axis.numbers or (), strict=True)}
    labels = sorted(numbers, key=lambda label: (np.isnan(numbers[label]), numbers[label]))
    values = tuple(numbers[label] for label in labels)
    return Axis(axes[0].text, tuple(labels), values, tuple(said[label] for label in labels))


def _axis(text: str, space: StateSpace, net: Net, states: ChainStates) -> tuple[Axis, NDArray[Any]]:
    """Return an axis and the index of its value in each state."""
    index = _place_of(text, net)
    if index is None:
        return _expression_axis(text, states)
    group = net.groups[index]
    if space.layout.is_lone(index):
        code = space.layout.fields[index][0].read(space.words)
        present = np.flatnonzero(np.bincount(code, minlength=len(group.initial)))
        labels = [group.component.labels[place] for place in present.tolist()]
        conditions = [_count_is(net, group, label, 1) for label in labels]
        renumbered = np.searchsorted(present, code)
        return Axis(text, tuple(labels), None, tuple(conditions)), renumbered
    return _array_axis(text, space, net, index)


def _place_of(text: str, net: Net) -> int | None:
    """Return the group whose place is asked for: a lone one by its name, an array as `NAME[]`; None for none."""
    whole = text.removesuffix("[]")
    found = groups_named(net, whole)
    if whole != text and not found:
        names = [net.groups[index].name for index in range(min(12, len(net.groups)))]
        raise PepaError(f"`{whole}` is no component of this model", f"they are {', '.join(names)}")
    lone = [index for index in found if net.groups[index].size == 1]
    if len(found) > 1 and (lone or whole != text):
        places = ", ".join(f"`{net.groups[index].name}{text[len(whole) :]}`" for index in found)
        count = f", or `{name_text(whole)} + 0` for how many are in it" if whole == text else ""
        raise PepaError(f"`{whole}` is the name of several components", f"name one of them: {places}{count}")
    return found[0] if whole != text or lone else None


def _array_axis(text: str, space: StateSpace, net: Net, index: int) -> tuple[Axis, NDArray[Any]]:
    group = net.groups[index]
    key = np.zeros(space.size, np.int64)
    number = 1
    counts = [field.read(space.words) for field in space.layout.fields[index]]
    for count in counts:
        if number * (group.size + 1) >= 1 << WORD:
            key, number = _renumbered(key)
        key, number = key * (group.size + 1) + count, number * (group.size + 1)
    _, first, code = np.unique(key, return_index=True, return_inverse=True)
    _refuse_many(text, len(first))
    rows = np.array([count[first] for count in counts]).T.tolist() if counts else [[]]
    labels, conditions = [], []
    for row in rows:
        held = [(label, number) for label, number in zip(group.component.labels, row, strict=False) if number]
        labels.append(" ".join(f"{label}×{number}" for label, number in held) or "-")
        each = [_count_is(net, group, label, number) for label, number in held]
        conditions.append(" & ".join(each) if all(each) else "")
    return Axis(text, tuple(labels), None, tuple(conditions)), code


def _expression_axis(text: str, states: ChainStates) -> tuple[Axis, NDArray[Any]]:
    node = parse(text)
    values = state_values(text, node, states)
    inner = text if PLAIN.fullmatch(text) or isinstance(node, Name) else f"({text})"
    if values.dtype == np.bool_:
        present = np.flatnonzero(np.bincount(values.astype(np.int64), minlength=2))
        labels = tuple(BOTH[one] for one in present.tolist())
        conditions = tuple((f"!{inner}", text)[one] for one in present.tolist())
        return Axis(text, labels, None, conditions), np.searchsorted(present, values)
    distinct, code = _distinct(np.asarray(values, float))
    _refuse_many(text, len(distinct))
    told = [number_text(value) if np.isfinite(value) else "no value" for value in distinct.tolist()]
    where = tuple(f"{inner} = {one}" if np.isfinite(value) else "" for one, value in zip(told, distinct, strict=True))
    return Axis(text, tuple(told), tuple(distinct.tolist()), where), code


def _distinct(values: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[Any]]:
    """Return the distinct values, ascending, and which each is; counts need no sorting."""
    low, high = values.min(), values.max()
    if np.isfinite(low) and np.isfinite(high) and high - low <= MOST_VALUES and (values == np.rint(values)).all():
        shifted = (values - low).astype(np.int64)
        present = np.flatnonzero(np.bincount(shifted))
        return present + low, np.searchsorted(present, shifted)
    found, label = np.unique(values, return_inverse=True)
    rounded = np.array([float(f"{value:.{DIGITS}g}") for value in found[: 10 * MOST_VALUES].tolist()])
    kept, among = np.unique(rounded, return_inverse=True)
    return kept, among[np.minimum(label, len(among) - 1)]


def _renumbered(key: NDArray[np.int64]) -> tuple[NDArray[np.int64], int]:
    found, label = np.unique(key, return_inverse=True)
    return label.astype(np.int64), len(found)


def _refuse_many(text: str, number: int) -> None:
    if number > MOST_VALUES:
        raise PepaError(f"`{text}` has more than {MOST_VALUES:,} values", "ask for a coarser expression, or fewer")


def _count_is(net: Net, group: Group, label: str, number: int) -> str:
    """Return the condition that a group has so many in a local derivative; "" where no expression says that."""
    if label not in (*net.derivatives, *net.compound):
        return ""
    alone = sum(label in other.component.labels for other in net.groups) == 1
    if not alone:
        return f"{name_text(group.name)}.{name_text(label)} = {number}"
    return f'"{label}" = {number}' if label in KEYWORDS else f"{name_text(label)} = {number}"


def moments(axis: Axis, probability: Iterable[float]) -> tuple[float, float] | None:
    """Return mean and variance along a numeric axis; None where its values are no numbers, or one of them is none."""
    numbers = axis.numbers
    if numbers is None or not np.isfinite(numbers).all():
        return None
    weights, values = np.array(list(probability)), np.array(numbers)
    mean = float(weights @ values)
    return mean, float(weights @ (values - mean) ** 2)
