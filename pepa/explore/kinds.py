"""What a state is in the long run of its chain: recurrent, transient, a deadlock, or of which class."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from pepa.query.analysis import Derived


def kind_of(derived: Derived, state: int) -> str:
    """Return the kind of a state in a word or two."""
    classes = derived.classes
    if _contains(classes.deadlocks, state):
        return "deadlock"
    if _contains(classes.transient, state):
        return "transient"
    if len(classes.recurrent) == 1:
        return "recurrent"
    index = next(index for index, states in enumerate(classes.recurrent) if _contains(states, state))
    return f"class {index + 1}"


def _contains(states: NDArray[np.int64], state: int) -> bool:
    """Whether ascending states hold one."""
    position = int(np.searchsorted(states, state))
    return position < len(states) and int(states[position]) == state
