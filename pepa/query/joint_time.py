"""Where the probability is over time: a joint distribution at each of some times, exact, with its proved error."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pepa.control.control import Control
from pepa.control.error import PepaError
from pepa.language.printer import figure
from pepa.markov.transient.moment import Moment
from pepa.population.population import Vector
from pepa.query.analysis import Derived
from pepa.query.joint import Cells, Joint, cells, moments
from pepa.query.joint_report import distribution_report
from pepa.query.report import Report
from pepa.query.stages import unchanged

MOST_FIGURES = 2_000_000  # of one distribution over time: cells by times


@dataclass(frozen=True, eq=False)
class JointSeries:
    """A joint distribution at each of some times.

    `time` and `error`, to which all probabilities at a time add up at most, have shape (times,); `probability` has
    shape (times, cells).
    """

    cells: Cells
    time: Vector
    probability: NDArray[np.float64]
    error: Vector

    def at(self, number: int) -> Joint:
        """Return the distribution at one of the times."""
        return Joint(self.cells.axes, self.cells.cells, self.probability[number], self.cells.states)


@dataclass
class Recording:
    """What is written down of a model that is followed over time: one distribution, at each time that passes."""

    cells: Cells
    derived: Derived
    _rows: list[tuple[float, float, NDArray[np.float64]]]

    def watching(self, along: Iterable[tuple[Derived, Moment]]) -> Iterator[tuple[Derived, Moment]]:
        """Yield what is yielded, written down; raises PepaError where the states become others on the way."""
        for model, moment in along:
            if model.space.words is not self.derived.space.words:
                raise PepaError("a change of sizes changes what values there are", "ask for changes of rates")
            self._rows.append((moment.time, moment.error, self.cells.weighed(moment.probability).probability))
            yield model, moment

    @property
    def series(self) -> JointSeries:
        """What has been written down."""
        time, error, probability = zip(*self._rows, strict=True)
        return JointSeries(self.cells, np.array(time), np.array(probability), np.array(error))


def recording(texts: Sequence[str], derived: Derived, times: int) -> Recording:
    """Return a recording of the joint distribution of some things at so many times; raises what `cells` raises."""
    found = cells(texts, derived)
    number = len(found.states)
    if number * times > MOST_FIGURES:
        raise PepaError(f"{number:,} values at {times:,} times are too many", "ask for fewer times, as in --points 20")
    return Recording(found, derived, [])


def joint_series(
    texts: Sequence[str], derived: Derived, time: Vector, control: Control, tolerance: float
) -> JointSeries:
    """Return the joint distribution of some things at some ascending times, from the initial state."""
    found = recording(texts, derived, len(time))
    for _ in found.watching(unchanged(derived, time, control, tolerance)):
        pass
    return found.series


def moment_report(series: JointSeries, number: int) -> Report:
    """Return the distribution at one of the times, as `joint_report` tells one of the long run."""
    certainty = f"at time {figure(series.time[number])}, all errors at most {series.error[number]:.1e}"
    return {**distribution_report(series.at(number), certainty), "time": float(series.time[number])}


def joint_series_report(series: JointSeries) -> Report:
    """Return a distribution over time as a plain dictionary: `probability` is by time, then by cell."""
    axes = []
    for number, axis in enumerate(series.cells.axes):
        told: Report = {"text": axis.text, "values": list(axis.labels)}
        found = [moments(axis, _along(series, number, row)) for row in series.probability]
        if all(found):
            told |= {"mean": [one[0] for one in found if one], "variance": [one[1] for one in found if one]}
        axes.append(told)
    joined = series.at(0)
    return {
        "of": [axis.text for axis in series.cells.axes],
        "axes": axes,
        "cells": series.cells.cells.tolist(),
        "states": series.cells.states.tolist(),
        "conditions": [joined.condition(cell) for cell in range(len(series.cells.states))],
        "time": series.time.tolist(),
        "probability": series.probability.tolist(),
        "error": series.error.tolist(),
        "last": moment_report(series, len(series.time) - 1),
    }


def _along(series: JointSeries, axis: int, probability: NDArray[np.float64]) -> list[float]:
    """Return the probability of each value of one axis."""
    mass = np.bincount(series.cells.cells[:, axis], probability, len(series.cells.axes[axis].labels))
    return [float(value) for value in mass]
