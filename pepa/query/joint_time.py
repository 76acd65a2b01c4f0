"""Where the probability is over time: a joint distribution at each of some times, exact, with its proved error."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from pepa.control.control import Control
from pepa.control.error import PepaError
from pepa.language.printer import figure
from pepa.markov.transient.moment import Moment
from pepa.population.population import Vector
from pepa.query.analysis import Derived
from pepa.query.joint import Axis, Cells, Joint, cells, moments, together
from pepa.query.joint_report import distribution_report
from pepa.query.stages import unchanged
from pepa.query.told_joint import ToldAxisOverTime, ToldJointOverTime, ToldMoment

MOST_FIGURES = 2_000_000  # of one distribution over time: cells by times


@dataclass(frozen=True, eq=False)
class JointSeries:
    """A joint distribution at each of some times.

    `axes`, `cells` and `states` are as in `Joint`. `time` and `error`, to which all probabilities at a time add up at
    most, have shape (times,); `probability` has shape (times, cells).
    """

    axes: tuple[Axis, ...]
    cells: NDArray[np.int64]
    states: NDArray[np.int64]
    time: Vector
    probability: NDArray[np.float64]
    error: Vector

    def at(self, number: int) -> Joint:
        """Return the distribution at one of the times."""
        return Joint(self.axes, self.cells, self.probability[number], self.states)


@dataclass
class Recording:
    """What is written down of a model that is followed over time: one distribution, at each time that passes.

    Where a change makes the states others on the way, their values are looked for anew.
    """

    texts: Sequence[str]
    times: int
    _parts: list[tuple[Derived, Cells]]
    _rows: list[tuple[float, float, Joint]] = field(default_factory=list)

    def watching(self, along: Iterable[tuple[Derived, Moment]]) -> Iterator[tuple[Derived, Moment]]:
        """Yield what is yielded, written down; raises what `cells` raises."""
        for model, moment in along:
            if model.space.words is not self._parts[-1][0].space.words:
                self._parts.append((model, _few_cells(self.texts, model, self.times)))
            joined = self._parts[-1][1].weighed(moment.probability)
            self._rows.append((moment.time, moment.error, joined))
            yield model, moment

    @property
    def series(self) -> JointSeries:
        """What has been written down, over all values that there are at any time."""
        time, error, each = zip(*self._rows, strict=True)
        axes, cells, states, probability = together(each)
        return JointSeries(axes, cells, states, np.array(time), probability, np.array(error))


def recording(texts: Sequence[str], derived: Derived, times: int) -> Recording:
    """Return a recording of the joint distribution of some things at so many times; raises what `cells` raises."""
    return Recording(texts, times, [(derived, _few_cells(texts, derived, times))])


def _few_cells(texts: Sequence[str], derived: Derived, times: int) -> Cells:
    found = cells(texts, derived)
    number = len(found.states)
    if number * times > MOST_FIGURES:
        raise PepaError(f"{number:,} values at {times:,} times are too many", "ask for fewer times, as in --points 20")
    return found


def joint_series(
    texts: Sequence[str], derived: Derived, time: Vector, control: Control, tolerance: float
) -> JointSeries:
    """Return the joint distribution of some things at some ascending times, from the initial state."""
    found = recording(texts, derived, len(time))
    for _ in found.watching(unchanged(derived, time, control, tolerance)):
        pass
    return found.series


def moment_report(series: JointSeries, number: int) -> ToldMoment:
    """Return the distribution at one of the times, as `joint_report` tells one of the long run."""
    certainty = f"at time {figure(series.time[number])}, all errors at most {series.error[number]:.1e}"
    return {**distribution_report(series.at(number), certainty), "time": float(series.time[number])}


def joint_series_report(series: JointSeries) -> ToldJointOverTime:
    """Return a distribution over time as a plain dictionary: `probability` is by time, then by cell."""
    axes: list[ToldAxisOverTime] = []
    for number, axis in enumerate(series.axes):
        told: ToldAxisOverTime = {"text": axis.text, "values": list(axis.labels)}
        found = [moments(axis, _along(series, number, row)) for row in series.probability]
        if all(found):
            told["mean"] = [one[0] for one in found if one]
            told["variance"] = [one[1] for one in found if one]
        axes.append(told)
    joined = series.at(0)
    return {
        "of": [axis.text for axis in series.axes],
        "axes": axes,
        "cells": series.cells.tolist(),
        "states": series.states.tolist(),
        "conditions": [joined.condition(cell) for cell in range(len(series.states))],
        "time": series.time.tolist(),
        "probability": series.probability.tolist(),
        "error": series.error.tolist(),
        "last": moment_report(series, len(series.time) - 1),
    }


def _along(series: JointSeries, axis: int, probability: NDArray[np.float64]) -> list[float]:
    """Return the probability of each value of one axis."""
    mass = np.bincount(series.cells[:, axis], probability, len(series.axes[axis].labels))
    return [float(value) for value in mass]
