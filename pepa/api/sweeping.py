"""A sweep of the library: the points of a study as columns."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import islice
from typing import cast

import numpy as np

from pepa.api import arguments
from pepa.api.results import Sweep
from pepa.control.control import Control
from pepa.control.error import PepaError
from pepa.query.expression import parse
from pepa.study.crews import crew
from pepa.study.design import grid
from pepa.study.ranges import MOST_POINTS, counted_points, values
from pepa.study.run import run
from pepa.study.solving import Setting


def swept(
    text: str,
    fixed: Mapping[str, float],
    ranges: Mapping[str, Iterable[float] | float | str],
    measure: str | Iterable[str],
    method: str,
    processes: int,
    control: Control,
) -> Sweep:
    """Return measures at every combination of values; raises PepaError for a wrong model or request."""
    many = arguments.whole(processes, "the number of processes", 1, "processes=2")
    if not ranges:
        raise PepaError("nothing is varied", "as in Q=range(1, 6)")
    measures = _measures(measure)
    points = grid({name: _values(name, given) for name, given in ranges.items()})
    setting = Setting(text, tuple(fixed.items()), tuple((measure, measure) for measure in measures), method)
    parameters = [tuple(point.items()) for point in points]
    found = {name: np.full(len(points), np.nan) for name in measures}
    halves = {name: np.full(len(points), np.nan) for name in measures}
    reasons, methods, notes = [""] * len(points), [""] * len(points), dict[str, None]()
    with crew(many, None) as workers:
        for outcome in run([setting] * len(points), parameters, control, workers):
            reasons[outcome.index], methods[outcome.index] = outcome.reason, outcome.obtained
            for row in outcome.rows:
                notes |= dict.fromkeys(row.notes)
                for name in measures:
                    found[name][outcome.index] = row.values[name]
                    halves[name][outcome.index] = row.half_width.get(name, np.nan)
    varied = {name: np.array([point[name] for point in points]) for name in ranges}
    return Sweep(varied, found, halves, tuple(reasons), tuple(methods), tuple(notes))


def _measures(given: str | Iterable[str]) -> tuple[str, ...]:
    """Return the measures asked for, each once; raises PepaError for what is none."""
    example = 'measure="throughput(useVM)"'
    several = (
        (given,) if isinstance(given, str) else arguments.instance(given, Iterable, "a measure is a text", example)
    )
    found = tuple(dict.fromkeys(arguments.text(one, "a measure", example) for one in several))
    for measure in found:
        parse(measure)
    if not found:
        raise PepaError("nothing is measured", f"as in {example}")
    return found


def _values(name: str, given: Iterable[float] | float | str) -> tuple[float, ...]:
    arguments.text(name, "the name of a parameter", "Q=range(1, 6)")
    if isinstance(given, str):
        return values(given)
    what, example = f"a value of `{name}`", f"{name}=range(1, 6)"
    alone = not isinstance(given, Iterable) or (isinstance(given, np.ndarray) and given.ndim == 0)
    several = cast(Iterable[object], (given,) if alone else given)
    found = tuple(arguments.real(value, what, example) for value in islice(several, MOST_POINTS + 1))
    counted_points(len(found), f"the values of {name} make")
    if not found:
        raise PepaError(f"there are no values of {name}", f"as in {example}")
    return found
