"""A distribution carried from one state space to another of the same components with more members.

States are alike where all members are where they were; members that come are in the local derivative their array
begins in.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from pepa.control.error import PepaError
from pepa.markov.space.packing import Layout, Words
from pepa.markov.space.state_space import StateSpace, Vector

Counts = list[NDArray[np.int64]]  # (local derivatives, states) of each group


def carried(probability: Vector, before: StateSpace, after: StateSpace) -> Vector:
    """Return the distribution over the states `after`, shape (states,), of one over those `before`.

    Raises PepaError where the groups do not agree on their components, where members go, or where a state has no match.
    """
    met = np.flatnonzero(probability)
    counts = _grown(_counts(before.layout, before.words[:, met]), before, after)
    wanted, known = _keys(_packed(after.layout, counts)), _keys(after.words)
    order = np.argsort(known, kind="stable")
    place = np.minimum(np.searchsorted(known, wanted, sorter=order), len(known) - 1)
    target = order[place]
    missing = known[target] != wanted
    if missing.any():
        message = f"{np.count_nonzero(missing):,} states that are met have no match once the model has changed"
        raise PepaError(message, "it must be able to come there from its own initial state")
    return np.bincount(target, probability[met], after.size).astype(float)


def _grown(counts: Counts, before: StateSpace, after: StateSpace) -> Counts:
    """Return the counts of each group with the members that come."""
    old, new = before.net.groups, after.net.groups
    if [group.component.labels for group in old] != [group.component.labels for group in new]:
        message = "a change keeps the components and their local derivatives"
        raise PepaError(message, "change rates that stay above 0, or the sizes of arrays")
    found = []
    for held, was, now in zip(counts, old, new, strict=True):
        if now.size < was.size:
            message = f"`{was.name}` has {was.size} members: which of them go is not said"
            raise PepaError(message, "members can come, not go")
        more = np.array(now.initial) - np.array(was.initial)
        if (more < 0).any():
            raise PepaError(f"`{was.name}` begins elsewhere once the model has changed", "change rates or sizes only")
        found.append(held + more[:, None])
    return found


def _counts(layout: Layout, words: Words) -> Counts:
    return [
        np.array([layout.members(words, group, place) for place in range(len(one.initial))])
        for group, one in enumerate(layout.groups)
    ]


def _packed(layout: Layout, counts: Counts) -> Words:
    words = np.zeros((layout.words, counts[0].shape[1]), np.int64)
    for group, fields in enumerate(layout.fields):
        values = [counts[group].argmax(axis=0)] if layout.is_lone(group) else counts[group]
        for field, value in zip(fields, values, strict=False):  # an empty group has no fields
            words[field.word] += value.astype(np.int64) << field.shift
    return words


def _keys(words: Words) -> NDArray[Any]:
    """Return something to sort and compare states by, one a state."""
    if len(words) == 1:
        return np.asarray(words[0])
    fields: Any = [(f"w{number}", np.int64) for number in range(len(words))]
    keys: NDArray[Any] = np.ascontiguousarray(words.T).view(fields).ravel()
    return keys
