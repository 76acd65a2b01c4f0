"""A derived state space as arrays with names."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from pepa.api.table import Columns, Table
from pepa.control.control import Control, LimitReached, gibibytes
from pepa.query.analysis import Derived

if TYPE_CHECKING:
    from scipy.sparse import csr_array


@dataclass(frozen=True, eq=False, repr=False)
class States(Table):
    """The reachable states of a model and its generator.

    >>> import pepa
    >>> states = pepa.example("queue", k=2).derive()
    >>> states.names
    ('Source.Source', 'Free.Free', 'Free.Taken', 'Server.Server')
    >>> states.counts
    array([[1, 2, 0, 2],
           [1, 1, 1, 2],
           [1, 0, 2, 2]], dtype=uint8)
    >>> states.generator.toarray()
    array([[-1.5,  1.5,  0. ],
           [ 1. , -2.5,  1.5],
           [ 0. ,  2. , -2. ]])
    """

    derived: Derived
    control: Control

    def __len__(self) -> int:
        """The number of states."""
        return self.derived.space.size

    @property
    def transitions(self) -> int:
        """The number of distinct transitions: source, target and action."""
        return self.derived.space.transitions()

    @property
    def names(self) -> tuple[str, ...]:
        """The columns of `counts`: a local derivative of a group each, as `User.User3`."""
        groups = self.derived.net.groups
        return tuple(f"{group.name}.{label}" for group in groups for label in group.component.labels)

    @cached_property
    def counts(self) -> NDArray[np.unsignedinteger[Any]]:
        """How many components are where in each state, shape (states, names). State 0 is the initial one.

        Raises LimitReached where it does not fit the memory that the limits allow.
        """
        space = self.derived.space
        sizes = [group.size for group in space.net.groups]
        kind = np.min_scalar_type(max(sizes, default=0))
        needed = space.size * len(self.names) * kind.itemsize
        if needed > self.control.memory:
            message = f"the counts of {space.size:,} states would take {gibibytes(needed)}"
            raise LimitReached(message, f"ask for measures; the limit is {gibibytes(self.control.memory)}")
        found = np.zeros((space.size, len(self.names)), kind)
        first = 0
        for index, (size, fields) in enumerate(zip(sizes, space.layout.fields, strict=True)):
            if size == 1:
                found[np.arange(space.size), first + fields[0].read(space.words)] = 1
            for column, field in enumerate(fields if size > 1 else ()):
                found[:, first + column] = field.read(space.words)
            first += len(space.net.groups[index].initial)
        return found

    @cached_property
    def generator(self) -> csr_array[Any]:
        """The generator matrix, shape (states, states): rates off its diagonal, rows that add up to 0."""
        from scipy.sparse import csr_array, diags_array

        chain = self.derived.chain
        return csr_array(chain.incoming.T - diags_array(chain.exit_rates))

    @property
    def recurrent(self) -> tuple[NDArray[np.int64], ...]:
        """The states of each recurrent class."""
        return tuple(self.derived.classes.recurrent)

    @property
    def transient(self) -> NDArray[np.int64]:
        """The states that are left for ever, sooner or later."""
        return self.derived.classes.transient

    @property
    def deadlocks(self) -> NDArray[np.int64]:
        """The states that nothing leaves."""
        return self.derived.classes.deadlocks

    @property
    def title(self) -> str:
        """What it is."""
        return (
            f"{len(self):,} states, {self.transitions:,} transitions, recurrent classes: {len(self.recurrent):,}, "
            f"transient states: {len(self.transient):,}, deadlocks: {len(self.deadlocks):,}"
        )

    def columns(self) -> Columns:
        """One row a state."""
        return dict(zip(self.names, self.counts.T, strict=True))

    def shown(self) -> Columns:
        """Nothing but the title: there may be millions, of many columns."""
        return {}
