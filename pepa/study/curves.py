"""Which points of a study make a curve: those that differ in one axis alone, and which axis that is.

It is the axis that is drawn from left to right where nothing else is said: the one of most values. Scenarios are in no
order, so that there is a curve for each, unless nothing else differs.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

Positions = NDArray[np.intp]
SCENARIO = "scenario"


def curves(axes: Mapping[str, NDArray[Any]], along: str = "") -> list[Positions]:
    """Return the positions of the points of each curve along an axis, or along the one that is drawn along.

    `axes` are the coordinates of all points, (points,) each. Samples and values side by side differ in all axes at
    once: they are one row of points for each scenario. Positions are in the order the points were asked for.
    """
    points = len(next(iter(axes.values()), ()))
    moving = drawn_along(axes)
    apart = [axis for axis in varied(axes) if axis not in ((along,) if along else moving)]
    if along and len(moving) > 1 and points > 1 and len(_together(axes, apart)) == points:
        apart = [axis for axis in apart if axis not in moving]  # nothing differs in that axis alone
    return _together(axes, apart)


def drawn_along(axes: Mapping[str, NDArray[Any]]) -> tuple[str, ...]:
    """Return the axis that is drawn along; all that vary where points differ in several at once."""
    sizes = {axis: len(np.unique(axes[axis])) for axis in varied(axes)}
    moving = tuple(axis for axis in sizes if axis != SCENARIO) or tuple(sizes)
    if math.prod(sizes.values()) != len(next(iter(axes.values()), ())):
        return moving
    return tuple(sorted(moving, key=lambda axis: (sizes[axis], moving.index(axis)))[-1:])


def places(axes: Mapping[str, NDArray[Any]], along: str = "") -> Positions | None:
    """Return the place of each point along the axis of its curve, by value; scenarios are in the order listed.

    None where points differ in several axes at once that put them in different orders. Where nothing differs they are
    in the order they were asked for.
    """
    each = [_ranks(axis, axes[axis]) for axis in ((along,) if along else drawn_along(axes))]
    if not each:
        return np.arange(len(next(iter(axes.values()), ())))
    for curve in curves(axes, along):
        first, *others = (np.unique(ranks[curve], return_inverse=True)[1] for ranks in each)
        if any((other != first).any() for other in others):
            return None
    return each[0]


def _ranks(axis: str, column: NDArray[Any]) -> Positions:
    _, first, number = np.unique(column, return_index=True, return_inverse=True)
    return first[number] if axis == SCENARIO else number


def varied(axes: Mapping[str, NDArray[Any]]) -> tuple[str, ...]:
    """Return the axes in which points differ."""
    return tuple(axis for axis, column in axes.items() if len(np.unique(column)) > 1)


def _together(axes: Mapping[str, NDArray[Any]], apart: Sequence[str]) -> list[Positions]:
    """Return the positions of the points that are the same on some axes."""
    if not apart:
        return [np.arange(len(next(iter(axes.values()), ())))]
    numbers = np.stack([np.unique(axes[axis], return_inverse=True)[1] for axis in apart])
    curve = np.unique(numbers, axis=1, return_inverse=True)[1].ravel()
    return [np.flatnonzero(curve == number) for number in range(int(curve.max(initial=-1)) + 1)]
