"""Experiments: what is varied, how it is solved, what is measured, drawn and claimed; and what comes of it."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from pepa.study.claims import Claim, Results, Verdict, judged, plain
from pepa.study.solving import Outcome, Parameters, Row, Setting
from pepa.study.told_study import ToldPoint

KINDS = ("lines", "heat map", "bars", "none")
HEAT = 5  # values of a second axis from which on a heat map is clearer than curves
Shown = Mapping[str, float | str]


@dataclass(frozen=True)
class Chart:
    """A picture: measures `y` by label over the axis `x`, or a heat map of `x` and `by`.

    A line is drawn for each value of `by` and of every other axis.
    """

    kind: str
    x: str
    y: tuple[str, ...]
    by: str = ""
    title: str = ""


@dataclass(frozen=True)
class Experiment:
    """One experiment. `settings`, `points` and `shown` (the coordinates of a point) are of one length.

    Where `elastic` names parameters, the elasticities of the measures to them are asked of its one point.
    """

    name: str
    title: str
    about: str
    axes: tuple[str, ...]
    measures: tuple[tuple[str, str], ...]
    settings: tuple[Setting, ...]
    points: tuple[Parameters, ...]
    shown: tuple[Shown, ...]
    times: tuple[float, ...] = ()
    elastic: tuple[str, ...] = ()
    charts: tuple[Chart, ...] = ()
    claims: tuple[Claim, ...] = ()

    @property
    def labels(self) -> tuple[str, ...]:
        """The names of the measures."""
        return tuple(label for label, _ in self.measures)


def rows(experiment: Experiment, outcomes: Iterable[Outcome]) -> list[ToldPoint]:
    """Return the results in the order of the points, one for each time: as `--json` prints them."""
    found: list[ToldPoint] = []
    for outcome in sorted(outcomes, key=lambda outcome: outcome.index):
        shown = dict(experiment.shown[outcome.index])
        if outcome.reason:
            found.append(told_point(shown, Row({}), outcome))
        times = [{"time": time} for time in experiment.times] or [{}]
        found += [told_point({**shown, **t}, row, outcome) for t, row in zip(times, outcome.rows, strict=False)]
    return found


def told_point(shown: Shown, row: Row, outcome: Outcome) -> ToldPoint:
    """Return a row of an outcome at these coordinates."""
    told: ToldPoint = {
        "parameters": dict(shown),
        "values": row.values,
        "half_width": row.half_width,
        "status": "failed" if outcome.reason else "done",
        "method": outcome.method,
        "evidence": outcome.evidence,
        "notes": list(row.notes),
        "reason": outcome.reason,
    }
    if row.growing:
        told["elasticities"], told["shrinking"] = row.growing, row.shrinking
    return told


def results(experiment: Experiment, points: Sequence[ToldPoint]) -> Results:
    """Return the columns that claims are about; what a failed point lacks is nan."""
    columns = {}
    for axis in experiment.axes:
        values = [point["parameters"].get(axis, np.nan) for point in points]
        text = any(isinstance(value, str) for value in values)
        columns[axis] = np.array([str(value) if text else value for value in values])
    measured = {
        label: np.array([point["values"].get(label, np.nan) for point in points], float) for label in experiment.labels
    }
    measured.update({plain(text): measured[label] for label, text in experiment.measures})
    return Results({**columns, **measured}, measured.keys(), _elasticities(experiment, points), experiment.axes)


def _elasticities(experiment: Experiment, points: Sequence[ToldPoint]) -> dict[tuple[str, str], float]:
    known = next((point["elasticities"] for point in points if "elasticities" in point), {})
    found = {}
    for label, text in experiment.measures:
        for parameter in experiment.elastic:
            value = known.get(label, {}).get(parameter, math.nan)
            found[label, parameter] = found[plain(text), parameter] = value
    return found


def verdicts(experiment: Experiment, points: Sequence[ToldPoint]) -> list[Verdict]:
    """Decide the claims of an experiment by its results."""
    found = results(experiment, points)
    return [judged(claim, found) for claim in experiment.claims]


def pictures(experiment: Experiment) -> tuple[Chart, ...]:
    """Return the charts asked for; where none is, what suits the axes."""
    if experiment.charts or not experiment.axes:
        return experiment.charts
    labels = experiment.labels
    sizes = {axis: len({shown.get(axis) for shown in experiment.shown}) for axis in experiment.axes}
    sizes["time"] = len(experiment.times)
    axes = [axis for axis in experiment.axes if sizes[axis] > 1]
    if axes == ["scenario"]:
        return tuple(Chart("bars", "scenario", (label,), title=label) for label in labels)
    if len(axes) == 1:
        return (Chart("lines", axes[0], labels),)
    if len(axes) == 2:
        few, x = sorted(axes, key=lambda axis: (axis != "scenario", sizes[axis]))
        kind = "lines" if sizes[few] < HEAT else "heat map"
        return tuple(Chart(kind, x, (label,), few) for label in labels)
    if math.prod(sizes[axis] for axis in axes) > len(experiment.shown) * max(1, len(experiment.times)):
        return ()  # samples, or side by side: nothing differs in one axis alone
    return tuple(Chart("lines", max(axes, key=lambda axis: sizes[axis]), (label,)) for label in labels if axes)
