"""Which points of a study make a curve: those that differ in one axis alone, in the order they were asked for.

It is the axis that is drawn from left to right where nothing else is said: the one of most values. Scenarios are in no
order, so that there is a curve for each, unless nothing else differs.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

Positions = NDArray[np.intp]
SCENARIO = "scenario"


def curves(axes: Mapping[str, NDArray[Any]], along: str = "") -> list[Positions]:
    """Return the positions of the points of each curve along an axis, or along the one that is drawn along.

    `axes` are the coordinates of all points, (points,) each. Samples and values side by side differ in all axes at
    once: they are one row of points for each scenario.
    """
    numbers = {axis: np.unique(column, return_inverse=True)[1] for axis, column in axes.items()}
    sizes = {axis: int(number.max(initial=-1)) + 1 for axis, number in numbers.items()}
    points = len(next(iter(axes.values()), ()))
    varied = [axis for axis in axes if sizes[axis] > 1]
    moving = [axis for axis in varied if axis != SCENARIO]
    if along:
        apart = [axis for axis in varied if axis != along]
    elif math.prod(sizes[axis] for axis in varied) == points:
        drawn = max(enumerate(moving), key=lambda item: (sizes[item[1]], item[0]), default=(0, SCENARIO))[1]
        apart = [axis for axis in varied if axis != drawn]
    else:
        apart = [SCENARIO] if SCENARIO in varied and moving else []
    if not apart:
        return [np.arange(points)]
    together = np.unique(np.stack([numbers[axis] for axis in apart]), axis=1, return_inverse=True)[1].ravel()
    return [np.flatnonzero(together == curve) for curve in range(int(together.max(initial=-1)) + 1)]
